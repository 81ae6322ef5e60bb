import type { Order } from './orders.js';

/**
 * Where parcels leave. The order number is what makes it one parcel: told twice about the same, a
 * warehouse answers with the first. The shop takes care not to tell it twice all the same.
 */
export interface Warehouse {
  /** Whether a parcel left for this order. */
  has(outTradeNo: string): Promise<boolean>;
  ship(order: Order): Promise<void>;
}

/** How long the warehouse is waited for. */
export const WAREHOUSE_TIMEOUT_MILLISECONDS = 5000;

/** `POST /parcels` ships, `GET /parcels/{outTradeNo}` tells whether it did: 200 or 404. */
export class HttpWarehouse implements Warehouse {
  readonly #baseUrl: string;

  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
  }

  async has(outTradeNo: string): Promise<boolean> {
    const response = await this.#fetch(`/parcels/${encodeURIComponent(outTradeNo)}`);
    if (!response.ok && response.status !== 404) {
      throw new Error(`the warehouse answered ${response.status}`);
    }
    return response.ok;
  }

  async ship({ outTradeNo, productId, quantity }: Order): Promise<void> {
    const response = await this.#fetch('/parcels', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ outTradeNo, productId, quantity }),
    });
    if (!response.ok) throw new Error(`the warehouse answered ${response.status}`);
  }

  async #fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const signal = AbortSignal.timeout(WAREHOUSE_TIMEOUT_MILLISECONDS);
    const response = await fetch(`${this.#baseUrl}${path}`, { ...init, redirect: 'error', signal });
    await response.arrayBuffer();
    return response;
  }
}
