// The encrypted server API of mini programs, and what a MiniProgram is made of.
import assert from 'node:assert/strict'
import { inspect } from 'node:util'

import { memories, remembered } from './support/memories.mjs'

import { MiniProgram } from 'wechatpay-wasm'

import { refused, suite } from './support/cases.mjs'
import {
  APPID,
  APP_KEYS,
  APP_SECRET,
  CERTIFICATE_SN,
  NOW,
  SESSION_KEY,
  SYMMETRIC_KEY,
  URL_OF_API,
  hmac,
  isSigned,
  opened,
  options,
  program,
  response,
  secureApi,
} from './support/mini-program.mjs'
import { key } from './support/vectors.mjs'

const mini = program()

const URI = '/xpay/query_user_balance'

// The encrypted server API

const api = suite('mini_program/secure_api')
for (const [label, data] of Object.entries({
  'an object': { openid: 'oE', scene: 0 },
  'its text': '{"openid":"oE", "scene":0}',
})) {
  api.accepts(`a request, data as ${label}`, () => {
    const sealed = mini.sealRequest({ url: `${URL_OF_API}?access_token=TOKEN`, data, timestamp: NOW })
    assert.deepEqual(Object.keys(sealed), ['headers', 'body'])
    assert.deepEqual(
      { ...sealed.headers, 'Wechatmp-Signature': '' },
      {
        'Wechatmp-Appid': APPID,
        'Wechatmp-TimeStamp': String(NOW),
        'Wechatmp-Signature': '',
        'Content-Type': 'application/json',
      },
    )
    assert.ok(isSigned(sealed) && !isSigned(sealed, 31))
    const { _n, ...inside } = opened(sealed.body, NOW)
    assert.deepEqual(inside, { _appid: APPID, _timestamp: NOW, openid: 'oE', scene: 0 })
    assert.equal(Buffer.from(_n, 'base64').length, 16)
  })
}
api.accepts('a URL object, and the clock', () => {
  const { headers } = mini.sealRequest({ url: new URL(URL_OF_API), data: {} })
  assert.ok(Math.abs(Number(headers['Wechatmp-TimeStamp']) - Date.now() / 1000) < 5)
})
api.accepts('each request with its own iv', () => {
  const ivs = Array.from({ length: 50 }, () => JSON.parse(mini.sealRequest({ url: URL_OF_API, data: {} }).body).iv)
  assert.equal(new Set(ivs).size, 50)
})
for (const [label, request] of Object.entries({
  'no url': { data: {} },
  'a path': { url: '/wxa/getuserriskrank', data: {} },
  'no TLS': { url: 'http://api.weixin.qq.com/wxa', data: {} },
  'no data': { url: URL_OF_API },
  'a list': { url: URL_OF_API, data: [] },
  'no JSON': { url: URL_OF_API, data: 'a=1' },
  'a member that is added here': { url: URL_OF_API, data: { _appid: 'wx0' } },
  'a time in milliseconds': { url: URL_OF_API, data: {}, timestamp: NOW * 1000 },
})) {
  api.refuses(`a request: ${label}`, 'ERR_ARGUMENT_INVALID', () => mini.sealRequest(request))
}
api.accepts('a response', () => {
  assert.deepEqual(mini.openResponse(response()), { data: { errcode: 0, risk_rank: 0 }, certificateDeprecated: false })
  const { headers, ...rest } = response()
  mini.openResponse({
    ...rest,
    url: new URL(`${rest.url}?access_token=x`),
    headers: new Headers(headers),
    body: Buffer.from(rest.body),
  })
})
api.accepts('a response while the certificate changes', () => {
  const message = response({ signed: { next: true } })
  const old = response().headers
  message.headers['Wechatmp-Serial'] = '2171af9cdf1d7404423852e7e183d852'
  message.headers['Wechatmp-Serial-Deprecated'] = CERTIFICATE_SN
  message.headers['Wechatmp-Signature-Deprecated'] = old['Wechatmp-Signature']
  assert.equal(mini.openResponse(message).certificateDeprecated, true)
})
const without = (name) => {
  const message = response()
  delete message.headers[name]
  return message
}
const withHeader = (name, value) => ({ ...response(), headers: { ...response().headers, [name]: value } })
for (const name of ['Wechatmp-Appid', 'Wechatmp-TimeStamp', 'Wechatmp-Serial', 'Wechatmp-Signature']) {
  api.refuses(`without ${name}`, 'ERR_HEADER_MISSING', () => mini.openResponse(without(name)))
  api.refuses(`${name} twice`, 'ERR_HEADER_INVALID', () => {
    const value = response().headers[name]
    return mini.openResponse(withHeader(name, [value, value]))
  })
}
for (const [label, message, code] of [
  ['another appid in the header', () => withHeader('Wechatmp-Appid', 'wx0'), 'ERR_HEADER_INVALID'],
  ['an unknown certificate', () => withHeader('Wechatmp-Serial', 'ff'), 'ERR_HEADER_INVALID'],
  ['stale', () => ({ ...response(), now: NOW + 301 }), 'ERR_TIMESTAMP_OUTSIDE_WINDOW'],
  ['signed by another key', () => response({ signed: { next: true } }), 'ERR_SIGNATURE_INVALID'],
  ['a salt of 31', () => response({ signed: { saltLength: 31 } }), 'ERR_SIGNATURE_INVALID'],
  ['a salt of 222', () => response({ signed: { saltLength: 222 } }), 'ERR_SIGNATURE_INVALID'],
  ['no base64', () => withHeader('Wechatmp-Signature', '*'), 'ERR_SIGNATURE_INVALID'],
  ['another body', () => ({ ...response(), body: `${response().body} ` }), 'ERR_SIGNATURE_INVALID'],
  ['another url', () => ({ ...response(), url: `${URL_OF_API}x` }), 'ERR_SIGNATURE_INVALID'],
  ['a plain error, signed', () => response({ body: '{"errcode":40234,"errmsg":"no"}' }), 'ERR_BODY_MALFORMED'],
  ['encrypted for another key number', () => response({ sn: 'ff' }), 'ERR_DECRYPT_FAILED'],
  ['another appid inside', () => response({ plaintext: { _appid: 'wx0', _timestamp: NOW } }), 'ERR_APPID_MISMATCH'],
  ['another time inside', () => response({ plaintext: { _appid: APPID, _timestamp: NOW + 1 } }), 'ERR_BODY_MALFORMED'],
  ['no JSON inside', () => response({ plaintext: 'x' }), 'ERR_BODY_MALFORMED'],
  ['a parsed body', () => ({ ...response(), body: {} }), 'ERR_BODY_NOT_RAW'],
  ['bytes that are no text', () => ({ ...response(), body: Buffer.from([0xff]) }), 'ERR_BODY_MALFORMED'],
]) {
  api.refuses(label, code, () => mini.openResponse(message()))
}
for (const call of [
  () => program({ secureApi: undefined }).sealRequest({ url: URL_OF_API, data: {} }),
  () => program({ secureApi: undefined }).openResponse(response()),
]) {
  api.refuses(`without its keys: ${call}`, 'ERR_ARGUMENT_INVALID', call)
}

