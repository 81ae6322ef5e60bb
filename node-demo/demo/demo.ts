#!/usr/bin/env node
import { parseArgs } from 'node:util';

import { buyOnce } from './once.js';
import { serve } from './serve.js';
import { createWorld, isPortFree } from './world.js';

const USAGE = `Usage: npm run demo -- [options]

Opens a tea shop that sells through a WeChat Pay running on this machine.

  --once       buy one thing, print the six steps, and exit: 0 only if the order
               ended paid through the callback
  --port N     port of the shop (default 8080, or a free one when it is taken)
  --verbose    print the backend's log to standard error
  --help       show this text
`;

const DEFAULT_PORT = 8080;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      once: { type: 'boolean', default: false },
      port: { type: 'string' },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const port = await choosePort(values.port, values.once);
  if (process.stdout.isTTY) process.stdout.write('  starting the shop and its WeChat Pay …\n');
  const world = await createWorld({ port, verbose: values.verbose, ...paceFor(values.once) });
  try {
    if (values.once) return (await buyOnce(world)) ? 0 : 1;
    await serve(world);
    return 0;
  } finally {
    await world.close();
  }
}

/** A viewer can follow the callbacks and their retries; nobody watches a run by itself. */
function paceFor(once: boolean): { timeScale: number; latencyMilliseconds: number } {
  return once
    ? { timeScale: 0.002, latencyMilliseconds: 0 }
    : { timeScale: 0.1, latencyMilliseconds: 1800 };
}

async function choosePort(text: string | undefined, once: boolean): Promise<number> {
  if (text === undefined) return !once && (await isPortFree(DEFAULT_PORT)) ? DEFAULT_PORT : 0;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new Error(`--port must be a number from 0 to 65535, found ${text}`);
  if (port !== 0 && !(await isPortFree(port))) {
    throw new Error(`port ${port} is taken; choose another with --port, or leave it out`);
  }
  return port;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
