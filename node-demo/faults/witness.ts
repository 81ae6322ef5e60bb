// What WeChat Pay saw: every payment and every callback, and for each 2xx whether its callback was saved.

import { setTimeout as sleep } from 'node:timers/promises';

import type { CallbackEntry, DeliveryKind, JournalEntry } from 'wechatpay-simulator';
import type { Queryable, Row } from 'wechatpay-demo-backend';

/** Reads while PostgreSQL restarts, too: asks until it answers. */
export async function read(
  database: Queryable,
  sql: string,
  parameters: unknown[] = [],
): Promise<Row[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await database.query(sql, parameters);
    } catch (error) {
      if (attempt === 200) throw error;
      await sleep(100);
    }
  }
}

export class Witness {
  readonly #database: Queryable;
  readonly #wasKilled: (url: string, from: number, to: number) => boolean;
  readonly #checks = new Set<Promise<void>>();
  /** Payments that WeChat Pay confirmed to the phone, by order. */
  readonly payments = new Map<string, number>();
  readonly callbacks: Partial<Record<DeliveryKind, number>> = {};
  /** Callbacks by what the backend answered; 0 where the answer never came. */
  readonly answers = new Map<number, number>();
  /** Genuine callbacks that were answered 2xx: notification and order. */
  readonly acknowledged: { id: string; outTradeNo: string }[] = [];
  readonly unsaved: string[] = [];
  readonly believedLies: string[] = [];
  /** Callbacks that were under way when their instance was killed. */
  cutOff = 0;
  platformFailures = 0;

  /** @param wasKilled whether the instance behind an address was killed between two moments */
  constructor(
    database: Queryable,
    wasKilled: (url: string, from: number, to: number) => boolean,
  ) {
    this.#database = database;
    this.#wasKilled = wasKilled;
  }

  see(entry: JournalEntry): void {
    if (entry.type === 'exchange') {
      if (entry.answer.status >= 500 || entry.answer.status === 429) this.platformFailures += 1;
    } else if (entry.type === 'payment') {
      const paid = entry.action === 'pay' && entry.errMsg === 'requestPayment:ok';
      const outTradeNo = entry.outTradeNo ?? '';
      if (paid) this.payments.set(outTradeNo, (this.payments.get(outTradeNo) ?? 0) + 1);
    } else {
      this.#callback(entry);
    }
  }

  /** Resolves when every 2xx seen so far has been held against the database. */
  async settled(): Promise<void> {
    while (this.#checks.size > 0) await Promise.all(this.#checks);
  }

  #callback(entry: CallbackEntry): void {
    const { kind, status, url, milliseconds, notificationId: id, plaintext } = entry;
    this.callbacks[kind] = (this.callbacks[kind] ?? 0) + 1;
    this.answers.set(status ?? 0, (this.answers.get(status ?? 0) ?? 0) + 1);
    const now = Date.now();
    if (status === undefined && this.#wasKilled(url, now - milliseconds, now)) this.cutOff += 1;
    if (status === undefined || status < 200 || status > 299) return;
    if (kind !== 'genuine') {
      this.believedLies.push(id);
      return;
    }
    const { out_trade_no: outTradeNo } = JSON.parse(plaintext);
    this.acknowledged.push({ id, outTradeNo });
    const check = this.#requireSaved(id, outTradeNo).finally(() => this.#checks.delete(check));
    this.#checks.add(check);
  }

  async #requireSaved(id: string, outTradeNo: string): Promise<void> {
    const rows = await read(
      this.#database,
      'SELECT outcome FROM notifications WHERE out_trade_no = $1 AND id = $2',
      [outTradeNo, id],
    );
    if (rows.length !== 1 || rows[0]?.['outcome'] === 'RECEIVED') this.unsaved.push(id);
  }
}
