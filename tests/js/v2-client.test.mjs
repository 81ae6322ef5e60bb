// Parameters of APIv2 for clients.
import assert from 'node:assert/strict'

import { workwxSign } from 'wechatpay-wasm'

import { suite } from './support/cases.mjs'
import { MCHID, TYPES, digest, shop, signOf, textOf } from './support/v2.mjs'

const client = suite('v2/client')
const fresh = { timestamp: 1_530_097_563, nonceStr: 'zyx53Nkey8o4bHpxTQvd8m7e92nG5mG2' }
const stamp = { timestamp: String(fresh.timestamp), nonce_str: fresh.nonceStr }
for (const signType of TYPES) {
  client.accepts(`wx.requestPayment, ${signType}`, () => {
    const signed = {
      timeStamp: String(fresh.timestamp),
      nonceStr: fresh.nonceStr,
      package: 'prepay_id=wx2014',
      signType,
    }
    const paySign = signOf({ appId: 'wx1', ...signed }, signType)
    const request = { appid: 'wx1', prepayId: 'wx2014', ...fresh }
    assert.deepEqual(shop().requestPayment({ ...request, signType }), { ...signed, paySign })
    assert.deepEqual(shop({ signType }).requestPayment(request), { ...signed, paySign })
  })
  client.accepts(`an app's payment, ${signType}`, () => {
    const signed = {
      appid: 'wx1',
      partnerid: MCHID,
      prepayid: 'wx2014',
      package: 'Sign=WXPay',
      noncestr: fresh.nonceStr,
      timestamp: String(fresh.timestamp),
    }
    const params = shop({ signType }).appPayment({ appid: 'wx1', prepayId: 'wx2014', ...fresh })
    assert.deepEqual(params, { ...signed, sign: signOf(signed, signType) })
    const partner = { ...signed, partnerid: '19' }
    assert.deepEqual(
      shop().appPayment({ appid: 'wx1', prepayId: 'wx2014', partnerid: '19', signType, ...fresh }),
      { ...partner, sign: signOf(partner, signType) },
    )
  })
}
client.accepts('wx.sendBizRedPacket', () => {
  const raw = 'sendid=242e&ver=8&sign=4110&mchid=11475856&appid=wxd27e'
  const signed = { timeStamp: String(fresh.timestamp), nonceStr: fresh.nonceStr, package: raw }
  assert.deepEqual(shop({ signType: 'HMAC-SHA256' }).redPacket({ appid: 'wx1', package: raw, ...fresh }), {
    ...signed,
    package: encodeURIComponent(raw),
    signType: 'MD5',
    paySign: signOf({ appId: 'wx1', ...signed }, 'MD5'),
  })
})
client.accepts('wxpayScoreDetail', () => {
  const signed = { mch_id: MCHID, service_id: '88', out_order_no: '1234|*', ...stamp, sign_type: 'HMAC-SHA256' }
  const extraData = { ...signed, sign: signOf(signed, 'HMAC-SHA256') }
  const { query, ...rest } = shop().payScoreDetail({ serviceId: '88', outOrderNo: '1234|*', ...fresh })
  assert.deepEqual(rest, { extraData })
  assert.deepEqual(Object.fromEntries(new URLSearchParams(query)), extraData)
  assert.ok(query.includes('out_order_no=1234%7C*&'))
})
client.accepts('wxpayScoreUse, older form', () => {
  const signed = { mch_id: '19', package: 'AAQ/+==', ...stamp, sign_type: 'HMAC-SHA256' }
  const extraData = { ...signed, sign: signOf(signed, 'HMAC-SHA256') }
  const { query, ...rest } = shop().payScoreUse({ package: 'AAQ/+==', mchid: '19', ...fresh })
  assert.deepEqual(rest, { extraData })
  assert.deepEqual(Object.fromEntries(new URLSearchParams(query)), extraData)
})
client.accepts('sendCoupon', () => {
  const params = shop().sendCoupon({
    coupons: [
      { stockId: '98065001', outRequestNo: '8956|1', couponCode: '100088' },
      { stockId: '98065002', outRequestNo: '8956|2', createCouponMerchant: '19', customizeSendTime: '2026-11-18T16:26:40+08:00' },
    ],
  })
  const [first, second] = params.send_coupon_params
  assert.deepEqual(first, { stock_id: '98065001', out_request_no: '8956|1', coupon_code: '100088' })
  assert.equal(second.create_coupon_merchant, '19')
  const flat = Object.fromEntries(
    params.send_coupon_params.flatMap((coupon, at) => Object.entries(coupon).map(([name, value]) => [name + at, value])),
  )
  assert.equal(Object.keys(flat).length, 7)
  assert.equal(params.send_coupon_merchant, MCHID)
  assert.equal(params.sign, signOf({ ...flat, send_coupon_merchant: MCHID }, 'HMAC-SHA256'))
})
client.accepts('the page for one coupon', () => {
  const coupon = { stockId: '1234', outRequestNo: '2019|1', couponCode: 'a+b' }
  const url = new URL(shop().couponUrl({ coupon, openid: 'oX', sendCouponMerchant: '10016226' }))
  const { sign, ...signed } = Object.fromEntries(url.searchParams)
  assert.equal(url.origin + url.pathname, 'https://action.weixin.qq.com/busifavor/getcouponinfo')
  assert.equal(url.hash, '#wechat_pay&wechat_redirect')
  assert.deepEqual(signed, {
    stock_id: '1234',
    out_request_no: '2019|1',
    coupon_code: 'a+b',
    send_coupon_merchant: '10016226',
    open_id: 'oX',
  })
  assert.equal(sign, signOf(signed, 'HMAC-SHA256'))
})
client.accepts('clock and nonce are there by themselves', () => {
  const before = Math.floor(Date.now() / 1000)
  const { timeStamp, nonceStr } = shop().requestPayment({ appid: 'wx1', prepayId: 'wx2014' })
  assert.ok(Number(timeStamp) >= before && Number(timeStamp) <= Date.now() / 1000)
  assert.match(nonceStr, /^[0-9A-Za-z]{32}$/)
})
client.accepts('workwx_sign', () => {
  const fields = {
    act_name: 'XXX',
    mch_billno: '111',
    mch_id: '10000098',
    nonce_str: 'q',
    re_openid: 'oX',
    total_amount: 100,
    wxappid: 'wx1',
  }
  const found = workwxSign({ api: 'redPacket', fields: { ...fields, wishing: 'x' }, secret: 'wecom-secret' })
  assert.equal(found, digest(`${textOf(fields)}&secret=wecom-secret`, 'MD5'))
})
const coupon = { stockId: '1', outRequestNo: '2' }
for (const [label, run] of [
  ['no appid', () => shop().requestPayment({ prepayId: 'wx2' })],
  ['prepay_id= before it', () => shop().requestPayment({ appid: 'wx1', prepayId: 'prepay_id=wx2' })],
  ['another sign type', () => shop().requestPayment({ appid: 'wx1', prepayId: 'wx2', signType: 'RSA' })],
  ['milliseconds', () => shop().appPayment({ appid: 'wx1', prepayId: 'wx2', timestamp: Date.now() })],
  ['a nonce of 33', () => shop().appPayment({ appid: 'wx1', prepayId: 'wx2', nonceStr: 'n'.repeat(33) })],
  ['an option that is misspelled', () => shop().requestPayment({ appid: 'wx1', prepayID: 'wx2' })],
  ['a package URL-encoded already', () => shop().redPacket({ appid: 'wx1', package: 'sendid%3D1' })],
  ['no order number', () => shop().payScoreDetail({ serviceId: '88' })],
  ['an order number with &', () => shop().payScoreDetail({ serviceId: '88', outOrderNo: '1&a=b' })],
  ['no package', () => shop().payScoreUse({ package: '' })],
  ['no coupons', () => shop().sendCoupon({ coupons: [] })],
  ['eleven coupons', () => shop().sendCoupon({ coupons: Array(11).fill(coupon) })],
  ['coupons that are none', () => shop().sendCoupon({ coupons: coupon })],
  ['a coupon that is none', () => shop().sendCoupon({ coupons: ['1'] })],
  ['a number for a stock', () => shop().sendCoupon({ coupons: [{ ...coupon, stockId: 1 }] })],
  ['a second coupon that is malformed', () => shop().sendCoupon({ coupons: [coupon, { ...coupon, couponCode: '' }] })],
  ['no user', () => shop().couponUrl({ coupon })],
  ['no coupon', () => shop().couponUrl({ openid: 'oX' })],
  ['workwx_sign without its fields', () => workwxSign({ api: 'transfer', fields: {}, secret: 's' })],
  ['workwx_sign of another API', () => workwxSign({ api: 'sendredpack', fields: {}, secret: 's' })],
  ['sign of another type', () => shop().sign({}, 'SHA1')],
]) {
  client.refuses(label, 'ERR_ARGUMENT_INVALID', run)
}
client.refuses('no WeCom secret', 'ERR_KEY_INVALID', () => workwxSign({ api: 'transfer', fields: {}, secret: '' }))
