// Orders that hear nothing: WeChat Pay does not promise that a callback comes, so it is asked.

import { inTransaction, type Database } from './db/database.js';
import { ShopError } from './errors.js';
import { errorFields, type Logger } from './log.js';
import type { Metrics } from './metrics.js';
import { claimCheck, findOrder, listDueOrders, type DueOrder } from './orders.js';
import type { RefundDesk } from './refund-desk.js';
import type { Shop } from './shop.js';

export interface ReconcilerDependencies {
  database: Database;
  shop: Shop;
  refundDesk: RefundDesk;
  /** The first wait; those after it grow. */
  baseSeconds: number;
  metrics: Metrics;
  now: () => Date;
  log: Logger;
}

/** How many base waits lie between one question and the next; the last one repeats. */
const BACK_OFF = [1, 1, 2, 4, 8, 16, 32, 60];
const BATCH = 20;

export class Reconciler {
  readonly #dependencies: ReconcilerDependencies;

  constructor(dependencies: ReconcilerDependencies) {
    this.#dependencies = dependencies;
  }

  /** One round: every order that is due is asked about, closed, or has its refund sent. Returns how many it took. */
  async round(): Promise<number> {
    const { database, now } = this.#dependencies;
    const due = await listDueOrders(database, now(), BATCH);
    const taken = await Promise.all(due.map((order) => this.#attend(order)));
    return taken.filter(Boolean).length;
  }

  /** Whether the order was taken; what is not stays due, and shall not be tried again at once. */
  async #attend(due: DueOrder): Promise<boolean> {
    const { database, metrics, log } = this.#dependencies;
    const { outTradeNo } = due;
    let claimed = false;
    try {
      // The next question is settled before this one is asked: whoever dies over it holds nobody up.
      claimed = await inTransaction(database, (transaction) =>
        claimCheck(transaction, due, this.#next(due)),
      );
      if (!claimed) return false;
      const result = await this.#ask(outTradeNo);
      metrics.job('reconciliation', result);
      log.info('order reconciled', { outTradeNo, checks: due.checks + 1, result });
    } catch (error) {
      metrics.job('reconciliation', 'FAILED');
      const level = error instanceof ShopError ? 'warn' : 'error';
      log[level]('order not reconciled', { outTradeNo, ...errorFields(error) });
    }
    return claimed;
  }

  async #ask(outTradeNo: string): Promise<string> {
    const { database, shop, refundDesk, now } = this.#dependencies;
    const order = await findOrder(database, outTradeNo);
    if (order === undefined) return 'GONE';
    if (order.status === 'REFUNDING') {
      await refundDesk.resume(order);
    } else if (order.status === 'CREATED' || order.status === 'PREPAID') {
      const { status } = await shop.refresh(order);
      const open = status === 'CREATED' || status === 'PREPAID';
      if (open && order.expiresAt <= now()) await shop.close({ ...order, status });
    }
    return (await findOrder(database, outTradeNo))?.status ?? 'GONE';
  }

  /** An order that expires before its turn gets its turn when it expires. */
  #next({ checks, expiresAt }: DueOrder): Date {
    const { baseSeconds, now } = this.#dependencies;
    const waits = BACK_OFF[Math.min(checks + 1, BACK_OFF.length - 1)] ?? 1;
    const at = now().getTime();
    const next = at + waits * baseSeconds * 1000;
    const expiry = expiresAt.getTime();
    return new Date(expiry > at && expiry < next ? expiry : next);
  }
}
