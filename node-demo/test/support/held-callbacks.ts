import assert from 'node:assert/strict';

import { type CallbackReport, type Database } from 'wechatpay-demo-backend';
import type { DeliveryKind } from 'wechatpay-simulator';

import { openTestDatabase } from './database.js';
import type { Answer } from './merchant-client.js';
import { Buyer, deliver, Interceptor, startShop, type Captured, type TestShop } from './shop.js';

export interface PaidOrder {
  outTradeNo: string;
  notificationId: string;
  /** The sixteen attempts WeChat Pay made, none of which the backend has seen. */
  attempts: Captured[];
}

/** A shop whose callbacks are held back, for a test to deliver. */
export class HeldCallbacks {
  readonly database: Database;
  readonly shop: TestShop;
  readonly buyer: Buyer;
  /** What the backend made of each delivery. */
  readonly reports: CallbackReport[];
  /** The backend's clock, in milliseconds from the real one. */
  clockOffset = 0;
  readonly #interceptor: Interceptor;

  static async open(): Promise<HeldCallbacks> {
    const database = await openTestDatabase();
    const interceptor = new Interceptor();
    await interceptor.open();
    const reports: CallbackReport[] = [];
    let held: HeldCallbacks | undefined;
    const shop = await startShop({
      database,
      environment: { PUBLIC_BASE_URL: interceptor.url },
      backend: {
        now: () => new Date(Date.now() + (held?.clockOffset ?? 0)),
        onCallback: (report) => reports.push(report),
      },
    });
    const buyer = await new Buyer(shop).login();
    held = new HeldCallbacks(database, interceptor, shop, buyer, reports);
    return held;
  }

  private constructor(
    database: Database,
    interceptor: Interceptor,
    shop: TestShop,
    buyer: Buyer,
    reports: CallbackReport[],
  ) {
    this.database = database;
    this.#interceptor = interceptor;
    this.shop = shop;
    this.buyer = buyer;
    this.reports = reports;
  }

  async close(): Promise<void> {
    await this.shop.close();
    this.#interceptor.close();
    await this.database.close();
  }

  get captured(): Captured[] {
    return this.#interceptor.captured;
  }

  get notifyOrigin(): string {
    return this.#interceptor.url;
  }

  /** An order that is paid at WeChat Pay, and of which the backend knows nothing yet. */
  async paidOrder(): Promise<PaidOrder> {
    const { order, requestPayment } = await this.buyer.order();
    this.captured.length = 0;
    const notificationId = this.buyer.pay(requestPayment);
    await this.shop.platform.simulator.idle();
    return { outTradeNo: order.outTradeNo, notificationId, attempts: [...this.captured] };
  }

  /** One more attempt, made by the platform, wrong in one way or saying something else. */
  async variant(paid: PaidOrder, kind: DeliveryKind, resource?: object): Promise<Captured> {
    this.captured.length = 0;
    await this.shop.platform.simulator.send(paid.notificationId, kind, resource);
    return last(this.captured);
  }

  deliver(captured: Captured): Promise<Answer> {
    return deliver(this.shop, captured);
  }

  transactionOf(paid: PaidOrder): any {
    const notifications = this.shop.platform.simulator.notifications();
    return notifications.find(({ id }) => id === paid.notificationId)?.resource;
  }

  async statusOf(paid: PaidOrder): Promise<string> {
    return (await this.buyer.view(paid.outTradeNo)).order.status;
  }

  async rows(table: string, outTradeNo: string): Promise<Record<string, unknown>[]> {
    return this.database.query(`SELECT * FROM ${table} WHERE out_trade_no = $1`, [outTradeNo]);
  }
}

export function last<T>(items: T[]): T {
  const item = items.at(-1);
  assert.ok(item !== undefined);
  return item;
}
