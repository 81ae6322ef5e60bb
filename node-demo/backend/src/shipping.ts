// From a paid order to a parcel, once. The warehouse is another company's, and knows nothing of claims.

import { inTransaction, type Database } from './db/database.js';
import { errorFields, type Logger } from './log.js';
import type { Metrics } from './metrics.js';
import { insertEvent, lockOrder, type Order } from './orders.js';
import { claimShipment, endClaim, listOpenShipments } from './shipments.js';
import { WAREHOUSE_TIMEOUT_MILLISECONDS, type Warehouse } from './warehouse.js';

export interface ShippingDependencies {
  database: Database;
  warehouse: Warehouse;
  metrics: Metrics;
  now: () => Date;
  log: Logger;
}

/** Longer than the warehouse is waited for, so that no order is on its way when it is taken over. */
const CLAIM_MILLISECONDS = 15_000;
const SEEN = 100;
const BATCH = 8;

export class Shipping {
  readonly #dependencies: ShippingDependencies;

  constructor(dependencies: ShippingDependencies) {
    this.#dependencies = dependencies;
  }

  /** One round: whatever waits is handed to the warehouse. Returns how many parcels left. */
  async round(): Promise<number> {
    const { database, now } = this.#dependencies;
    const open = await listOpenShipments(database, now(), SEEN);
    // Other instances see the same list: each begins somewhere else.
    const start = Math.floor(Math.random() * open.length);
    const batch = [...open.slice(start), ...open.slice(0, start)].slice(0, BATCH);
    const results = await Promise.all(batch.map((outTradeNo) => this.#try(outTradeNo)));
    return results.filter((result) => result === 'SHIPPED').length;
  }

  async #try(outTradeNo: string): Promise<string> {
    const { log, metrics } = this.#dependencies;
    let result: string;
    try {
      result = await this.#attend(outTradeNo);
    } catch (error) {
      // Nobody knows whether it left. The claim stands, and who takes over asks before it tells.
      result = 'UNKNOWN';
      log.warn('shipping: effect unknown', { outTradeNo, ...errorFields(error) });
    }
    metrics.job('shipping', result);
    return result;
  }

  async #attend(outTradeNo: string): Promise<'SHIPPED' | 'CANCELLED' | 'TAKEN' | 'LATE'> {
    const { database, warehouse, now } = this.#dependencies;
    const at = now();
    const until = new Date(at.getTime() + CLAIM_MILLISECONDS);
    const claimed = await inTransaction(database, async (transaction) => {
      const order = await lockOrder(transaction, outTradeNo);
      const before = await claimShipment(transaction, outTradeNo, until, at);
      return order === undefined || before === undefined ? undefined : { order, before };
    });
    if (claimed === undefined) return 'TAKEN';
    const { order, before } = claimed;
    const left = before === 'CLAIMED' && (await warehouse.has(outTradeNo));
    if (!left && order.status !== 'PAID') return this.#end(order, until, 'CANCELLED');
    // Whoever stopped here for too long may be taken over from before the warehouse has answered.
    const last = until.getTime() - WAREHOUSE_TIMEOUT_MILLISECONDS;
    if (!left && now().getTime() > last) return 'LATE';
    if (!left) await warehouse.ship(order);
    return this.#end(order, until, 'SHIPPED');
  }

  async #end<T extends 'SHIPPED' | 'CANCELLED'>(
    { outTradeNo }: Order,
    claimedUntil: Date,
    to: T,
  ): Promise<T> {
    const { database, now } = this.#dependencies;
    const at = now();
    await inTransaction(database, async (transaction) => {
      const current = await lockOrder(transaction, outTradeNo);
      if (current === undefined) return;
      if (!(await endClaim(transaction, outTradeNo, claimedUntil, to, at))) return;
      await insertEvent(transaction, outTradeNo, {
        event: `ORDER.${to === 'SHIPPED' ? 'SHIPPED' : 'SHIPMENT_CANCELLED'}`,
        source: 'SHOP',
        statusAfter: current.status,
        at,
      });
    });
    return to;
  }
}
