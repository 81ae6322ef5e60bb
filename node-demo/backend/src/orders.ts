// Orders in SQL. A status never changes but by an UPDATE that names the statuses it may come from.

import type { Queryable, Row } from './db/database.js';

export type OrderStatus = 'CREATED' | 'PREPAID' | 'PAID' | 'REFUNDING' | 'REFUNDED' | 'CLOSED';
export type EventSource = 'SHOP' | 'CALLBACK' | 'QUERY';

export interface Order {
  outTradeNo: string;
  appid: string;
  mchid: string;
  openid: string;
  productId: string;
  quantity: number;
  description: string;
  amountTotal: number;
  amountRefunded: number;
  currency: string;
  status: OrderStatus;
  expiresAt: Date;
  prepayId: string | undefined;
  prepayExpiresAt: Date | undefined;
  transactionId: string | undefined;
  paidBy: 'CALLBACK' | 'QUERY' | undefined;
  paidAt: Date | undefined;
  createdAt: Date;
}

export type NewOrder = Pick<
  Order,
  | 'outTradeNo'
  | 'appid'
  | 'mchid'
  | 'openid'
  | 'productId'
  | 'quantity'
  | 'description'
  | 'amountTotal'
  | 'currency'
  | 'expiresAt'
  | 'createdAt'
> & { nextCheckAt: Date };

/** An order that it is time to ask about. */
export interface DueOrder {
  outTradeNo: string;
  checks: number;
  expiresAt: Date;
}

export interface OrderEvent {
  event: string;
  /** The out_refund_no where the event is about a refund. */
  subject?: string;
  source: EventSource;
  notificationId?: string | undefined;
  statusAfter: OrderStatus;
  at: Date;
}

/** The statuses an order may be in, and the ones it may go to from there. */
export const TRANSITIONS: Record<OrderStatus, readonly OrderStatus[]> = {
  CREATED: ['PREPAID', 'PAID', 'CLOSED'],
  PREPAID: ['PAID', 'CLOSED'],
  PAID: ['REFUNDING'],
  REFUNDING: ['REFUNDED', 'PAID'],
  REFUNDED: [],
  // Paid after closing: the money goes back.
  CLOSED: ['REFUNDING'],
};

const PREPAY_VALIDITY = 2 * 60 * 60 * 1000;

export async function insertOrder(database: Queryable, order: NewOrder): Promise<void> {
  await database.query(
    `INSERT INTO orders (out_trade_no, appid, mchid, openid, product_id, quantity, description,
       amount_total, currency, status, expires_at, created_at, updated_at, next_check_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'CREATED', $10, $11, $11, $12)`,
    [
      order.outTradeNo,
      order.appid,
      order.mchid,
      order.openid,
      order.productId,
      order.quantity,
      order.description,
      order.amountTotal,
      order.currency,
      order.expiresAt,
      order.createdAt,
      order.nextCheckAt,
    ],
  );
}

export async function findOrder(
  database: Queryable,
  outTradeNo: string,
): Promise<Order | undefined> {
  const [row] = await database.query('SELECT * FROM orders WHERE out_trade_no = $1', [outTradeNo]);
  return row === undefined ? undefined : toOrder(row);
}

/** The order, locked until the transaction ends. */
export async function lockOrder(
  transaction: Queryable,
  outTradeNo: string,
): Promise<Order | undefined> {
  const [row] = await transaction.query('SELECT * FROM orders WHERE out_trade_no = $1 FOR UPDATE', [
    outTradeNo,
  ]);
  return row === undefined ? undefined : toOrder(row);
}

export async function listOrders(database: Queryable, openid: string): Promise<Order[]> {
  const rows = await database.query(
    'SELECT * FROM orders WHERE openid = $1 ORDER BY created_at DESC LIMIT 50',
    [openid],
  );
  return rows.map(toOrder);
}

