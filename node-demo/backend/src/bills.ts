// The bill of yesterday, once a day and by one instance: downloaded, checked, compared, and written down.

import { WechatPayError } from 'wechatpay-wasm';

import { BillError, readBill, type BillRow } from './bill.js';
import { compare, type BookedPayment, type BookedRefund, type Difference } from './bill-check.js';
import { inTransaction, type Database, type Queryable } from './db/database.js';
import { ShopError } from './errors.js';
import { errorFields, type Logger } from './log.js';
import type { Metrics } from './metrics.js';
import { afterSeconds } from './time.js';
import { EffectUnknown, PlatformRefusal, type WechatPayClient } from './wechat-pay.js';

export interface BillsDependencies {
  database: Database;
  wechatPay: WechatPayClient;
  metrics: Metrics;
  now: () => Date;
  log: Logger;
}

const HOUR = 60 * 60;
const DAY = 24 * HOUR;
const BEIJING = 8 * HOUR;
/** Bills of a day are there after 10 o'clock of the next. */
const READY = 10 * HOUR;
const CLAIM_SECONDS = 10 * 60;
const RETRY_SECONDS = HOUR;

export class Bills {
  readonly #dependencies: BillsDependencies;

  constructor(dependencies: BillsDependencies) {
    this.#dependencies = dependencies;
  }

