// What APIv2 answers, and what is answered to it.
import assert from 'node:assert/strict'

import { answerV2, refusalV2 } from 'wechatpay-wasm'

import { suite } from './support/cases.mjs'
import { TYPES, shop, signOf, signedXml, toXml } from './support/v2.mjs'

const responses = suite('v2/response')
const answered = { return_code: 'SUCCESS', result_code: 'SUCCESS', prepay_id: 'wx2014', device_info: '' }
for (const type of TYPES) {
  responses.accepts(type, () => {
    const verified = shop().verifyResponse({ body: signedXml(answered, type) })
    assert.deepEqual(verified, { fields: { ...answered, sign: signOf(answered, type) }, success: true, signType: type })
  })
  responses.refuses(`${type}: changed`, 'ERR_MAC_INVALID', () =>
    shop().verifyResponse({ body: signedXml(answered, type).replace('wx2014', 'wx2015') }),
  )
}
responses.accepts('a business error', () => {
  const { success, errCode } = shop().verifyResponse({
    body: signedXml({ return_code: 'SUCCESS', result_code: 'FAIL', err_code: 'ORDERPAID' }),
  })
  assert.deepEqual([success, errCode], [false, 'ORDERPAID'])
})
responses.refuses('no sign', 'ERR_SIGN_MISSING', () => shop().verifyResponse({ body: toXml(answered) }))
responses.accepts('no sign where the documentation has none', () => {
  const path = '/mmpaymkttransfers/sendredpack'
  assert.deepEqual(shop().verifyResponse({ body: toXml(answered), path }), { fields: answered, success: true })
})
responses.refuses('no sign under another path', 'ERR_SIGN_MISSING', () =>
  shop().verifyResponse({ body: toXml(answered), path: '/pay/unifiedorder' }),
)
responses.refuses('a wrong sign under a path without', 'ERR_MAC_INVALID', () =>
  shop().verifyResponse({ body: toXml({ ...answered, sign: '0'.repeat(32) }), path: '/mmpaymkttransfers/sendredpack' }),
)
const refusal = toXml({ return_code: 'FAIL', return_msg: '签名失败' })
responses.refuses('a refusal', 'ERR_SIGN_MISSING', () => shop().verifyResponse({ body: refusal }))
responses.accepts('a refusal tells why', () => {
  assert.deepEqual(refusalV2(refusal), { returnCode: 'FAIL', returnMsg: '签名失败' })
  assert.deepEqual(refusalV2('<xml><return_code>FAIL</return_code></xml>'), { returnCode: 'FAIL' })
  assert.equal(refusalV2(signedXml(answered)), undefined)
  assert.equal(refusalV2(Buffer.from(toXml(answered))), undefined)
})
responses.refuses('a refusal that is none', 'ERR_BODY_MALFORMED', () => refusalV2('<html></html>'))
responses.refuses('a refusal that was parsed', 'ERR_BODY_NOT_RAW', () => refusalV2({ return_code: 'FAIL' }))
responses.accepts('answers to send back', () => {
  const xml = (code, message) => toXml({ return_code: code, return_msg: message })
  assert.equal(answerV2(), xml('SUCCESS', 'OK'))
  assert.equal(answerV2({ fail: 'a]]>b' }), xml('FAIL', 'a]]>b'))
  assert.equal(answerV2({ event: true }), toXml({ code: 'SUCCESS', message: 'OK' }))
  assert.equal(answerV2({ event: true, fail: 'x' }), toXml({ code: 'FAIL', message: 'x' }))
})
