import type { Queryable, Row } from './db/database.js';

export type RefundStatus =
  'REQUESTED' | 'PROCESSING' | 'SUCCESS' | 'CLOSED' | 'ABNORMAL' | 'FAILED';

export interface Refund {
  outTradeNo: string;
  outRefundNo: string;
  amount: number;
  reason: string;
  status: RefundStatus;
  refundId: string | undefined;
}

/**
 * A refund in one of these is on its way: asked for, accepted, or stuck with the bank. FAILED is not
 * the end of it: WeChat Pay refused one request, and an earlier one may still get through.
 */
const OPEN = `('REQUESTED', 'PROCESSING', 'ABNORMAL')`;

export async function insertRefund(
  transaction: Queryable,
  refund: { outTradeNo: string; outRefundNo: string; amount: number; reason: string; at: Date },
): Promise<void> {
  await transaction.query(
    `INSERT INTO refunds (out_trade_no, out_refund_no, amount, reason, status, created_at, updated_at)
     VALUES ($1, $2, $3, $4, 'REQUESTED', $5, $5)`,
    [refund.outTradeNo, refund.outRefundNo, refund.amount, refund.reason, refund.at],
  );
}

export async function findRefund(
  database: Queryable,
  outTradeNo: string,
  outRefundNo: string,
): Promise<Refund | undefined> {
  const [row] = await database.query(
    'SELECT * FROM refunds WHERE out_trade_no = $1 AND out_refund_no = $2',
    [outTradeNo, outRefundNo],
  );
  return row === undefined ? undefined : toRefund(row);
}

export async function findOpenRefund(
  database: Queryable,
  outTradeNo: string,
): Promise<Refund | undefined> {
  const [row] = await database.query(
    `SELECT * FROM refunds WHERE out_trade_no = $1 AND status IN ${OPEN}
     ORDER BY created_at DESC LIMIT 1`,
    [outTradeNo],
  );
  return row === undefined ? undefined : toRefund(row);
}

/** The refund of this amount that was refused, whose number the next attempt takes again. */
export async function findFailedRefund(
  database: Queryable,
  outTradeNo: string,
  amount: number,
): Promise<Refund | undefined> {
  const [row] = await database.query(
    `SELECT * FROM refunds WHERE out_trade_no = $1 AND status = 'FAILED' AND amount = $2
     ORDER BY created_at DESC LIMIT 1`,
    [outTradeNo, amount],
  );
  return row === undefined ? undefined : toRefund(row);
}

export async function listRefunds(database: Queryable, outTradeNo: string): Promise<Refund[]> {
  const rows = await database.query(
    'SELECT * FROM refunds WHERE out_trade_no = $1 ORDER BY created_at',
    [outTradeNo],
  );
  return rows.map(toRefund);
}

/** Moves a refund on; false when it has reached its end before. */
export async function updateRefund(
  database: Queryable,
  refund: {
    outTradeNo: string;
    outRefundNo: string;
    status: RefundStatus;
    refundId?: string;
    at: Date;
  },
): Promise<boolean> {
  const rows = await database.query(
    `UPDATE refunds SET status = $3, refund_id = COALESCE($4, refund_id), updated_at = $5
     WHERE out_trade_no = $1 AND out_refund_no = $2 AND status NOT IN ('SUCCESS', 'CLOSED')
     RETURNING out_refund_no`,
    [refund.outTradeNo, refund.outRefundNo, refund.status, refund.refundId ?? null, refund.at],
  );
  return rows.length === 1;
}

function toRefund(row: Row): Refund {
  const refundId = row['refund_id'];
  return {
    outTradeNo: String(row['out_trade_no']),
    outRefundNo: String(row['out_refund_no']),
    amount: Number(row['amount']),
    reason: String(row['reason']),
    status: row['status'] as RefundStatus,
    refundId: refundId === null || refundId === undefined ? undefined : String(refundId),
  };
}
