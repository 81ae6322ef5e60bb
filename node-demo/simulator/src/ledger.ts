// WeChat Pay's own books: orders, payments and refunds, and the rules between them.

import { ApiError, paramError } from './api-error.js';
import * as identifiers from './identifiers.js';
import type { Json, JsonObject } from './schema.js';
import { parseRfc3339 } from './time.js';

export type TradeState = 'NOTPAY' | 'SUCCESS' | 'REFUND' | 'CLOSED';
export type RefundStatus = 'PROCESSING' | 'SUCCESS' | 'CLOSED' | 'ABNORMAL';

export interface Order {
  mchid: string;
  appid: string;
  outTradeNo: string;
  description: string;
  notifyUrl: string;
  attach: string | undefined;
  total: number;
  currency: string;
  openid: string;
  expiresAt: number;
  prepayId: string;
  prepayExpiresAt: number;
  state: TradeState;
  transactionId: string | undefined;
  successAt: number | undefined;
  refunds: Refund[];
  /** The orders that a combined one holds, and that are paid with it. */
  combined: Order[] | undefined;
  /** The request as first made; a repeated one must say the same. */
  request: string;
}

export interface Refund {
  order: Order;
  refundId: string;
  outRefundNo: string;
  reason: string | undefined;
  notifyUrl: string | undefined;
  refund: number;
  status: RefundStatus;
  createdAt: number;
  successAt: number | undefined;
  request: string;
}

const HOUR = 60 * 60 * 1000;
const PREPAY_VALIDITY = 2 * HOUR;
const ORDER_VALIDITY = 7 * 24 * HOUR;
const REFUND_VALIDITY = 365 * 24 * HOUR;
const MAX_PARTIAL_REFUNDS = 50;

export class Ledger {
  readonly #orders = new Map<string, Order>();
  readonly #combined = new Map<string, Order>();
  readonly #byPrepayId = new Map<string, Order>();
  readonly #byTransactionId = new Map<string, Order>();
  readonly #refunds = new Map<string, Refund>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get orders(): Order[] {
    return [...this.#orders.values()];
  }

  /** Places an order, or hands out a prepay_id again when the same request is repeated. */
  prepay(body: JsonObject): Order {
    const now = this.#now();
    const mchid = text(body['mchid']);
    const outTradeNo = text(body['out_trade_no']);
    const request = canonical(body);
    const existing = this.find(mchid, outTradeNo);
    if (existing !== undefined) return this.#again(existing, request, now);

    const amount = body['amount'] as JsonObject;
    const order: Order = {
      mchid,
      appid: text(body['appid']),
      outTradeNo,
      description: text(body['description']),
      notifyUrl: text(body['notify_url']),
      attach: body['attach'] === undefined ? undefined : text(body['attach']),
      total: Number(amount['total']),
      currency: text(amount['currency'] ?? 'CNY'),
      openid: text((body['payer'] as JsonObject)['openid']),
      expiresAt: expiry(body['time_expire'], now),
      prepayId: '',
      prepayExpiresAt: 0,
      state: 'NOTPAY',
      transactionId: undefined,
      successAt: undefined,
      refunds: [],
      combined: undefined,
      request,
    };
    this.#orders.set(key(mchid, outTradeNo), order);
    this.#renewPrepayId(order, now);
    return order;
  }

  /** Places several orders that are paid as one. */
  combinePrepay(body: JsonObject): Order {
    const now = this.#now();
    const mchid = text(body['combine_mchid']);
    const outTradeNo = text(body['combine_out_trade_no']);
    const request = canonical(body);
    const existing = this.findCombined(mchid, outTradeNo);
    if (existing !== undefined) return this.#again(existing, request, now);

    const common = {
      appid: text(body['combine_appid']),
      notifyUrl: text(body['notify_url']),
      openid: text((body['combine_payer_info'] as JsonObject)['openid']),
      expiresAt: expiry(body['time_expire'], now),
      prepayId: '',
      prepayExpiresAt: 0,
      state: 'NOTPAY' as const,
      transactionId: undefined,
      successAt: undefined,
      request,
    };
    const combined = (body['sub_orders'] as JsonObject[]).map((sub): Order => {
      const amount = sub['amount'] as JsonObject;
      return {
        ...common,
        mchid: text(sub['mchid']),
        outTradeNo: text(sub['out_trade_no']),
        description: text(sub['description']),
        attach: text(sub['attach']),
        total: Number(amount['total_amount']),
        currency: text(amount['currency']),
        refunds: [],
        combined: undefined,
      };
    });
    for (const sub of combined) {
      if (this.find(sub.mchid, sub.outTradeNo) !== undefined) {
        throw new ApiError(403, 'OUT_TRADE_NO_USED', `商户订单号重复: ${sub.outTradeNo}`);
      }
    }
    const order: Order = {
      ...common,
      mchid,
      outTradeNo,
      description: combined.map(({ description }) => description).join('，'),
      attach: undefined,
      total: combined.reduce((sum, { total }) => sum + total, 0),
      currency: 'CNY',
      refunds: [],
      combined,
    };
    this.#combined.set(key(mchid, outTradeNo), order);
    for (const sub of combined) this.#orders.set(key(sub.mchid, sub.outTradeNo), sub);
    this.#renewPrepayId(order, now);
    return order;
  }

  findCombined(mchid: string, outTradeNo: string): Order | undefined {
    return this.#expire(this.#combined.get(key(mchid, outTradeNo)));
  }

  /** What a merchant's bill from one time to another has in it. */
  traded(mchid: string, from: number, to: number): { payments: Order[]; refunds: Refund[] } {
    const within = (time = 0): boolean => time >= from && time < to;
    return {
      payments: this.orders.filter((order) => order.mchid === mchid && within(order.successAt)),
      refunds: [...this.#refunds.values()].filter(
        (refund) => refund.order.mchid === mchid && within(refund.createdAt),
      ),
    };
  }

