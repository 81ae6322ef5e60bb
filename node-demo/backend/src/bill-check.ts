// The bill of a day against the orders of that day: what one knows and the other does not.

import type { BillRow } from './bill.js';

export interface BookedPayment {
  outTradeNo: string;
  transactionId: string;
  currency: string;
  total: number;
}

export interface BookedRefund {
  outTradeNo: string;
  outRefundNo: string;
  refund: number;
  /** Asked for and completed on that very day, so that its bill must have it. */
  must: boolean;
}

export interface Difference {
  outTradeNo: string;
  kind:
    | 'PAYMENT_NOT_HERE'
    | 'PAYMENT_NOT_IN_BILL'
    | 'PAYMENT_DIFFERS'
    | 'PAYMENT_REVOKED'
    | 'REFUND_NOT_HERE'
    | 'REFUND_NOT_IN_BILL'
    | 'REFUND_DIFFERS';
  reference: string;
  detail: object;
}

/** `payments` are those of the day; `refunds` all that the bill names, and those it must name. */
export function compare(
  rows: readonly BillRow[],
  payments: readonly BookedPayment[],
  refunds: readonly BookedRefund[],
): Difference[] {
  return [...comparePayments(rows, payments), ...compareRefunds(rows, refunds)];
}

function comparePayments(
  rows: readonly BillRow[],
  payments: readonly BookedPayment[],
): Difference[] {
  const differences: Difference[] = [];
  const missing = new Map(payments.map((payment) => [payment.transactionId, payment]));
  for (const row of rows) {
    if (row.tradeState === 'REFUND') continue;
    const { outTradeNo, transactionId: reference, total, currency } = row;
    if (row.tradeState !== 'SUCCESS') {
      const detail = { tradeState: row.tradeState, total };
      differences.push({ outTradeNo, kind: 'PAYMENT_REVOKED', reference, detail });
      continue;
    }
    const booked = missing.get(reference);
    missing.delete(reference);
    if (booked === undefined) {
      differences.push({ outTradeNo, kind: 'PAYMENT_NOT_HERE', reference, detail: { total } });
    } else if (
      booked.outTradeNo !== outTradeNo ||
      booked.total !== total ||
      booked.currency !== currency
    ) {
      const detail = { bill: { outTradeNo, total, currency }, booked };
      differences.push({ outTradeNo, kind: 'PAYMENT_DIFFERS', reference, detail });
    }
  }
  for (const { outTradeNo, transactionId: reference, total } of missing.values()) {
    differences.push({ outTradeNo, kind: 'PAYMENT_NOT_IN_BILL', reference, detail: { total } });
  }
  return differences;
}

function compareRefunds(rows: readonly BillRow[], refunds: readonly BookedRefund[]): Difference[] {
  const differences: Difference[] = [];
  const known = new Map(refunds.map((refund) => [refund.outRefundNo, refund]));
  const named = new Set<string>();
  for (const row of rows) {
    if (row.tradeState !== 'REFUND') continue;
    const { outTradeNo, outRefundNo: reference, refund } = row;
    named.add(reference);
    const booked = known.get(reference);
    if (booked === undefined) {
      differences.push({ outTradeNo, kind: 'REFUND_NOT_HERE', reference, detail: { refund } });
    } else if (booked.refund !== refund || booked.outTradeNo !== outTradeNo) {
      const detail = { bill: { outTradeNo, refund }, booked };
      differences.push({ outTradeNo, kind: 'REFUND_DIFFERS', reference, detail });
    }
  }
  for (const { outTradeNo, outRefundNo: reference, refund, must } of refunds) {
    if (!must || named.has(reference)) continue;
    differences.push({ outTradeNo, kind: 'REFUND_NOT_IN_BILL', reference, detail: { refund } });
  }
  return differences;
}
