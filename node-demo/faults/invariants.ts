// What must be true at the end, by the rows of the database, the books of WeChat Pay and the parcels that
// left. The backend is not asked.

import type { Queryable, Row } from 'wechatpay-demo-backend';

import { read, type Witness } from './witness.js';

/** An order as WeChat Pay has it. */
export interface PlatformOrder {
  outTradeNo: string;
  state: string;
  transactionId?: string;
  refunds: { outRefundNo: string; status: string; refund: number }[];
}

export interface Evidence {
  database: Queryable;
  witness: Pick<Witness, 'payments' | 'acknowledged' | 'unsaved' | 'believedLies'>;
  orders: PlatformOrder[];
  parcels: Map<string, number>;
  crashes: number;
}

export interface Invariant {
  text: string;
  /** What contradicts it: order numbers and notification ids. */
  violations: string[];
}

export async function judge(evidence: Evidence): Promise<Invariant[]> {
  const { database, witness, parcels } = evidence;
  const rows = new Map(
    (await read(database, 'SELECT * FROM orders')).map((row) => [String(row['out_trade_no']), row]),
  );
  const events = await read(
    database,
    `SELECT out_trade_no, event, COUNT(*) AS count FROM order_events
     WHERE event IN ('TRANSACTION.SUCCESS', 'ORDER.SHIPPED') GROUP BY out_trade_no, event`,
  );
  const booked = counts(events, 'TRANSACTION.SUCCESS');
  const shippedEvents = counts(events, 'ORDER.SHIPPED');
  const saved = new Set(
    (await read(database, "SELECT id FROM notifications WHERE outcome <> 'RECEIVED'")).map((row) =>
      String(row['id']),
    ),
  );
  const refunded = await read(database, "SELECT * FROM refunds WHERE status = 'SUCCESS'");
  const incidents = await read(database, 'SELECT kind, out_trade_no FROM incidents');

  const paid = evidence.orders.filter(({ transactionId }) => transactionId !== undefined);
  const paidNumbers = new Set(paid.map(({ outTradeNo }) => outTradeNo));
  const status = (outTradeNo: string): unknown => rows.get(outTradeNo)?.['status'];
  const all = [...rows.keys()];
  const numbers = (orders: PlatformOrder[]): string[] => orders.map((order) => order.outTradeNo);

  return [
    {
      text: 'the books of WeChat Pay and the phones agree on who paid',
      violations: [
        ...numbers(paid.filter(({ outTradeNo }) => !witness.payments.has(outTradeNo))),
        ...[...witness.payments.keys()].filter((number) => !paidNumbers.has(number)),
      ],
    },
    {
      text: 'every payment is booked with its own transaction: nothing lost',
      violations: numbers(
        paid.filter(
          ({ outTradeNo, transactionId }) =>
            rows.get(outTradeNo)?.['transaction_id'] !== transactionId ||
            !['PAID', 'REFUNDING', 'REFUNDED'].includes(String(status(outTradeNo))),
        ),
      ),
    },
    {
      text: 'every paid order is paid once, here and at WeChat Pay',
      violations: numbers(
        paid.filter(
          ({ outTradeNo }) =>
            booked.get(outTradeNo) !== 1 || witness.payments.get(outTradeNo) !== 1,
        ),
      ),
    },
    {
      text: 'no order is paid that WeChat Pay took no money for: no forgery accepted',
      violations: all.filter(
        (number) => rows.get(number)?.['paid_at'] !== null && !paidNumbers.has(number),
      ),
    },
    { text: 'no probe and no forgery was answered 2xx', violations: witness.believedLies },
    {
      text: 'no 2xx was sent for an unsaved callback, looked up when it came',
      violations: witness.unsaved,
    },
    {
      text: 'no 2xx was sent for an unsaved callback, looked up at the end',
      violations: witness.acknowledged.filter(({ id }) => !saved.has(id)).map(({ id }) => id),
    },
    {
      text: 'no parcel left twice',
      violations: [...parcels].filter(([, count]) => count > 1).map(([number]) => number),
    },
    {
      text: 'a parcel left for every order that stayed paid, and is written down',
      violations: all.filter(
        (number) =>
          status(number) === 'PAID' && (!parcels.has(number) || shippedEvents.get(number) !== 1),
      ),
    },
    {
      text: 'no parcel left for an order that was not paid',
      violations: [...parcels.keys()].filter((number) => !paidNumbers.has(number)),
    },
    {
      text: 'every refund is booked once, with its amount, here and at WeChat Pay',
      violations: refundViolations(evidence.orders, refunded),
    },
    {
      text: 'nothing is left for a person to look at',
      violations: incidents.map((row) => `${String(row['kind'])} ${String(row['out_trade_no'])}`),
    },
    {
      text: 'no instance ended by itself',
      violations: evidence.crashes === 0 ? [] : [`${evidence.crashes} did`],
    },
  ];
}

/** A run in which nothing failed, or nobody bought, has proved nothing. */
export function requireAll(counts: Record<string, number>): Invariant {
  return {
    text: 'everything that was to happen did happen',
    violations: Object.keys(counts).filter((name) => !((counts[name] ?? 0) > 0)).map((name) => `no ${name}`),
  };
}

function refundViolations(orders: PlatformOrder[], booked: Row[]): string[] {
  const here = new Map(booked.map((row) => [String(row['out_refund_no']), Number(row['amount'])]));
  const there = orders.flatMap(({ refunds }) => refunds);
  const wrong = there
    .filter(
      ({ outRefundNo, refund, status }) => status !== 'SUCCESS' || here.get(outRefundNo) !== refund,
    )
    .map(({ outRefundNo }) => outRefundNo);
  const twice = orders
    .filter(({ refunds }) => refunds.length > 1)
    .map(({ outTradeNo }) => outTradeNo);
  const known = new Set(there.map(({ outRefundNo }) => outRefundNo));
  return [...wrong, ...twice, ...[...here.keys()].filter((number) => !known.has(number))];
}

function counts(events: Row[], event: string): Map<string, number> {
  const found = events.filter((row) => row['event'] === event);
  return new Map(found.map((row) => [String(row['out_trade_no']), Number(row['count'])]));
}
