// APIv2.
import { createCipheriv, createHash } from 'node:crypto'

import { API_V3_KEY, encrypt, NOW } from '../support/platform.mjs'

const KEY = 'throw-away-APIv2-key-of-32-chars'
const MCHID = '1900000109'
const APPID = 'wx8888888888888888'

const toXml = (fields) => `<xml>${Object.entries(fields).map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`).join('')}</xml>`

const payment = {
  appid: APPID,
  mch_id: MCHID,
  return_code: 'SUCCESS',
  result_code: 'SUCCESS',
  transaction_id: '1',
  out_trade_no: '2',
  trade_type: 'JSAPI',
  total_fee: '11',
  time_end: '20140903131540',
}

const refund = '<root><transaction_id>1</transaction_id><out_trade_no>2</out_trade_no><refund_id>3</refund_id><out_refund_no>4</out_refund_no><refund_status>SUCCESS</refund_status><total_fee>5</total_fee><refund_fee>5</refund_fee></root>'

function refundBody() {
  const cipher = createCipheriv('aes-256-ecb', createHash('md5').update(KEY).digest('hex'), null)
  return toXml({ return_code: 'SUCCESS', req_info: cipher.update(refund, 'utf8', 'base64') + cipher.final('base64') })
}

function event() {
  const { algorithm, ciphertext, nonce, associated_data: data } = encrypt('<xml><a>1</a></xml>')
  return { event_id: '1', event_type: 'A', event_algorithm: algorithm, event_ciphertext: ciphertext, event_nonce: nonce, event_associated_data: data }
}

const coupon = () => ({ stockId: '1', outRequestNo: '2', couponCode: 'c', createCouponMerchant: '3', customizeSendTime: '2020-11-08T00:00:00+08:00' })

export function v2Calls({ MerchantV2, answerV2, refusalV2, stringA, workwxSign }, methodsOf) {
  const shop = new MerchantV2({ mchid: MCHID, apiKey: KEY, apiV3Key: API_V3_KEY })
  const signed = (fields) => toXml({ ...fields, sign: shop.sign(fields, 'MD5') })
  return [
    { name: 'MerchantV2', make: () => [{ mchid: MCHID, apiKey: KEY, apiV3Key: API_V3_KEY, signType: 'HMAC-SHA256' }], run: (args) => new MerchantV2(...args).free() },
    ...methodsOf('MerchantV2', shop, {
      signRequest: () => [{ fields: { appid: APPID, total_fee: 1 }, signType: 'MD5', nonceStr: 'n' }],
      verifyResponse: () => [{ body: signed(payment), signType: 'MD5', path: '/pay/unifiedorder' }],
      openNotification: () => [{ body: signed(payment), signType: 'MD5' }],
      openPayment: () => [{ body: signed(payment), signType: 'MD5' }],
      openRefund: () => [{ body: refundBody() }],
      openEvent: () => [{ body: signed(event()), signType: 'MD5' }],
      requestPayment: () => [{ appid: APPID, prepayId: 'wx1', signType: 'MD5', timestamp: NOW, nonceStr: 'n' }],
      appPayment: () => [{ appid: APPID, prepayId: 'wx1', partnerid: MCHID, signType: 'MD5', timestamp: NOW, nonceStr: 'n' }],
      redPacket: () => [{ appid: APPID, package: 'p=1', timestamp: NOW, nonceStr: 'n' }],
      payScoreDetail: () => [{ serviceId: '1', outOrderNo: '2', mchid: MCHID, timestamp: NOW, nonceStr: 'n' }],
      payScoreUse: () => [{ package: 'p', mchid: MCHID, timestamp: NOW, nonceStr: 'n' }],
      sendCoupon: () => [{ coupons: [coupon(), { ...coupon(), outRequestNo: '4' }], sendCouponMerchant: MCHID }],
      couponUrl: () => [{ coupon: coupon(), openid: 'o', sendCouponMerchant: MCHID }],
      sign: () => [{ a: '1', b: 2 }, 'MD5'],
    }),
    { name: 'answerV2', make: () => [{ fail: 'x', event: true }], run: (args) => answerV2(...args) },
    { name: 'refusalV2', make: () => ['<xml><return_code>FAIL</return_code><return_msg>x</return_msg></xml>'], run: (args) => refusalV2(...args) },
    { name: 'stringA', make: () => [{ a: '1', b: 2 }], run: (args) => stringA(...args) },
    { name: 'workwxSign', make: () => [{ api: 'redPacket', fields: redPacket(), secret: 'secret' }], run: (args) => workwxSign(...args) },
  ]
}

const redPacket = () => ({ act_name: 'a', mch_billno: '1', mch_id: MCHID, nonce_str: 'n', re_openid: 'o', total_amount: 1, wxappid: APPID })
