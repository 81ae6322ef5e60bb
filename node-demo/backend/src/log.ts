import { AsyncLocalStorage } from 'node:async_hooks';

import type { LogLevel } from './config.js';

export type LogFields = Record<string, string | number | boolean | null | undefined>;

/** Structured lines. Fields are names, numbers and states; bodies, keys and tokens never enter. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

const context = new AsyncLocalStorage<LogFields>();

/** Every line written during the work carries these fields, however deep it is written. */
export function withLogFields<T>(fields: LogFields, work: () => T): T {
  return context.run({ ...context.getStore(), ...fields }, work);
}

const ORDER: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];

/** One JSON object per line; `write` gets the line without its line feed. */
export function createLogger(
  level: LogLevel,
  write: (line: string) => void = (line) => process.stderr.write(`${line}\n`),
): Logger {
  const lowest = ORDER.indexOf(level);
  const at =
    (name: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (ORDER.indexOf(name) < lowest) return;
      const time = new Date().toISOString();
      write(JSON.stringify({ time, level: name, message, ...context.getStore(), ...fields }));
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** What may be said of an error: its name, code and message, and the same of its cause. */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = 'code' in error ? String(error.code) : undefined;
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  return { error: error.name, code, reason: error.message, cause };
}
