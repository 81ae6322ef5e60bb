// Bills as files: CSV under a byte order mark, a backtick before every field, amounts in yuan, and at the
// end a second header with one line of sums.

import type { Order, Refund } from './ledger.js';
import { beijingTime } from './time.js';

const TRADE_HEADER =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,' +
  '货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,' +
  '商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';
const TRADE_SUMS =
  '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额';
const FLOW_HEADER =
  '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号';
const FLOW_SUMS = '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额';

export interface Traded {
  payments: Order[];
  refunds: Refund[];
}

/** 交易账单: `SUCCESS` has the payments, `REFUND` what went back, `ALL` both. */
export function tradeBill(traded: Traded, type: 'ALL' | 'SUCCESS' | 'REFUND'): string {
  const payments = type === 'REFUND' ? [] : traded.payments;
  const refunds = type === 'SUCCESS' ? [] : traded.refunds;
  const paid = sum(payments.map(({ total }) => total));
  const refunded = sum(refunds.map(({ refund }) => refund));
  const rows = [
    ...payments.map((order) => tradeRow(order, order.successAt ?? 0)),
    ...refunds.map((refund) => tradeRow(refund.order, refund.createdAt, refund)),
  ];
  const sums = [
    rows.length,
    yuan(paid),
    yuan(refunded),
    yuan(0),
    '0.00000',
    yuan(paid),
    yuan(refunded),
  ];
  return file(TRADE_HEADER, rows, TRADE_SUMS, sums);
}

/** 资金账单: money in and out, in the order it moved. */
export function fundFlowBill({ payments, refunds }: Traded): string {
  const flows = [
    ...payments.map((order) => ({
      at: order.successAt ?? 0,
      fen: order.total,
      order,
      id: order.transactionId,
    })),
    ...refunds.map((refund) => ({
      at: refund.successAt ?? refund.createdAt,
      fen: -refund.refund,
      order: refund.order,
      id: refund.refundId,
    })),
  ].sort((a, b) => a.at - b.at);
  let balance = 0;
  const rows = flows.map(({ at, fen, order, id }) => {
    balance += fen;
    const kind = fen > 0 ? '交易' : '退款';
    const direction = fen > 0 ? '收入' : '支出';
    return [
      beijingTime(at),
      id ?? '',
      id ?? '',
      kind,
      kind,
      direction,
      yuan(Math.abs(fen)),
      yuan(balance),
      '系统',
      '',
      order.outTradeNo,
    ];
  });
  const paid = sum(payments.map(({ total }) => total));
  const refunded = sum(refunds.map(({ refund }) => refund));
  return file(FLOW_HEADER, rows, FLOW_SUMS, [
    rows.length,
    payments.length,
    yuan(paid),
    refunds.length,
    yuan(refunded),
  ]);
}

function tradeRow(order: Order, at: number, refund?: Refund): string[] {
  const paid = refund === undefined ? yuan(order.total) : yuan(0);
  const back = yuan(refund?.refund ?? 0);
  return [
    beijingTime(at),
    order.appid,
    order.mchid,
    '0',
    '',
    order.transactionId ?? '',
    order.outTradeNo,
    order.openid,
    'JSAPI',
    refund === undefined ? 'SUCCESS' : 'REFUND',
    'OTHERS',
    order.currency,
    paid,
    yuan(0),
    refund?.refundId ?? '0',
    refund?.outRefundNo ?? '0',
    back,
    yuan(0),
    refund === undefined ? '' : 'ORIGINAL',
    refund?.status ?? '',
    order.description,
    order.attach ?? '',
    '0.00000',
    '0.60%',
    yuan(order.total),
    back,
    '',
  ];
}

function file(
  header: string,
  rows: string[][],
  sumsHeader: string,
  sums: (string | number)[],
): string {
  const lines = [header, ...rows.map(line), sumsHeader, line(sums)];
  return `\uFEFF${lines.map((text) => `${text}\r\n`).join('')}`;
}

function line(fields: readonly (string | number)[]): string {
  // What a merchant wrote must not look like the end of a field or of a row.
  return fields.map((field) => `\`${String(field).replace(/[`\r\n]/g, ' ')}`).join(',');
}

function yuan(fen: number): string {
  return (fen / 100).toFixed(2);
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
