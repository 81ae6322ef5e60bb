// The backend on its own, configured by the environment and by .env in the working directory.

import { existsSync } from 'node:fs';
import process from 'node:process';

import { ConfigError, loadConfig } from './config.js';
import { startBackend } from './server.js';

async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const backend = await startBackend({ config: loadConfig(process.env) });
  process.stdout.write(`Shop backend: ${backend.url}\n`);
  const stop = (): void => {
    backend.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`shutdown failed: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

main().catch((error: unknown) => {
  const text = error instanceof ConfigError ? error.message : String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
});
