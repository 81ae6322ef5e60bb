// Callbacks: verified, recorded, applied once, and only then answered.

import { WechatPayError, type Merchant } from 'wechatpay-wasm';

import { inTransaction, type Database, type Queryable } from './db/database.js';
import { errorFields, type Logger } from './log.js';
import type { Metrics } from './metrics.js';
import { applyPayment, applyRefund, type News, type Outcome } from './settlement.js';
import type { RefundNotification, Transaction } from './wechat-pay.js';

export interface CallbackAnswer {
  status: 204 | 400 | 401 | 500;
  /** WeChat Pay shows it in the merchant platform; absent on success. */
  body?: { code: 'FAIL'; message: string };
}

export type Opened = ReturnType<Merchant['openNotification']>;

/** What came of one callback: for a viewer, never for a log, as it holds the decrypted resource. */
export type CallbackReport =
  { notification: Opened; outcome: Outcome | 'IGNORED' } | { refusedWith: string };

export interface NotificationsDependencies {
  merchant: Merchant;
  database: Database;
  metrics: Metrics;
  now: () => Date;
  log: Logger;
  onCallback?: ((report: CallbackReport) => void) | undefined;
}

/** Refusals that say who is asking is not WeChat Pay, or not now; all others say 400. */
const UNAUTHENTIC = new Set<string>([
  'ERR_SERIAL_UNKNOWN',
  'ERR_SIGNATURE_INVALID',
  'ERR_SIGNATURE_PROBE',
  'ERR_TIMESTAMP_OUTSIDE_WINDOW',
]);
/** Refusals that are this backend's own trouble: WeChat Pay shall come again. */
const OUR_FAULT = new Set<string>(['ERR_WASM_TRAP']);

export class Notifications {
  readonly #dependencies: NotificationsDependencies;

  constructor(dependencies: NotificationsDependencies) {
    this.#dependencies = dependencies;
  }

  async receive(headers: Headers, body: Uint8Array): Promise<CallbackAnswer> {
    const { merchant, now, onCallback, metrics, log } = this.#dependencies;
    let notification: Opened;
    try {
      notification = merchant.openNotification({ headers, body, now: now() });
    } catch (error) {
      const refusedWith = error instanceof WechatPayError ? error.code : 'INTERNAL';
      metrics.callback(refusedWith);
      onCallback?.({ refusedWith });
      return refusal(error, log);
    }
    const { id, eventType } = notification;
    try {
      const outcome = await this.#settle(notification);
      const level = outcome === 'REFUSED' ? 'warn' : 'info';
      log[level]('callback settled', { notification: id, eventType, outcome });
      metrics.callback(outcome);
      onCallback?.({ notification, outcome });
      return { status: 204 };
    } catch (error) {
      metrics.callback('NOT_SAVED');
      log.error('callback could not be saved', {
        notification: id,
        eventType,
        ...errorFields(error),
      });
      return failure(500, 'could not be saved, please send it again');
    }
  }

  /** The record of the callback and what it does to the order stand or fall together. */
  #settle(notification: Opened): Promise<Outcome | 'IGNORED'> {
    const { id, eventType, resource } = notification;
    const outTradeNo = outTradeNoOf(resource);
    const { database, now } = this.#dependencies;
    const at = now();
    return inTransaction(database, async (transaction) => {
      const fresh = await transaction.query(
        `INSERT INTO notifications (out_trade_no, id, event_type, outcome, received_at)
         VALUES ($1, $2, $3, 'RECEIVED', $4) ON CONFLICT DO NOTHING RETURNING id`,
        [outTradeNo, id, eventType, at],
      );
      if (fresh.length === 0) return 'DUPLICATE';
      const outcome = await apply(transaction, notification, {
        source: 'CALLBACK',
        reference: id,
        at,
      });
      await transaction.query(
        'UPDATE notifications SET outcome = $3 WHERE out_trade_no = $1 AND id = $2',
        [outTradeNo, id, outcome],
      );
      return outcome;
    });
  }
}

function apply(
  transaction: Queryable,
  { eventType, originalType, resource }: Opened,
  news: News,
): Promise<Outcome | 'IGNORED'> {
  // Older profit-sharing notices come as TRANSACTION.SUCCESS too; original_type tells them apart.
  if (eventType === 'TRANSACTION.SUCCESS' && (originalType ?? 'transaction') === 'transaction') {
    return applyPayment(transaction, resource as Transaction, news);
  }
  if (eventType.startsWith('REFUND.')) {
    return applyRefund(transaction, resource as RefundNotification, news);
  }
  return Promise.resolve('IGNORED');
}

/** Empty for events that are about no order. */
function outTradeNoOf(resource: unknown): string {
  if (typeof resource !== 'object' || resource === null) return '';
  const value = 'out_trade_no' in resource ? resource.out_trade_no : '';
  return typeof value === 'string' ? value : '';
}

function refusal(error: unknown, log: Logger): CallbackAnswer {
  if (!(error instanceof WechatPayError) || OUR_FAULT.has(error.code)) {
    log.error('callback could not be read', errorFields(error));
    return failure(500, 'could not be read, please send it again');
  }
  // Probes are WeChat Pay's own test of whether signatures are checked; they are no alarm.
  const level = error.code === 'ERR_SIGNATURE_PROBE' ? 'info' : 'warn';
  log[level]('callback refused', { code: error.code });
  return UNAUTHENTIC.has(error.code)
    ? failure(401, 'the signature was not accepted')
    : failure(400, 'the callback is malformed');
}

function failure(status: 400 | 401 | 500, message: string): CallbackAnswer {
  return { status, body: { code: 'FAIL', message } };
}
