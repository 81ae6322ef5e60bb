// APIv2 as WeChat Pay does it, on node:crypto alone.
import { createCipheriv, createHash, createHmac } from 'node:crypto'

import { MerchantV2 } from 'wechatpay-wasm'

export const KEY = 'throw-away-APIv2-key-of-32-chars'
export const MCHID = '1900000109'
export const TYPES = ['MD5', 'HMAC-SHA256']
export const shop = (changes = {}) => new MerchantV2({ mchid: MCHID, apiKey: KEY, ...changes })

const byBytes = ([left], [right]) => Buffer.compare(Buffer.from(left), Buffer.from(right))

export function textOf(fields) {
  const taking = Object.entries(fields).filter(([name, value]) => name !== 'sign' && String(value) !== '')
  return taking
    .sort(byBytes)
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

export function digest(text, type, key) {
  const hash = type === 'MD5' ? createHash('md5') : createHmac('sha256', key)
  return hash.update(text).digest('hex').toUpperCase()
}

export const signOf = (fields, type = 'MD5', key = KEY) => digest(`${textOf(fields)}&key=${key}`, type, key)

export function toXml(fields, root = 'xml') {
  const cdata = (value) => `<![CDATA[${String(value).replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
  const body = Object.entries(fields).map(([name, value]) => `<${name}>${cdata(value)}</${name}>`)
  return `<${root}>${body.join('')}</${root}>`
}

export const signedXml = (fields, type, key) => toXml({ ...fields, sign: signOf(fields, type, key) })

export function sealed(plaintext, { key = KEY, autoPadding = true } = {}) {
  const aesKey = createHash('md5').update(key).digest('hex')
  const cipher = createCipheriv('aes-256-ecb', Buffer.from(aesKey), null).setAutoPadding(autoPadding)
  return Buffer.concat([cipher.update(plaintext), cipher.final()])
}

export const refundBody = (reqInfo) =>
  toXml({ return_code: 'SUCCESS', appid: 'wx8888888888888888', mch_id: MCHID, req_info: reqInfo })

export const payment = {
  appid: 'wx2421b1c4370ec43b',
  attach: '支付测试 <&>',
  bank_type: 'CFT',
  cash_fee: '1',
  coupon_fee: '10',
  coupon_fee_0: '10',
  device_info: '',
  fee_type: 'CNY',
  mch_id: MCHID,
  nonce_str: '5d2b6c2a8db53831f7eda20af46e531c',
  openid: 'oUpF8uMEb4qRXf22hE3X68TekukE',
  out_trade_no: '1409811653',
  result_code: 'SUCCESS',
  return_code: 'SUCCESS',
  time_end: '20140903131540',
  total_fee: '11',
  trade_type: 'JSAPI',
  transaction_id: '1004400740201409030005092168',
}

export const refund = {
  out_refund_no: '131811191610442717309',
  out_trade_no: '71106718111915575302817',
  refund_account: 'REFUND_SOURCE_RECHARGE_FUNDS',
  refund_fee: '3960',
  refund_id: '50000408942018111907145868882',
  refund_recv_accout: '支付用户零钱',
  refund_request_source: 'API',
  refund_status: 'SUCCESS',
  settlement_refund_fee: '3950',
  settlement_total_fee: '3955',
  success_time: '2018-11-19 16:24:13',
  total_fee: '3960',
  transaction_id: '4200000215201811190261405420',
}

/** Names and values of a flat document, found without a parser. */
export function readPlainly(xml) {
  const pattern = /<([\w.]+)>(?:<!\[CDATA\[([^]*?)\]\]>|([^<]*))<\/\1>/g
  return Object.fromEntries([...xml.matchAll(pattern)].map(([, name, cdata, plain]) => [name, cdata ?? plain]))
}
