// Explanations of failures: each cause of the core, as it comes out in JavaScript.
import assert from 'node:assert/strict'
import { createPrivateKey, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'

import { explainNotification, explainRequest } from 'wechatpay-wasm'

import { suite } from './support/cases.mjs'
import { key } from './support/vectors.mjs'
import { API_V3_KEY, merchant, merchantOptions, notification, NOW, PUBLIC_KEY_ID, signed, transaction } from './support/wechat-pay.mjs'

const { platformKeys, privateKey } = merchantOptions
const good = notification()
const captured = { ...good, platformKeys, apiV3Key: API_V3_KEY, merchantCertificate: key('throwaway-merchant-cert') }
const causes = (changes) => {
  const explained = explainNotification({ ...captured, ...changes })
  for (const { message } of explained) {
    assert.ok(message.length > 25)
    assert.ok(!message.includes(API_V3_KEY) && !message.includes(transaction.transaction_id), 'nothing secret')
  }
  return explained.map(({ cause }) => cause)
}

/** Signed over another body than the one that arrives. */
const rebodied = (body, arrives) => ({ ...signed(body), body: arrives })
const header = (name, value) => ({ headers: { ...good.headers, [name]: value } })
const signature = good.headers['Wechatpay-Signature']
const failures = {
  BODY_RESERIALISED: { body: JSON.stringify(JSON.parse(good.body), null, 2) },
  BODY_NEWLINE_ADDED: { body: `${good.body}\n` },
  BODY_NEWLINE_LOST: rebodied(`${good.body}\n`, good.body),
  BODY_LINE_ENDS: rebodied('{\n}\n', '{\r\n}\r\n'),
  MESSAGE_OTHER: { body: good.body.replace('TRANSACTION', 'TRANSACTIOM') },
  CLOCK_OFF: { now: NOW + 301 },
  SIGNATURE_PROBE: header('Wechatpay-Signature', 'WECHATPAY/SIGNTEST/abc'),
  SIGNATURE_BASE64URL: header('Wechatpay-Signature', signature.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')),
  HEADER_FOLDED: header('Wechatpay-Signature', `${signature.slice(0, 64)}\r\n ${signature.slice(64)}`),
  HEADER_MISSING: header('Wechatpay-Nonce', undefined),
  SERIAL_UNKNOWN: { platformKeys: [] },
  API_V3_KEY_BLANKS: { apiV3Key: `${API_V3_KEY}\n` },
  API_V3_KEY_LENGTH: { apiV3Key: 'short' },
  API_V3_KEY_WRONG: { apiV3Key: 'x'.repeat(32) },
  API_V2_KEY_AS_API_V3_KEY: { apiV3Key: 'y'.repeat(32), apiV2Key: 'y'.repeat(32) },
  MERCHANT_KEY_AS_PLATFORM_KEY: { platformKeys: [{ key: key('throwaway-merchant-cert') }] },
  SERIAL_KIND_UNKNOWN: { platformKeys: [{ key: key('throwaway-platform-cert') }] },
  KEY_OF_OTHER_SERIAL: {
    platformKeys: [
      { serial: PUBLIC_KEY_ID, key: key('throwaway-platform-pub') },
      { serial: 'ABCD', key: key('throwaway-platform-next-pub') },
    ],
  },
}
const deliveries = suite('explain_delivery')
deliveries.accepts('nothing is wrong', () => assert.deepEqual(causes({}), []))
for (const [cause, changes] of Object.entries(failures)) {
  deliveries.denies(cause, () => assert.equal(causes(changes)[0], cause))
}
for (const [changes, code] of [
  [{ platformKeys: undefined }, 'ERR_ARGUMENT_INVALID'],
  [{ body: {} }, 'ERR_BODY_NOT_RAW'],
  [{ headers: 1 }, 'ERR_ARGUMENT_INVALID'],
  [{ now: 'x' }, 'ERR_ARGUMENT_INVALID'],
  [{ apiV3Key: 1 }, 'ERR_ARGUMENT_INVALID'],
]) {
  deliveries.refuses(`arguments ${JSON.stringify(changes)}`, code, () => causes(changes))
}

const shop = merchant()
const body = '{"amount":1}'
const url = '/v3/pay/transactions/jsapi?mchid=1'
const request = { method: 'POST', url, body, timestamp: NOW, nonceStr: 'abc' }
const sent = {
  method: 'POST',
  url,
  body,
  authorization: shop.authorize(request).authorization,
  merchantCertificate: key('throwaway-merchant-cert'),
  now: NOW,
}
const signedAs = (message) => {
  const value = sign('sha256', Buffer.from(message), createPrivateKey(privateKey)).toString('base64')
  return { authorization: sent.authorization.replace(/signature="[^"]+"/, `signature="${value}"`) }
}
/** Signed like this, and sent with `changes`. */
const resent = (message, changes) => ({ ...signedAs(message), ...changes })
const stamped = (timestamp) => {
  const { authorization } = signedAs(`POST\n${url}\n${timestamp}\nabc\n${body}\n`)
  return { authorization: authorization.replace(`timestamp="${NOW}"`, `timestamp="${timestamp}"`) }
}
const saw = (signInformation) => ({ answer: JSON.stringify({ detail: { sign_information: signInformation } }) })
const right = `POST\n${url}\n${NOW}\nabc\n${body}\n`
const full = `https://api.mch.weixin.qq.com${url}`
const refusals = {
  BODY_NEWLINE_ADDED: { body: `${body}\n` },
  BODY_NEWLINE_LOST: signedAs(`POST\n${url}\n${NOW}\nabc\n${body}\n\n`),
  BODY_RESERIALISED: resent(`POST\n${url}\n${NOW}\nabc\n{"amount":1,"note":2}\n`, { body: '{"note":2,"amount":1}' }),
  BODY_SERIALISED_TWICE: signedAs(`POST\n${url}\n${NOW}\nabc\n${JSON.stringify(body)}\n`),
  MESSAGE_CRLF: signedAs(right.replaceAll('\n', '\r\n')),
  METHOD_LOWER_CASE: signedAs(right.replace('POST', 'post')),
  URL_WITH_HOST: resent(right.replace(url, full), { url: full }),
  SERIAL_KIND_IN_REQUEST: { authorization: sent.authorization.replace(/serial_no="[^"]+"/, `serial_no="${PUBLIC_KEY_ID}"`) },
  SIGNATURE_BASE64URL: {
    authorization: sent.authorization.replace(/signature="([^"]+)"/, (_, value) => `signature="${value.replaceAll('+', '-').replaceAll('/', '_')}"`),
  },
  HEADER_FOLDED: { authorization: sent.authorization.replace(/signature="(.{76})/, 'signature="$1\r\n ') },
  TIMESTAMP_MILLISECONDS: stamped(`${NOW}000`),
  BODY_LENGTH_DIFFERS: saw({ method: 'POST', url, sign_message_length: right.length - 5 }),
  METHOD_DIFFERS: saw({ method: 'GET', url }),
  QUERY_NOT_SIGNED: signedAs(`POST\n/v3/pay/transactions/jsapi\n${NOW}\nabc\n${body}\n`),
  MESSAGE_NEWLINE_LOST: signedAs(`POST\n${url}\n${NOW}\nabc\n${body}`),
  BODY_NOT_SIGNED: signedAs(`POST\n${url}\n${NOW}\nabc\n\n`),
  MESSAGE_OTHER: { body: '{"amount":2}' },
  CLOCK_OFF: { now: NOW - 1000 },
  MERCHANT_KEY_OTHER: { merchantCertificate: key('throwaway-platform-pub'), serialNo: merchantOptions.serialNo },
  SERIAL_NOT_OF_CERTIFICATE: { merchantCertificate: key('throwaway-merchant-pub'), serialNo: 'AB' },
  URL_DIFFERS: saw({ method: 'POST', url: '/v3' }),
}
const requests = suite('explain_request')
requests.accepts('every cause of the core is proved here', () => {
  const source = readFileSync(new URL('../../core/src/v3/explain/cause.rs', import.meta.url), 'utf8')
  const all = [...source.matchAll(/=> "([A-Z][A-Z0-9_]+)"/g)].map(([, code]) => code)
  assert.ok(all.length >= 30)
  assert.deepEqual(all.filter((code) => !(code in failures) && !(code in refusals)), [])
})
requests.accepts('nothing is wrong', () => assert.deepEqual(explainRequest(sent), []))
for (const [cause, changes] of Object.entries(refusals)) {
  requests.denies(cause, () => assert.equal(explainRequest({ ...sent, ...changes })[0].cause, cause))
}
for (const [changes, code] of [
  [{ method: 1 }, 'ERR_ARGUMENT_INVALID'],
  [{ url: undefined }, 'ERR_ARGUMENT_INVALID'],
  [{ body: {} }, 'ERR_BODY_NOT_RAW'],
  [{ merchantCertificate: 'x' }, 'ERR_KEY_INVALID'],
  [{ authorization: null }, 'ERR_ARGUMENT_INVALID'],
]) {
  requests.refuses(`arguments ${JSON.stringify(changes)}`, code, () => explainRequest({ ...sent, ...changes }))
}
