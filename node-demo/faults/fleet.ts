// Several backends on one database, each its own process: killed without warning, and started again.

import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const BACKEND = fileURLToPath(new URL('../../backend/dist/main.js', import.meta.url));
const START_MILLISECONDS = 120_000;

interface Instance {
  port: number;
  url: string;
  child: ChildProcess | undefined;
  /** Whether its end is our doing. */
  expected: boolean;
  up: boolean;
}

export class Fleet {
  readonly #environment: Record<string, string>;
  readonly #log: WriteStream;
  readonly #instances: Instance[] = [];
  readonly #kills: { url: string; at: number }[] = [];
  /** Ends nobody asked for: an instance must outlive whatever happens around it. */
  crashes = 0;
  #stopping = false;

  constructor(environment: Record<string, string>, logFile: string) {
    this.#environment = environment;
    this.#log = createWriteStream(logFile);
  }

  get urls(): string[] {
    return this.#instances.map(({ url }) => url);
  }

  async start(count: number): Promise<void> {
    for (let left = count; left > 0; left -= 1) {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      this.#instances.push({ port, url, child: undefined, expected: false, up: false });
    }
    await Promise.all(this.#instances.map((instance) => this.#launch(instance)));
    if (!this.complete) throw new Error(`a backend did not start; see ${String(this.#log.path)}`);
  }

  get kills(): number {
    return this.#kills.length;
  }

  /** Whether the instance behind this address was killed between two moments. */
  wasKilled(address: string, from: number, to: number): boolean {
    return this.#kills.some(
      ({ url, at }) => address.startsWith(`${url}/`) && at >= from && at <= to,
    );
  }

  /** Whether every instance has started and none is on its way down. */
  get complete(): boolean {
    return this.#instances.every(({ up }) => up);
  }

  /** SIGKILL: the process has no say in it. It comes back at its address. */
  kill(url: string): boolean {
    const instance = this.#instances.find((one) => url.startsWith(`${one.url}/`));
    if (instance?.child === undefined || instance.expected) return false;
    instance.expected = true;
    instance.up = false;
    this.#kills.push({ url: instance.url, at: Date.now() });
    return instance.child.kill('SIGKILL');
  }

  /** SIGTERM: each ends what it is doing. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(
      this.#instances.map(async ({ child }) => {
        if (child === undefined || child.exitCode !== null) return;
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        await ended;
        if (child.exitCode !== 0) this.crashes += 1;
      }),
    );
    this.#log.end();
  }

  async #launch(instance: Instance): Promise<void> {
    const child = spawn(process.execPath, [BACKEND], {
      env: { ...this.#environment, PORT: String(instance.port), PATH: process.env['PATH'] ?? '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    instance.child = child;
    instance.expected = false;
    child.stderr.pipe(this.#log, { end: false });
    const started = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error('a backend did not start')),
        START_MILLISECONDS,
      );
      const done = (): void => {
        clearTimeout(timer);
        resolve();
      };
      child.stdout.on('data', () => {
        instance.up = true;
        done();
      });
      child.once('exit', done);
    });
    child.once('exit', () => {
      if (this.#stopping) return;
      if (!instance.expected) this.crashes += 1;
      instance.up = false;
      void this.#launch(instance);
    });
    await started;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