// Making and ending

const making = suite('mini_program/options')
making.accepts('an appid is all there has to be', () => assert.equal(new MiniProgram({ appid: APPID }).appid, APPID))
for (const [label, given, code] of [
  ['nothing', undefined, 'ERR_ARGUMENT_INVALID'],
  ['no appid', {}, 'ERR_ARGUMENT_INVALID'],
  ['an empty appid', { appid: '' }, 'ERR_ARGUMENT_INVALID'],
  ['an appid with a bar', { appid: 'wx|' }, 'ERR_ARGUMENT_INVALID'],
  ['an appid with a blank', { appid: 'wx 1' }, 'ERR_ARGUMENT_INVALID'],
  ['appId', { appId: APPID }, 'ERR_ARGUMENT_INVALID'],
  ['an empty appSecret', { appid: APPID, appSecret: '' }, 'ERR_KEY_INVALID'],
  ['an appSecret with a line end', { appid: APPID, appSecret: `${APP_SECRET}\n` }, 'ERR_KEY_INVALID'],
  ['an appSecret that is a number', { appid: APPID, appSecret: 1 }, 'ERR_ARGUMENT_INVALID'],
  ['an empty AppKey', { appid: APPID, appKeys: { live: '' } }, 'ERR_KEY_INVALID'],
  ['an AppKey alone', { appid: APPID, appKeys: 'key' }, 'ERR_ARGUMENT_INVALID'],
  [
    'no key number',
    { appid: APPID, secureApi: { ...secureApi, key: { key: SYMMETRIC_KEY.key } } },
    'ERR_ARGUMENT_INVALID',
  ],
  ['a short key', { appid: APPID, secureApi: { ...secureApi, key: { sn: 'ff', key: 'AAAA' } } }, 'ERR_KEY_INVALID'],
  [
    'a certificate for a private key',
    { appid: APPID, secureApi: { ...secureApi, privateKey: key('throwaway-merchant-cert') } },
    'ERR_KEY_INVALID',
  ],
  [
    'certificates that are none',
    { appid: APPID, secureApi: { ...secureApi, certificates: [{ sn: 'ff', certificate: 'x' }] } },
    'ERR_CERTIFICATE_INVALID',
  ],
  ['certificates in no list', { appid: APPID, secureApi: { ...secureApi, certificates: {} } }, 'ERR_ARGUMENT_INVALID'],
]) {
  making.refuses(label, code, () => new MiniProgram(given))
}
making.accepts('the error names the certificate', async () => {
  const certificates = [...secureApi.certificates, { sn: 'ff', certificate: 'x' }]
  const error = await refused('ERR_CERTIFICATE_INVALID', () => program({ secureApi: { ...secureApi, certificates } }))
  assert.match(error.message, /^certificates\[1\]: /)
})
making.accepts('nothing secret shows', () => {
  const shown = inspect(mini, { depth: 9, showHidden: true })
  for (const secret of [APP_SECRET, APP_KEYS.live, SYMMETRIC_KEY.key]) assert.ok(!shown.includes(secret), shown)
})
making.accepts('the keys of a freed one are gone', async () => {
  const ended = program()
  ended.sealRequest({ url: URL_OF_API, data: {} })
  const secrets = [APP_SECRET, APP_KEYS.live, Buffer.from(SYMMETRIC_KEY.key, 'base64')].map((secret) => Buffer.from(secret))
  for (const secret of secrets) assert.ok(remembered(secret), 'the search finds what is there')
  ended.free()
  ended.free()
  for (const secret of secrets) assert.ok(!remembered(secret), 'a secret is left')
  for (const call of [
    () => ended.code2SessionUrl('x'),
    () => ended.sealRequest({ url: URL_OF_API, data: {} }),
    () => ended.userSignature({ sessionKey: SESSION_KEY }),
  ]) {
    await refused('ERR_ARGUMENT_INVALID', call)
  }
  assert.equal(mini.code2SessionUrl('x').includes(APP_SECRET), true, 'others go on')
})
making.accepts('a fresh instance of the module changes nothing', async () => {
  const instances = memories.length
  await refused('ERR_WASM_TRAP', () =>
    mini.userSignature({ sessionKey: SESSION_KEY, postData: new Uint8Array(2 ** 31) }),
  )
  assert.deepEqual(mini.openResponse(response()).data, { errcode: 0, risk_rank: 0 })
  assert.deepEqual(mini.virtualPaymentCall({ uri: URI, postBody: '{}' }), { pay_sig: hmac(APP_KEYS.live, `${URI}&{}`) })
  assert.equal(memories.length, instances + 1)
})
making.accepts('all options are used', () =>
  assert.deepEqual(Object.keys(options).sort(), ['appKeys', 'appSecret', 'appid', 'secureApi']),
)
