// A warehouse whose answers get lost. It ships every time it is told to, as no warehouse should: the run
// shall show whether the shop tells it twice.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const LOST_ANSWERS = 0.05;
const REFUSALS = 0.05;

export class Warehouse {
  /** How many parcels left for each order. */
  readonly parcels = new Map<string, number>();
  /** Answers that got lost, and 500s. */
  failures = 0;
  readonly #server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method === 'GET') {
        const outTradeNo = request.url?.split('/').at(-1) ?? '';
        response.writeHead(this.parcels.has(outTradeNo) ? 200 : 404).end();
        return;
      }
      const dice = Math.random();
      if (dice < REFUSALS + LOST_ANSWERS) this.failures += 1;
      if (dice < REFUSALS) {
        response.writeHead(500).end();
        return;
      }
      const { outTradeNo } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      this.parcels.set(outTradeNo, (this.parcels.get(outTradeNo) ?? 0) + 1);
      if (dice < REFUSALS + LOST_ANSWERS) response.destroy();
      else response.writeHead(201).end();
    });
  });

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
