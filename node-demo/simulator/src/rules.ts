// Field rules of the APIs spoken here.

import type {
  ArrayRule,
  BooleanRule,
  IntegerRule,
  ObjectRule,
  Rule,
  StringRule,
} from './schema.js';
import { parseRfc3339 } from './time.js';

const required = <R extends Rule>(rule: R): R => ({ ...rule, required: true });
const string = (max: number, more: Partial<StringRule> = {}): StringRule => ({
  type: 'string',
  max,
  ...more,
});
const integer = (min: number): IntegerRule => ({ type: 'integer', min });
const boolean: BooleanRule = { type: 'boolean' };
const object = (members: Record<string, Rule>): ObjectRule => ({ type: 'object', members });
const array = (items: Rule): ArrayRule => ({ type: 'array', items });

const outTradeNo = string(32, {
  min: 6,
  pattern: { regex: /^[0-9A-Za-z_\-|*]+$/, allowed: 'digits, letters and _-|*' },
});

const outRefundNo = string(64, {
  pattern: { regex: /^[0-9A-Za-z_\-|*@]+$/, allowed: 'digits, letters and _-|*@' },
});

const currency = string(16, { oneOf: ['CNY'] });

export const JSAPI_PREPAY: Record<string, Rule> = {
  appid: required(string(32)),
  mchid: required(string(32)),
  description: required(string(127)),
  out_trade_no: required(outTradeNo),
  time_expire: string(64, { check: rfc3339Issue }),
  attach: string(128),
  notify_url: required(string(255, { check: notifyUrlIssue })),
  goods_tag: string(32),
  support_fapiao: boolean,
  limit_pay: array(string(32)),
  amount: required(object({ total: required(integer(1)), currency })),
  payer: required(object({ openid: required(string(128)), identity: object({}) })),
  detail: object({
    cost_price: integer(0),
    invoice_id: string(32),
    goods_detail: array(
      object({
        merchant_goods_id: required(string(32)),
        wechatpay_goods_id: string(32),
        goods_name: string(256),
        quantity: required(integer(1)),
        unit_price: required(integer(0)),
      }),
    ),
  }),
  scene_info: object({
    payer_client_ip: required(string(45)),
    device_id: string(32),
    store_info: object({
      id: required(string(32)),
      name: string(256),
      area_code: string(32),
      address: string(512),
    }),
  }),
  settle_info: object({ profit_sharing: boolean }),
};

export const CLOSE_ORDER: Record<string, Rule> = {
  mchid: required(string(32)),
};

export const REFUND: Record<string, Rule> = {
  transaction_id: string(32),
  out_trade_no: outTradeNo,
  out_refund_no: required(outRefundNo),
  reason: string(80, { unit: 'bytes' }),
  notify_url: string(256, { check: notifyUrlIssue }),
  funds_account: string(32, { oneOf: ['AVAILABLE', 'UNSETTLED'] }),
  amount: required(
    object({
      refund: required(integer(1)),
      total: required(integer(1)),
      currency: required(currency),
      from: array(
        object({
          account: required(string(32, { oneOf: ['AVAILABLE', 'UNAVAILABLE'] })),
          amount: required(integer(1)),
        }),
      ),
    }),
  ),
  goods_detail: array(
    object({
      merchant_goods_id: required(string(32)),
      wechatpay_goods_id: string(32),
      goods_name: string(256),
      unit_price: required(integer(0)),
      refund_amount: required(integer(0)),
      refund_quantity: required(integer(1)),
    }),
  ),
};

const subOrderNames = {
  mchid: required(string(32)),
  out_trade_no: required(outTradeNo),
};

export const COMBINE_PREPAY: Record<string, Rule> = {
  combine_appid: required(string(32)),
  combine_mchid: required(string(32)),
  combine_out_trade_no: required(outTradeNo),
  combine_payer_info: required(object({ openid: required(string(128)) })),
  scene_info: object({ device_id: string(16), payer_client_ip: required(string(45)) }),
  sub_orders: required(
    array(
      object({
        ...subOrderNames,
        attach: required(string(128)),
        description: required(string(127)),
        detail: string(6000),
        amount: required(
          object({ total_amount: required(integer(1)), currency: required(currency) }),
        ),
        settle_info: object({ profit_sharing: boolean }),
      }),
    ),
  ),
  time_start: string(64, { check: rfc3339Issue }),
  time_expire: string(64, { check: rfc3339Issue }),
  notify_url: required(string(255, { check: notifyUrlIssue })),
};

export const COMBINE_CLOSE: Record<string, Rule> = {
  combine_appid: required(string(32)),
  sub_orders: required(array(object(subOrderNames))),
};

export const SECURITY_ECHO: Record<string, Rule> = {
  echo_message: required(string(1024)),
  encrypted_echo_message: string(4096),
  notify_url: string(255, { check: notifyUrlIssue }),
};

function notifyUrlIssue(value: string): string | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    return 'must be an absolute http or https URL';
  }
  return url.search !== '' || value.includes('?') ? 'must not have a query string' : undefined;
}

function rfc3339Issue(value: string): string | undefined {
  return parseRfc3339(value) === undefined
    ? 'must be an RFC 3339 time such as 2026-01-31T08:00:00+08:00'
    : undefined;
}