/** Orders that something is still to come of, and that were not asked about for long enough. */
export async function listDueOrders(
  database: Queryable,
  now: Date,
  limit: number,
): Promise<DueOrder[]> {
  const rows = await database.query(
    `SELECT out_trade_no, checks, expires_at FROM orders
     WHERE next_check_at <= $1 AND status IN ('CREATED', 'PREPAID', 'REFUNDING')
     ORDER BY next_check_at LIMIT $2`,
    [now, limit],
  );
  return rows.map((row) => ({
    outTradeNo: String(row['out_trade_no']),
    checks: Number(row['checks']),
    expiresAt: toDate(row['expires_at']),
  }));
}

/** Puts the next question off until a time; false when another instance has asked meanwhile. */
export async function claimCheck(
  transaction: Queryable,
  { outTradeNo, checks }: DueOrder,
  nextCheckAt: Date,
): Promise<boolean> {
  const rows = await transaction.query(
    `UPDATE orders SET checks = checks + 1, next_check_at = $3
     WHERE out_trade_no = $1 AND checks = $2 RETURNING out_trade_no`,
    [outTradeNo, checks, nextCheckAt],
  );
  return rows.length === 1;
}

/** From now on, WeChat Pay is asked about the order again. */
export async function scheduleCheck(
  transaction: Queryable,
  outTradeNo: string,
  nextCheckAt: Date,
): Promise<void> {
  await transaction.query(
    'UPDATE orders SET checks = 0, next_check_at = $2 WHERE out_trade_no = $1',
    [outTradeNo, nextCheckAt],
  );
}

/** Moves an order along the state machine; false when it is no longer where it should come from. */
export async function transition(
  database: Queryable,
  outTradeNo: string,
  from: OrderStatus,
  to: OrderStatus,
  at: Date,
): Promise<boolean> {
  if (!TRANSITIONS[from].includes(to)) throw new Error(`an order cannot go from ${from} to ${to}`);
  const rows = await database.query(
    `UPDATE orders SET status = $3, updated_at = $4
     WHERE out_trade_no = $1 AND status = $2 RETURNING out_trade_no`,
    [outTradeNo, from, to, at],
  );
  return rows.length === 1;
}

/**
 * Keeps the prepay_id. The status follows only from CREATED: the callback may have been faster
 * than this, and then the order is paid and stays so.
 */
export async function savePrepayId(
  transaction: Queryable,
  outTradeNo: string,
  prepayId: string,
  at: Date,
): Promise<void> {
  const first = await transition(transaction, outTradeNo, 'CREATED', 'PREPAID', at);
  await transaction.query(
    'UPDATE orders SET prepay_id = $2, prepay_expires_at = $3, updated_at = $4 WHERE out_trade_no = $1',
    [outTradeNo, prepayId, new Date(at.getTime() + PREPAY_VALIDITY), at],
  );
  if (!first) return;
  const event = { event: 'ORDER.PREPAID', source: 'SHOP', statusAfter: 'PREPAID', at } as const;
  await insertEvent(transaction, outTradeNo, event);
}

export async function markPaid(
  transaction: Queryable,
  outTradeNo: string,
  payment: { transactionId: string; paidBy: 'CALLBACK' | 'QUERY'; paidAt: Date; at: Date },
): Promise<boolean> {
  const rows = await transaction.query(
    `UPDATE orders SET status = 'PAID', transaction_id = $2, paid_by = $3, paid_at = $4, updated_at = $5
     WHERE out_trade_no = $1 AND status IN ('CREATED', 'PREPAID') RETURNING out_trade_no`,
    [outTradeNo, payment.transactionId, payment.paidBy, payment.paidAt, payment.at],
  );
  return rows.length === 1;
}

/** Keeps a payment that came for a closed order: REFUNDING from here on, or CLOSED if it went back already. */
export async function markPaidLate(
  transaction: Queryable,
  outTradeNo: string,
  to: 'REFUNDING' | 'CLOSED',
  payment: { transactionId: string; paidBy: 'CALLBACK' | 'QUERY'; paidAt: Date; at: Date },
): Promise<void> {
  await transaction.query(
    `UPDATE orders SET status = $6, transaction_id = $2, paid_by = $3, paid_at = $4, updated_at = $5
     WHERE out_trade_no = $1 AND status = 'CLOSED'`,
    [outTradeNo, payment.transactionId, payment.paidBy, payment.paidAt, payment.at, to],
  );
}

