// Requests of APIv2.
import assert from 'node:assert/strict'
import { inspect } from 'node:util'

import { refused, suite } from './support/cases.mjs'
import { MCHID, TYPES, shop, signOf } from './support/v2.mjs'

const requests = suite('v2/request')
const order = { appid: 'wx1', mch_id: MCHID, body: 'a ]]> <&>', attach: '', total_fee: 1, detail: undefined }
for (const signType of TYPES) {
  requests.accepts(`${signType}: what is sent verifies`, () => {
    const { body, headers, fields } = shop({ signType }).signRequest({ fields: order, nonceStr: 'n' })
    const { detail: _, ...sent } = { ...order, total_fee: '1', nonce_str: 'n' }
    if (signType !== 'MD5') sent.sign_type = signType
    assert.deepEqual(fields, { ...sent, sign: signOf(sent, signType) })
    assert.equal(headers['Content-Type'], 'text/xml; charset=utf-8')
    assert.match(headers['User-Agent'], /^wechatpay-wasm\//)
    assert.deepEqual(shop().openNotification({ body, signType }).fields, fields)
  })
}
requests.accepts('the type of one request', () => {
  const { fields } = shop({ signType: 'HMAC-SHA256' }).signRequest({ fields: order, signType: 'MD5' })
  assert.equal(fields.sign.length, 32)
  assert.equal(fields.sign_type, undefined)
})
requests.accepts('nonce_str: random, given as a field, or none', () => {
  const nonce = (request) => shop().signRequest(request).fields.nonce_str
  assert.match(nonce({ fields: order }), /^[0-9A-Za-z]{32}$/)
  assert.notEqual(nonce({ fields: order }), nonce({ fields: order }))
  assert.equal(nonce({ fields: { ...order, nonce_str: 'mine' } }), 'mine')
  assert.match(nonce({ fields: { attach: 'nonce_str' } }), /^[0-9A-Za-z]{32}$/)
  assert.equal(nonce({ fields: order, nonceStr: null }), undefined)
})
for (const [label, fields] of [
  ['a sign among the fields', { sign: '' }],
  ['the spelling of client parameters', { signType: 'MD5' }],
  ['another sign_type', { sign_type: 'HMAC-SHA256' }],
  ['a name with =', { 'a=b': '1' }],
  ['an empty name', { '': '1' }],
  ['a control character', { a: '\0' }],
  ['a carriage return', { a: '1\r\n' }],
  ['a nested object', { a: { b: 1 } }],
  ['a fraction', { total_fee: 0.01 }],
  ['NaN', { total_fee: NaN }],
  ['a number beyond all integers', { total_fee: 2 ** 53 }],
  ['a BigInt', { total_fee: 1n }],
  ['null', { attach: null }],
  ['true', { attach: true }],
  ['bytes', { attach: new Uint8Array(1) }],
]) {
  requests.refuses(label, 'ERR_ARGUMENT_INVALID', () => shop().signRequest({ fields }))
  requests.refuses(`${label}, by sign`, 'ERR_ARGUMENT_INVALID', () => {
    // Only requests care about these two.
    if ('sign' in fields || 'signType' in fields || 'sign_type' in fields) return shop().signRequest({ fields })
    return shop().sign(fields)
  })
}
for (const fields of [undefined, null, 'a=1', ['a', '1'], 1]) {
  requests.refuses(`fields: ${inspect(fields)}`, 'ERR_ARGUMENT_INVALID', () => shop().signRequest({ fields }))
}
requests.accepts('an error names the field', async () => {
  const error = await refused('ERR_ARGUMENT_INVALID', () => shop().signRequest({ fields: { detail: { goods: [] } } }))
  assert.match(error.message, /fields\.detail must be a string or a whole number; got an object/)
})