  find(mchid: string, outTradeNo: string): Order | undefined {
    return this.#expire(this.#orders.get(key(mchid, outTradeNo)));
  }

  findByTransactionId(mchid: string, transactionId: string): Order | undefined {
    const order = this.#byTransactionId.get(transactionId);
    return order?.mchid === mchid ? order : undefined;
  }

  findByPrepayId(prepayId: string): Order | undefined {
    return this.#expire(this.#byPrepayId.get(prepayId));
  }

  /** Takes the user's money. */
  pay(order: Order): void {
    const now = this.#now();
    for (const sub of order.combined ?? []) this.pay(sub);
    order.state = 'SUCCESS';
    order.successAt = now;
    order.transactionId = identifiers.transactionId(now);
    this.#byTransactionId.set(order.transactionId, order);
  }

  close(order: Order): void {
    if (order.state === 'SUCCESS' || order.state === 'REFUND') {
      throw new ApiError(400, 'ORDERPAID', '订单已支付，不能关闭');
    }
    if (order.state === 'CLOSED') throw new ApiError(400, 'ORDER_CLOSED', '订单已关闭');
    for (const sub of order.combined ?? []) sub.state = 'CLOSED';
    order.state = 'CLOSED';
  }

  /** Accepts a refund, or answers the one accepted before under the same out_refund_no. */
  refund(order: Order, body: JsonObject): { refund: Refund; fresh: boolean } {
    const now = this.#now();
    const outRefundNo = text(body['out_refund_no']);
    const request = canonical(body);
    const existing = this.findRefund(order.mchid, outRefundNo);
    if (existing !== undefined) {
      if (existing.request !== request) throw differentAmounts();
      return { refund: existing, fresh: false };
    }
    if (order.state !== 'SUCCESS' && order.state !== 'REFUND') {
      throw new ApiError(400, 'INVALID_REQUEST', '订单未支付，不能退款');
    }
    if (now - (order.successAt ?? now) > REFUND_VALIDITY) {
      throw new ApiError(400, 'INVALID_REQUEST', '订单已超过可退款的最大期限');
    }
    if (order.refunds.length >= MAX_PARTIAL_REFUNDS) {
      throw new ApiError(400, 'INVALID_REQUEST', '订单部分退款次数超过 50 次');
    }
    const amount = body['amount'] as JsonObject;
    if (amount['total'] !== order.total) throw differentAmounts();
    const spent = order.refunds
      .filter((refund) => refund.status !== 'CLOSED')
      .reduce((sum, refund) => sum + refund.refund, 0);
    if (spent + Number(amount['refund']) > order.total) {
      throw new ApiError(400, 'INVALID_REQUEST', '申请退款金额超过订单可退金额');
    }
    const refund: Refund = {
      order,
      refundId: identifiers.refundId(now),
      outRefundNo,
      reason: body['reason'] === undefined ? undefined : text(body['reason']),
      notifyUrl: body['notify_url'] === undefined ? undefined : text(body['notify_url']),
      refund: Number(amount['refund']),
      status: 'PROCESSING',
      createdAt: now,
      successAt: undefined,
      request,
    };
    order.refunds.push(refund);
    order.state = 'REFUND';
    this.#refunds.set(key(order.mchid, outRefundNo), refund);
    return { refund, fresh: true };
  }

  findRefund(mchid: string, outRefundNo: string): Refund | undefined {
    return this.#refunds.get(key(mchid, outRefundNo));
  }

  /** Gives the money back. */
  completeRefund(refund: Refund): void {
    refund.status = 'SUCCESS';
    refund.successAt = this.#now();
  }

  /** A number that was used before: only for the very same request, while nothing came of it. */
  #again(existing: Order, request: string, now: number): Order {
    if (existing.state === 'SUCCESS' || existing.state === 'REFUND') {
      throw new ApiError(400, 'ORDERPAID', '该订单已支付');
    }
    if (existing.state === 'CLOSED') throw new ApiError(400, 'ORDER_CLOSED', '该订单已关闭');
    if (existing.request !== request) {
      const message = '订单重入时，要求参数值与原请求一致，请确认参数问题';
      throw new ApiError(400, 'INVALID_REQUEST', message);
    }
    if (existing.prepayExpiresAt <= now) this.#renewPrepayId(existing, now);
    return existing;
  }

  #renewPrepayId(order: Order, now: number): void {
    order.prepayId = identifiers.prepayId(now);
    order.prepayExpiresAt = now + PREPAY_VALIDITY;
    this.#byPrepayId.set(order.prepayId, order);
  }

  #expire(order: Order | undefined): Order | undefined {
    if (order?.state === 'NOTPAY' && order.expiresAt <= this.#now()) {
      for (const sub of order.combined ?? []) sub.state = 'CLOSED';
      order.state = 'CLOSED';
    }
    return order;
  }
}

/** time_expire in milliseconds; seven days where there is none. */
function expiry(timeExpire: Json | undefined, now: number): number {
  const at = timeExpire === undefined ? now + ORDER_VALIDITY : parseRfc3339(text(timeExpire));
  if (at === undefined || at <= now) {
    throw paramError('/time_expire', 'must lie in the future', timeExpire);
  }
  return at;
}

function differentAmounts(): ApiError {
  const message = '订单金额或退款金额与之前请求不一致，请核实后再试';
  return new ApiError(400, 'INVALID_REQUEST', message);
}

function key(mchid: string, number: string): string {
  return `${mchid}/${number}`;
}

function text(value: Json | undefined): string {
  return String(value);
}

/** The same members with the same values give the same text, whatever their order. */
function canonical(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}