/** Closes an order that was not paid, whether or not a prepay_id came meanwhile. */
export async function markClosed(
  transaction: Queryable,
  outTradeNo: string,
  at: Date,
): Promise<boolean> {
  const rows = await transaction.query(
    `UPDATE orders SET status = 'CLOSED', updated_at = $2
     WHERE out_trade_no = $1 AND status IN ('CREATED', 'PREPAID') RETURNING out_trade_no`,
    [outTradeNo, at],
  );
  return rows.length === 1;
}

/** Books a refund that reached the user: REFUNDED when nothing is left, else what is given. */
export async function markRefunded(
  transaction: Queryable,
  outTradeNo: string,
  amount: number,
  otherwise: 'PAID' | 'REFUNDING',
  at: Date,
): Promise<OrderStatus | undefined> {
  const [row] = await transaction.query(
    `UPDATE orders SET amount_refunded = amount_refunded + $2, updated_at = $3,
       status = CASE WHEN amount_refunded + $2 = amount_total THEN 'REFUNDED' ELSE $4 END
     WHERE out_trade_no = $1 AND status = 'REFUNDING' AND amount_refunded + $2 <= amount_total
     RETURNING status`,
    [outTradeNo, amount, at, otherwise],
  );
  return row === undefined ? undefined : (row['status'] as OrderStatus);
}

/** False when the event has been written before: it counts once. */
export async function insertEvent(
  transaction: Queryable,
  outTradeNo: string,
  event: OrderEvent,
): Promise<boolean> {
  const rows = await transaction.query(
    `INSERT INTO order_events (out_trade_no, event, subject, source, notification_id, status_after, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING event`,
    [
      outTradeNo,
      event.event,
      event.subject ?? '',
      event.source,
      event.notificationId ?? null,
      event.statusAfter,
      event.at,
    ],
  );
  return rows.length === 1;
}

export async function listEvents(database: Queryable, outTradeNo: string): Promise<Row[]> {
  return database.query(
    `SELECT event, subject, source, notification_id, status_after, created_at FROM order_events
     WHERE out_trade_no = $1 ORDER BY created_at, event`,
    [outTradeNo],
  );
}

/** Something a person has to look at; written once per kind and reference. */
export async function insertIncident(
  transaction: Queryable,
  incident: { outTradeNo: string; kind: string; reference: string; detail: object; at: Date },
): Promise<void> {
  const { outTradeNo, kind, reference, detail, at } = incident;
  await transaction.query(
    `INSERT INTO incidents (out_trade_no, kind, reference, detail, created_at)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
    [outTradeNo, kind, reference, JSON.stringify(detail), at],
  );
}

function toOrder(row: Row): Order {
  return {
    outTradeNo: String(row['out_trade_no']),
    appid: String(row['appid']),
    mchid: String(row['mchid']),
    openid: String(row['openid']),
    productId: String(row['product_id']),
    quantity: Number(row['quantity']),
    description: String(row['description']),
    amountTotal: Number(row['amount_total']),
    amountRefunded: Number(row['amount_refunded']),
    currency: String(row['currency']),
    status: row['status'] as OrderStatus,
    expiresAt: toDate(row['expires_at']),
    prepayId: optional(row['prepay_id'], String),
    prepayExpiresAt: optional(row['prepay_expires_at'], toDate),
    transactionId: optional(row['transaction_id'], String),
    paidBy: optional(row['paid_by'], (value) => value as 'CALLBACK' | 'QUERY'),
    paidAt: optional(row['paid_at'], toDate),
    createdAt: toDate(row['created_at']),
  };
}

function toDate(value: unknown): Date {
  return value instanceof Date ? value : new Date(String(value));
}

function optional<T>(value: unknown, convert: (value: unknown) => T): T | undefined {
  return value === null || value === undefined ? undefined : convert(value);
}
