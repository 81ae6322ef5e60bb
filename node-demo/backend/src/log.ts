import type { LogLevel } from './config.js';

export type LogFields = Record<string, string | number | boolean | null | undefined>;

/** Structured lines. Fields are names, numbers and states; bodies, keys and tokens never enter. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds these fields to every line. */
  with(fields: LogFields): Logger;
}

const ORDER: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];

/** One JSON object per line; `write` gets the line without its line feed. */
export function createLogger(
  level: LogLevel,
  write: (line: string) => void = (line) => process.stderr.write(`${line}\n`),
): Logger {
  const lowest = ORDER.indexOf(level);
  const build = (bound: LogFields): Logger => {
    const at =
      (name: LogLevel) =>
      (message: string, fields: LogFields = {}): void => {
        if (ORDER.indexOf(name) < lowest) return;
        write(
          JSON.stringify({
            time: new Date().toISOString(),
            level: name,
            message,
            ...bound,
            ...fields,
          }),
        );
      };
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      with: (fields) => build({ ...bound, ...fields }),
    };
  };
  return build({});
}

/** What may be said of an error: its name, code and message, and the same of its cause. */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = 'code' in error ? String(error.code) : undefined;
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  return { error: error.name, code, reason: error.message, cause };
}
