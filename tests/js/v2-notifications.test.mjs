// Notifications of payments in APIv2.
import assert from 'node:assert/strict'
import { inspect } from 'node:util'

import { suite } from './support/cases.mjs'
import { KEY, MCHID, TYPES, digest, payment, shop, signOf, signedXml, toXml } from './support/v2.mjs'

const notifications = suite('v2/notification')
for (const type of TYPES) {
  for (const signType of [undefined, type]) {
    notifications.accepts(`${type}, pinned: ${signType}`, () => {
      const body = signedXml(payment, type)
      const opened = shop().openNotification({ body, signType })
      assert.deepEqual(opened, { fields: { ...payment, sign: signOf(payment, type) }, success: true, signType: type })
      assert.deepEqual(shop({ signType }).openNotification({ body: Buffer.from(body) }), opened)
    })
  }
  notifications.refuses(`${type}: the other is pinned`, 'ERR_ALGORITHM_MISMATCH', () =>
    shop({ signType: TYPES.find((other) => other !== type) }).openNotification({ body: signedXml(payment, type) }),
  )
  for (const name of Object.keys(payment)) {
    const body = toXml({ ...payment, [name]: `${payment[name]}0`, sign: signOf(payment, type) })
    notifications.refuses(`${type}: ${name} changed`, 'ERR_MAC_INVALID', () => shop().openNotification({ body }))
  }
  notifications.refuses(`${type}: a field added`, 'ERR_MAC_INVALID', () =>
    shop().openNotification({ body: toXml({ ...payment, new_field: '1', sign: signOf(payment, type) }) }),
  )
  notifications.accepts(`${type}: a field that nobody knows takes part`, () => {
    const more = { ...payment, new_field: '0', __proto__: null }
    assert.equal(shop().openNotification({ body: signedXml(more, type) }).fields.new_field, '0')
  })
  notifications.refuses(`${type}: another key`, 'ERR_MAC_INVALID', () =>
    shop({ apiKey: KEY.toUpperCase() }).openNotification({ body: signedXml(payment, type) }),
  )
  notifications.refuses(`${type}: lower case`, 'ERR_MAC_INVALID', () =>
    shop().openNotification({ body: toXml({ ...payment, sign: signOf(payment, type).toLowerCase() }) }),
  )
}
notifications.refuses('no sign', 'ERR_SIGN_MISSING', () => shop().openNotification({ body: toXml(payment) }))
notifications.refuses('an empty sign', 'ERR_SIGN_MISSING', () =>
  shop().openNotification({ body: toXml({ ...payment, sign: '' }) }),
)
notifications.refuses('a made-up sign', 'ERR_MAC_INVALID', () =>
  shop().openNotification({ body: toXml({ ...payment, sign: 'A'.repeat(32) }) }),
)
for (const body of [undefined, null, {}, payment, [signedXml(payment)], 1, new Date(0)]) {
  notifications.refuses(`body: ${inspect(body).slice(0, 30)}`, 'ERR_BODY_NOT_RAW', () =>
    shop().openNotification({ body }),
  )
}
for (const [label, body] of [
  ['nothing', ''],
  ['JSON', '{"sign":"1"}'],
  ['an external entity', `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${signedXml(payment)}`],
  ['billion laughs', `<!DOCTYPE x [<!ENTITY a "${'&b;'.repeat(10)}">]><xml><a>&a;</a></xml>`],
  ['a field twice', signedXml(payment).replace('</xml>', '<total_fee>1</total_fee></xml>')],
  ['nested', signedXml(payment).replace('</xml>', '<a><b>1</b></a></xml>')],
  ['not UTF-8', Buffer.from('<xml><a>\xff</a></xml>', 'latin1')],
  ['cut off', signedXml(payment).slice(0, -5)],
]) {
  notifications.refuses(label, 'ERR_BODY_MALFORMED', () => shop().openNotification({ body }))
}
notifications.accepts('a field called __proto__ is a field', () => {
  const xml = '<xml><__proto__>1</__proto__><constructor>2</constructor><sign>@</sign></xml>'
  const sign = digest(`__proto__=1&constructor=2&key=${KEY}`, 'MD5')
  const { fields } = shop().openNotification({ body: xml.replace('@', sign) })
  assert.deepEqual(Object.entries(fields), [['__proto__', '1'], ['constructor', '2'], ['sign', sign]])
  assert.equal(Object.getPrototypeOf(fields), Object.prototype)
})
notifications.accepts('a payment, typed', () => {
  const opened = shop().openPayment({ body: signedXml(payment) })
  assert.deepEqual(opened.payment, {
    appid: payment.appid,
    mch_id: MCHID,
    openid: payment.openid,
    transaction_id: payment.transaction_id,
    out_trade_no: payment.out_trade_no,
    trade_type: 'JSAPI',
    bank_type: 'CFT',
    total_fee: 11,
    fee_type: 'CNY',
    cash_fee: 1,
    coupon_fee: 10,
    attach: payment.attach,
    time_end: payment.time_end,
  })
  assert.equal(opened.fields.coupon_fee_0, '10')
})
notifications.accepts('a payment that failed', () => {
  const failed = { ...payment, result_code: 'FAIL', err_code: 'SYSTEMERROR', err_code_des: '系统错误' }
  const { success, errCode, errCodeDes } = shop().openNotification({ body: signedXml(failed) })
  assert.deepEqual([success, errCode, errCodeDes], [false, 'SYSTEMERROR', '系统错误'])
})
for (const [name, value] of [
  ['result_code', 'FAIL'],
  ['return_code', 'FAIL'],
  ['total_fee', '0.11'],
  ['total_fee', ''],
  ['total_fee', '9007199254740993'],
  ['transaction_id', ''],
  ['time_end', ''],
]) {
  notifications.refuses(`no payment: ${name} ${value || 'empty'}`, 'ERR_BODY_MALFORMED', () =>
    shop().openPayment({ body: signedXml({ ...payment, [name]: value }) }),
  )
}
