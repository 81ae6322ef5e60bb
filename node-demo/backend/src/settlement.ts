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
  type OrderStatus,
} from './orders.js';
import { refundNumber } from './random.js';
import {
  findOpenRefund,
  findRefund,
  insertRefund,
  updateRefund,
  type RefundStatus,
} from './refunds.js';
import { hasShipment, insertShipment } from './shipments.js';
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
/** A query also tells that a refund was accepted, and of an order that it was paid and refunded since. */
const REFUND_STATUSES = {
  CALLBACK: ['SUCCESS', 'CLOSED', 'ABNORMAL'],
  QUERY: ['SUCCESS', 'CLOSED', 'ABNORMAL', 'PROCESSING'],
};
const PAID_STATES = { CALLBACK: ['SUCCESS'], QUERY: ['SUCCESS', 'REFUND'] };

/** Whether a query says that the order was paid. */
export function isPaid({ trade_state: state }: Transaction): boolean {
  return PAID_STATES.QUERY.includes(state);
}

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
  const differences = paymentDifferences(order, transaction, PAID_STATES[news.source]);
  if (differences.length > 0) return refuse('PAYMENT_MISMATCH', { differences });
  const transactionId = String(transaction.transaction_id);

  if (order.paidAt !== undefined) {
    if (order.transactionId === transactionId) return 'DUPLICATE';
    return refuse('SECOND_PAYMENT', { first: order.transactionId, second: transactionId });
  }

  const paidAt = timeOr(news.at, transaction.success_time);
  const { source: paidBy, at } = news;
  const payment = { transactionId, paidBy, paidAt, at };
  // Not by this shop, which had not booked the payment: a person decides what becomes of the order.
  const refundedElsewhere = transaction.trade_state === 'REFUND';
  if (refundedElsewhere) await refuse('REFUNDED_ELSEWHERE', { transactionId });
  const event = {
    event: PAYMENT_EVENT,
    source: news.source,
    notificationId: news.source === 'CALLBACK' ? news.reference : undefined,
    at,
  };
  if (order.status === 'CLOSED') {
    await refuse('PAID_AFTER_CLOSE', { transactionId });
    const statusAfter = refundedElsewhere ? 'CLOSED' : 'REFUNDING';
    await markPaidLate(database, outTradeNo, statusAfter, payment);
    await insertEvent(database, outTradeNo, { ...event, statusAfter });
    if (!refundedElsewhere) await returnLatePayment(database, order, at);
    return 'APPLIED';
  }
  const paid = await markPaid(database, outTradeNo, payment);
  const first = await insertEvent(database, outTradeNo, { ...event, statusAfter: 'PAID' });
  if (!paid || !first) throw new Error(`order ${outTradeNo} changed under its lock`);
  await insertShipment(database, outTradeNo, refundedElsewhere ? 'CANCELLED' : 'WAITING', at);
  return 'APPLIED';
}

/** Nothing will be shipped, so all of it goes back; the refund is written down here and sent by the reconciler. */
async function returnLatePayment(
  database: Queryable,
  { outTradeNo, amountTotal: amount }: Order,
  at: Date,
): Promise<void> {
  const outRefundNo = refundNumber(at);
  await insertRefund(database, { outTradeNo, outRefundNo, amount, reason: LATE_REASON, at });
  await insertEvent(database, outTradeNo, {
    event: 'REFUND.REQUESTED',
    subject: outRefundNo,
    source: 'SHOP',
    statusAfter: 'REFUNDING',
    at,
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
  if (!REFUND_STATUSES[news.source].includes(status)) {
    return refuse('REFUND_STATUS_UNKNOWN', { status });
  }
  if (known.status === status) return 'DUPLICATE';
  if (!(await updateRefund(database, { outTradeNo, outRefundNo, status, refundId, at }))) {
    // The refund ended while the answer that it was accepted was under way.
    if (status === 'PROCESSING') return 'DUPLICATE';
    return refuse('REFUND_CONTRADICTION', { before: known.status, now: status });
  }
  const unexpected = (): Promise<Outcome> =>
    refuse('REFUND_UNEXPECTED', { orderStatus: order.status, refundStatus: status });
  if (known.status === 'FAILED' && status !== 'CLOSED') {
    if (!(await reopen(database, order, outRefundNo, news))) return unexpected();
  }
  if (status === 'PROCESSING') return 'APPLIED';
  if (status === 'ABNORMAL') {
    await refuse('REFUND_ABNORMAL', { refundId });
    return 'APPLIED';
  }

  const resting = await restingStatus(database, outTradeNo);
  const statusAfter =
    status === 'SUCCESS'
      ? await markRefunded(database, outTradeNo, known.amount, resting, at)
      : await afterClosing(database, order, resting, at);
  if (statusAfter === undefined) return unexpected();
  if (status === 'CLOSED' && !(await hasShipment(database, outTradeNo))) {
    await refuse('LATE_PAYMENT_KEPT', { refundId });
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

/** A refund that counted as refused got through all the same; false when the order has no room for it. */
async function reopen(
  database: Queryable,
  order: Order,
  outRefundNo: string,
  { source, at }: News,
): Promise<boolean> {
  const { outTradeNo } = order;
  const again = await transition(database, outTradeNo, 'PAID', 'REFUNDING', at);
  if (!again && order.status !== 'REFUNDING') return false;
  await scheduleCheck(database, outTradeNo, at);
  await insertEvent(database, outTradeNo, {
    event: 'REFUND.REOPENED',
    subject: outRefundNo,
    source,
    statusAfter: 'REFUNDING',
    at,
  });
  return true;
}

/** Where an order goes when a refund of it ends: since one may be reopened, another may be on its way. */
export async function restingStatus(
  database: Queryable,
  outTradeNo: string,
): Promise<'PAID' | 'REFUNDING'> {
  return (await findOpenRefund(database, outTradeNo)) === undefined ? 'PAID' : 'REFUNDING';
}

async function afterClosing(
  database: Queryable,
  order: Order,
  to: 'PAID' | 'REFUNDING',
  at: Date,
): Promise<OrderStatus | undefined> {
  if (order.status === to) return to;
  return (await transition(database, order.outTradeNo, 'REFUNDING', 'PAID', at)) ? to : undefined;
}

function paymentDifferences(
  order: Order,
  transaction: Transaction,
  paidStates: readonly string[],
): Difference[] {
  const state = transaction.trade_state;
  return differencesOf({
    trade_state: [paidStates.includes(state) ? state : 'SUCCESS', state],
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