  /** Checks yesterday's bill, unless that was done, is being done, or failed within the hour. */
  async round(): Promise<number> {
    const billDate = this.newestDate();
    if (await this.#claim(billDate, false)) await this.#check(billDate);
    return 0;
  }

  /** Checks the bill of a day, and again if it was. Its differences replace those found before. */
  async check(billDate: string): Promise<void> {
    if (!isDate(billDate) || billDate > this.newestDate()) {
      const text = `date must be a day up to ${this.newestDate()}, such as 2026-01-31`;
      throw new ShopError(400, 'DATE_INVALID', text);
    }
    if (!(await this.#claim(billDate, true))) {
      throw new ShopError(409, 'BILL_RUNNING', 'this bill is being checked; look again in a while');
    }
    await this.#check(billDate);
  }

  /** The last day whose bill is there. */
  newestDate(): string {
    return beijingDate(afterSeconds(this.#dependencies.now(), -READY - DAY));
  }

  async #check(billDate: string): Promise<void> {
    const { database, metrics, log, now } = this.#dependencies;
    try {
      const rows = await this.#rows(billDate);
      const { payments, refunds } = await booked(database, billDate, rows);
      const differences = compare(rows, payments, refunds);
      await inTransaction(database, (transaction) =>
        save(transaction, billDate, rows, differences, now()),
      );
      metrics.job('bill', differences.length === 0 ? 'EQUAL' : 'DIFFERENT');
      const level = differences.length === 0 ? 'info' : 'warn';
      log[level]('bill compared', { billDate, rows: rows.length, differences: differences.length });
    } catch (error) {
      const expected = [EffectUnknown, PlatformRefusal, BillError, WechatPayError];
      if (!expected.some((kind) => error instanceof kind)) throw error;
      metrics.job('bill', 'FAILED');
      log.error('bill not compared', { billDate, ...errorFields(error) });
      const at = now();
      await database.query(
        `UPDATE bills SET status = 'FAILED', detail = $2, claimed_until = $3, updated_at = $4
         WHERE bill_date = $1`,
        [billDate, (error as Error).message, afterSeconds(at, RETRY_SECONDS), at],
      );
    }
  }

  /** A day without a trade has no bill. */
  async #rows(billDate: string): Promise<BillRow[]> {
    const { wechatPay } = this.#dependencies;
    try {
      const announced = await wechatPay.tradeBill(billDate);
      return await readBill(wechatPay.download(announced.download_url), announced);
    } catch (error) {
      if (error instanceof PlatformRefusal && error.is('NO_STATEMENT_EXIST')) return [];
      throw error;
    }
  }

  /** One instance at a time; unless it is asked for, not again what is CHECKED. */
  async #claim(billDate: string, again: boolean): Promise<boolean> {
    const { database, now } = this.#dependencies;
    const at = now();
    const rows = await inTransaction(database, (transaction) =>
      transaction.query(
        `INSERT INTO bills (bill_date, status, claimed_until, updated_at)
         VALUES ($1, 'RUNNING', $2, $3)
         ON CONFLICT (bill_date) DO UPDATE
         SET status = 'RUNNING', claimed_until = excluded.claimed_until, updated_at = excluded.updated_at
         WHERE (bills.status <> 'CHECKED' AND bills.claimed_until < excluded.updated_at)
            OR ($4 AND bills.status <> 'RUNNING')
         RETURNING bill_date`,
        [billDate, afterSeconds(at, CLAIM_SECONDS), at, again],
      ),
    );
    return rows.length === 1;
  }
}

/** What the shop's own books say about a day. */
async function booked(
  database: Queryable,
  billDate: string,
  rows: readonly BillRow[],
): Promise<{ payments: BookedPayment[]; refunds: BookedRefund[] }> {
  const start = new Date(`${billDate}T00:00:00+08:00`);
  const day = [start, afterSeconds(start, DAY)];
  const payments = await database.query(
    `SELECT out_trade_no, transaction_id, currency, amount_total FROM orders
     WHERE paid_at >= $1 AND paid_at < $2`,
    day,
  );
  const due = await database.query(
    `SELECT out_trade_no, out_refund_no, amount FROM refunds
     WHERE status = 'SUCCESS' AND created_at >= $1 AND updated_at < $2`,
    day,
  );
  const named = rows.filter((row) => row.tradeState === 'REFUND');
  const refunds = new Map(
    due.map((row) => [String(row['out_refund_no']), bookedRefund(row, true)]),
  );
  for (const { outTradeNo, outRefundNo } of named) {
    if (refunds.has(outRefundNo)) continue;
    const [row] = await database.query(
      `SELECT out_trade_no, out_refund_no, amount FROM refunds
       WHERE out_trade_no = $1 AND out_refund_no = $2 AND status <> 'FAILED'`,
      [outTradeNo, outRefundNo],
    );
    if (row !== undefined) refunds.set(outRefundNo, bookedRefund(row, false));
  }
  return {
    payments: payments.map((row) => ({
      outTradeNo: String(row['out_trade_no']),
      transactionId: String(row['transaction_id']),
      currency: String(row['currency']),
      total: Number(row['amount_total']),
    })),
    refunds: [...refunds.values()],
  };
}

function bookedRefund(row: Record<string, unknown>, must: boolean): BookedRefund {
  return {
    outTradeNo: String(row['out_trade_no']),
    outRefundNo: String(row['out_refund_no']),
    refund: Number(row['amount']),
    must,
  };
}

async function save(
  transaction: Queryable,
  billDate: string,
  rows: readonly BillRow[],
  differences: readonly Difference[],
  at: Date,
): Promise<void> {
  await transaction.query('DELETE FROM bill_differences WHERE bill_date = $1', [billDate]);
  for (const { outTradeNo, kind, reference, detail } of differences) {
    await transaction.query(
      `INSERT INTO bill_differences (bill_date, out_trade_no, kind, reference, detail)
       VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
      [billDate, outTradeNo, kind, reference, JSON.stringify(detail)],
    );
  }
  const refunds = rows.filter((row) => row.tradeState === 'REFUND').length;
  await transaction.query(
    `UPDATE bills SET status = 'CHECKED', payments = $2, refunds = $3, differences = $4,
       detail = '', updated_at = $5 WHERE bill_date = $1`,
    [billDate, rows.length - refunds, refunds, differences.length, at],
  );
}

function beijingDate(time: Date): string {
  return afterSeconds(time, BEIJING).toISOString().slice(0, 10);
}

function isDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    !Number.isNaN(time) &&
    new Date(time).toISOString().startsWith(text)
  );
}
