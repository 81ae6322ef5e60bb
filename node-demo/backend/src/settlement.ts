// What a verified payment or refund does to an order, whether a callback brought it or a query. Runs
// inside the caller's transaction, together with whatever records where the news came from.

import type { Queryable } from './db/database.js';
import {
  insertEvent,
  insertIncident,
  lockOrder,
  markPaid,
  markPaidLate,
  markRefunded,
  scheduleCheck,
  transition,
  type Order,
} from './orders.js';
import { refundNumber } from './random.js';
import { findRefund, insertRefund, updateRefund, type RefundStatus } from './refunds.js';
import { insertShipment } from './shipments.js';
import type { RefundNotification, Transaction } from './wechat-pay.js';

export interface News {
  source: 'CALLBACK' | 'QUERY';
  /** The notification's id, or the transaction's where a query brought it. */
  reference: string;
  at: Date;
}

/** APPLIED changed the order; REFUSED left an incident for a person and the order as it was. */
export type Outcome = 'APPLIED' | 'DUPLICATE' | 'REFUSED';

export const PAYMENT_EVENT = 'TRANSACTION.SUCCESS';
export const REFUND_EVENT = 'REFUND.SUCCESS';
/** What the buyer reads when a payment came after closing. */
const LATE_REASON = '订单已关闭，自动退款';

export async function applyPayment(
  database: Queryable,
  transaction: Transaction,
  news: News,
): Promise<Outcome> {
  const outTradeNo = transaction.out_trade_no;
  const refuse = async (kind: string, detail: object): Promise<Outcome> => {
    const { reference, at } = news;
    await insertIncident(database, { outTradeNo, kind, reference, detail, at });
    return 'REFUSED';
  };

  const order = await lockOrder(database, outTradeNo);
  if (order === undefined) return refuse('ORDER_UNKNOWN', transaction);
  const differences = paymentDifferences(order, transaction);
  if (differences.length > 0) return refuse('PAYMENT_MISMATCH', { differences });
  const transactionId = String(transaction.transaction_id);

  if (order.paidAt !== undefined) {
    if (order.transactionId === transactionId) return 'DUPLICATE';
    return refuse('SECOND_PAYMENT', { first: order.transactionId, second: transactionId });
  }

  const paidAt = timeOr(news.at, transaction.success_time);
  const { source: paidBy, at } = news;
  const payment = { transactionId, paidBy, paidAt, at };
  if (order.status === 'CLOSED') {
    await refuse('PAID_AFTER_CLOSE', { transactionId });
    await returnLatePayment(database, order, payment, news);
    return 'APPLIED';
  }
  const paid = await markPaid(database, outTradeNo, payment);
  const first = await insertEvent(database, outTradeNo, {
    event: PAYMENT_EVENT,
    source: news.source,
    notificationId: news.source === 'CALLBACK' ? news.reference : undefined,
    statusAfter: 'PAID',
    at,
  });
  if (!paid || !first) throw new Error(`order ${outTradeNo} changed under its lock`);
  await insertShipment(database, outTradeNo, at);
  return 'APPLIED';
}

/** Nothing will be shipped, so all of it goes back; the refund is written down here and sent by the reconciler. */
async function returnLatePayment(
  database: Queryable,
  { outTradeNo, amountTotal: amount }: Order,
  payment: Parameters<typeof markPaidLate>[2],
  news: News,
): Promise<void> {
  const { at } = payment;
  const outRefundNo = refundNumber(at);
  const common = { statusAfter: 'REFUNDING', at } as const;
  await markPaidLate(database, outTradeNo, payment);
  await insertRefund(database, { outTradeNo, outRefundNo, amount, reason: LATE_REASON, at });
  await insertEvent(database, outTradeNo, {
    ...common,
    event: PAYMENT_EVENT,
    source: news.source,
    notificationId: news.source === 'CALLBACK' ? news.reference : undefined,
  });
  await insertEvent(database, outTradeNo, {
    ...common,
    event: 'REFUND.REQUESTED',
    subject: outRefundNo,
    source: 'SHOP',
  });
  await scheduleCheck(database, outTradeNo, at);
}

export async function applyRefund(
  database: Queryable,
  refund: RefundNotification,
  news: News,
): Promise<Outcome> {
  const { out_trade_no: outTradeNo, out_refund_no: outRefundNo, refund_id: refundId } = refund;
  const { reference, at } = news;
  const refuse = async (kind: string, detail: object): Promise<Outcome> => {
    await insertIncident(database, { outTradeNo, kind, reference, detail, at });
    return 'REFUSED';
  };

  const order = await lockOrder(database, outTradeNo);
  const known = await findRefund(database, outTradeNo, outRefundNo);
  if (order === undefined || known === undefined) return refuse('REFUND_UNKNOWN', refund);
  const differences = differencesOf({
    mchid: [order.mchid, refund.mchid],
    transaction_id: [order.transactionId, refund.transaction_id],
    'amount.refund': [known.amount, refund.amount?.refund],
    'amount.total': [order.amountTotal, refund.amount?.total],
  });
  if (differences.length > 0) return refuse('REFUND_MISMATCH', { differences });

  const status = refund.refund_status as RefundStatus;
  if (!['SUCCESS', 'CLOSED', 'ABNORMAL'].includes(status)) {
    return refuse('REFUND_STATUS_UNKNOWN', { status });
  }
  if (known.status === status) return 'DUPLICATE';
  if (!(await updateRefund(database, { outTradeNo, outRefundNo, status, refundId, at }))) {
    return refuse('REFUND_CONTRADICTION', { before: known.status, now: status });
  }
  if (status === 'ABNORMAL') {
    await refuse('REFUND_ABNORMAL', { refundId });
    return 'APPLIED';
  }

  const statusAfter =
    status === 'SUCCESS'
      ? await markRefunded(database, outTradeNo, known.amount, at)
      : (await transition(database, outTradeNo, 'REFUNDING', 'PAID', at))
        ? ('PAID' as const)
        : undefined;
  if (statusAfter === undefined) {
    return refuse('REFUND_UNEXPECTED', { orderStatus: order.status, refundStatus: status });
  }
  await insertEvent(database, outTradeNo, {
    event: `REFUND.${status}`,
    subject: outRefundNo,
    source: news.source,
    notificationId: news.source === 'CALLBACK' ? reference : undefined,
    statusAfter,
    at,
  });
  return 'APPLIED';
}

function paymentDifferences(order: Order, transaction: Transaction): Difference[] {
  return differencesOf({
    trade_state: ['SUCCESS', transaction.trade_state],
    'typeof transaction_id': ['string', typeof transaction.transaction_id],
    appid: [order.appid, transaction.appid],
    mchid: [order.mchid, transaction.mchid],
    'payer.openid': [order.openid, transaction.payer?.openid],
    'amount.total': [order.amountTotal, transaction.amount?.total],
    'amount.currency': [order.currency, transaction.amount?.currency],
  });
}

function timeOr(fallback: Date, text: string | undefined): Date {
  const milliseconds = Date.parse(text ?? '');
  return Number.isNaN(milliseconds) ? fallback : new Date(milliseconds);
}

interface Difference {
  field: string;
  expected: unknown;
  found: unknown;
}

function differencesOf(pairs: Record<string, [expected: unknown, found: unknown]>): Difference[] {
  return Object.entries(pairs)
    .filter(([, [expected, found]]) => expected !== found)
    .map(([field, [expected, found]]) => ({ field, expected, found: found ?? null }));
}
