import type { Queryable } from './db/database.js';

export type ShipmentStatus = 'WAITING' | 'CLAIMED' | 'SHIPPED' | 'CANCELLED';

/** Belongs into the transaction that books the payment. */
export async function insertShipment(
  transaction: Queryable,
  outTradeNo: string,
  status: 'WAITING' | 'CANCELLED',
  at: Date,
): Promise<void> {
  await transaction.query(
    `INSERT INTO shipments (out_trade_no, status, created_at, updated_at)
     VALUES ($1, $2, $3, $3)`,
    [outTradeNo, status, at],
  );
}

/** Whether the order ever was to be shipped: one that was paid after closing never is. */
export async function hasShipment(database: Queryable, outTradeNo: string): Promise<boolean> {
  const rows = await database.query('SELECT 1 FROM shipments WHERE out_trade_no = $1', [
    outTradeNo,
  ]);
  return rows.length === 1;
}

/** Those nobody has taken, and those whose taker did not come back. */
export async function listOpenShipments(
  database: Queryable,
  now: Date,
  limit: number,
): Promise<string[]> {
  const rows = await database.query(
    `SELECT out_trade_no FROM shipments
     WHERE status = 'WAITING' OR (status = 'CLAIMED' AND claimed_until < $1)
     ORDER BY created_at LIMIT $2`,
    [now, limit],
  );
  return rows.map((row) => String(row['out_trade_no']));
}

/** Takes a shipment until a time; its status before, or undefined when another was faster. */
export async function claimShipment(
  transaction: Queryable,
  outTradeNo: string,
  until: Date,
  at: Date,
): Promise<'WAITING' | 'CLAIMED' | undefined> {
  const [row] = await transaction.query(
    'SELECT status, claimed_until FROM shipments WHERE out_trade_no = $1 FOR UPDATE',
    [outTradeNo],
  );
  const before = row?.['status'] as ShipmentStatus | undefined;
  const taken = before === 'CLAIMED' && (row?.['claimed_until'] as Date) >= at;
  if ((before !== 'WAITING' && before !== 'CLAIMED') || taken) return undefined;
  await transaction.query(
    `UPDATE shipments SET status = 'CLAIMED', claimed_until = $2, updated_at = $3
     WHERE out_trade_no = $1`,
    [outTradeNo, until, at],
  );
  return before;
}

/** Ends a claim; false when somebody else holds it by now. */
export async function endClaim(
  transaction: Queryable,
  outTradeNo: string,
  claimedUntil: Date,
  to: 'SHIPPED' | 'CANCELLED',
  at: Date,
): Promise<boolean> {
  const rows = await transaction.query(
    `UPDATE shipments SET status = $3, claimed_until = NULL, updated_at = $4
     WHERE out_trade_no = $1 AND status = 'CLAIMED' AND claimed_until = $2 RETURNING out_trade_no`,
    [outTradeNo, claimedUntil, to, at],
  );
  return rows.length === 1;
}
