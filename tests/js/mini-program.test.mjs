// Mini programs against the vectors: login, user data, virtual payment.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'

import { WechatApiError, WechatPayError } from 'wechatpay-wasm'

import { miniProgramKinds } from '../runtimes/conformance/extras.mjs'
import { suite } from './support/cases.mjs'
import { context } from './support/conformance.mjs'
import {
  APPID,
  APP_KEYS,
  APP_SECRET,
  CERTIFICATE_SN,
  NOW,
  SESSION_KEY,
  encrypt,
  encryptBlocks,
  hmac,
  opened,
  program,
  response,
  secureApi,
  sha1,
  signPss,
} from './support/mini-program.mjs'
import { coverage, key, vectors } from './support/vectors.mjs'

const mini = program()

// Vectors

const kinds = {
  ...miniProgramKinds(context),
  /** One case is the ciphertext of a response, the other its signature: each is put into a whole response. */
  mini_secure_api(cases, { name, inputs, expected }) {
    cases.accepts(name, () => {
      const [ciphertext, signature] = vectors('mini_secure_api')
      const [url, appid, timestamp, sn] = ciphertext.inputs.aad.split('|')
      const { iv, data, authtag, key_base64 } = ciphertext.inputs
      const official = inputs.certificate_pem !== undefined
      const body = official ? signature.inputs.message.split('\n')[3] : JSON.stringify({ authtag, data, iv })
      const message = `${url}\n${appid}\n${timestamp}\n${body}`
      if (official) assert.equal(message, inputs.message)
      const certificate = official ? inputs.certificate_pem : key('throwaway-platform-cert')
      const reader = program({
        appid,
        secureApi: {
          key: { sn, key: key_base64 },
          privateKey: secureApi.privateKey,
          certificates: [{ sn: CERTIFICATE_SN, certificate }],
        },
      })
      const headers = {
        'wechatmp-appid': appid,
        'wechatmp-timestamp': timestamp,
        'wechatmp-serial': CERTIFICATE_SN,
        'wechatmp-signature': official ? inputs.signature_base64 : signPss(message),
      }
      const opened = reader.openResponse({ url, headers, body, now: Number(timestamp) })
      const { _n, _appid, _timestamp, ...answer } = JSON.parse(ciphertext.expected.plaintext)
      assert.deepEqual(opened, { data: answer, certificateDeprecated: false })
      assert.ok(expected.valid ?? true)
    })
  },
}
for (const [kind, run] of Object.entries(kinds)) {
  const cases = suite(kind)
  for (const vector of vectors(kind)) run(cases, vector)
}
test('every kind that is said to be read here is read here', () => {
  const said = Object.keys(coverage).filter((kind) => coverage[kind].js.suite === 'mini-program')
  assert.deepEqual(said, Object.keys(kinds).sort())
})

// Login

const login = suite('mini_program/code2session')
login.accepts('the URLs', () => {
  const query = `?appid=${APPID}&secret=${APP_SECRET}&js_code=0b3x&grant_type=authorization_code`
  assert.equal(mini.code2SessionUrl('0b3x'), `https://api.weixin.qq.com/sns/jscode2session${query}`)
  assert.equal(mini.code2SessionUrl('0b3x', { backup: true }), `https://api2.weixin.qq.com/sns/jscode2session${query}`)
})
login.accepts('a code cannot break out of its parameter', () => {
  const code = 'x&appid=wx1#/%+?='
  assert.equal(new URL(mini.code2SessionUrl(code)).searchParams.get('js_code'), code)
  assert.equal(new URL(mini.code2SessionUrl(code)).searchParams.get('appid'), APPID)
})
for (const code of ['', ' ', 'a b', 'a\nb', '代码', 'x'.repeat(257), 1, undefined, null]) {
  login.refuses(`code ${inspect(code)}`, 'ERR_ARGUMENT_INVALID', () => mini.code2SessionUrl(code))
}
login.refuses('without appSecret', 'ERR_ARGUMENT_INVALID', () =>
  program({ appSecret: undefined }).code2SessionUrl('0b3x'),
)
for (const [label, more] of Object.entries({
  plain: {},
  'errcode 0': { errcode: 0, errmsg: 'ok' },
  unknown: { x: [1] },
})) {
  login.accepts(`a session, ${label}`, () => {
    const answer = { openid: 'o6', session_key: SESSION_KEY, ...more }
    assert.deepEqual(mini.readSession(JSON.stringify(answer)), { openid: 'o6', sessionKey: SESSION_KEY })
    const unionid = 'ocM'
    const bytes = new TextEncoder().encode(JSON.stringify({ ...answer, unionid }))
    assert.deepEqual(mini.readSession(bytes), { openid: 'o6', unionid, sessionKey: SESSION_KEY })
  })
}
for (const [errcode, retryable] of [
  [-1, true],
  [40013, false],
  [40029, false],
  [40125, false],
  [40163, false],
  [40226, false],
  [41002, false],
  [45011, true],
  [99999, false],
]) {
  login.denies(`errcode ${errcode}`, () => {
    const body = JSON.stringify({ errcode, errmsg: 'no, rid: 6129ee10', openid: 'o6', session_key: SESSION_KEY })
    for (const read of [() => mini.readSession(body), () => assert.fail(WechatApiError.parse(body))]) {
      assert.throws(read, (error) => {
        assert.ok(error instanceof WechatApiError && error instanceof Error && !(error instanceof WechatPayError))
        assert.equal(error.name, 'WechatApiError')
        assert.deepEqual([error.errcode, error.errmsg, error.retryable], [errcode, 'no, rid: 6129ee10', retryable])
        assert.ok(
          error.advice.length > 10 && error.message.includes(error.advice) && error.message.includes(String(errcode)),
        )
        return true
      })
    }
  })
}
login.accepts('no error in an answer', () => {
  for (const body of ['{}', '{"errcode":0}', Buffer.from('{"errcode":0,"a":1}')])
    assert.equal(WechatApiError.parse(body), undefined)
})
for (const body of [
  '',
  '<html>502</html>',
  'null',
  '[]',
  '{}',
  '{"openid":"o6"}',
  '{"openid":"","session_key":"tiihtNczf5v6AKRyjwEUhQ=="}',
  '["o6",null,"tiihtNczf5v6AKRyjwEUhQ=="]',
]) {
  login.refuses(`answer ${body}`, 'ERR_BODY_MALFORMED', () => mini.readSession(body))
}
login.refuses('a session key of another form', 'ERR_KEY_INVALID', () =>
  mini.readSession('{"openid":"o6","session_key":"x"}'),
)
login.refuses('a parsed answer', 'ERR_BODY_NOT_RAW', () => mini.readSession({ openid: 'o6', session_key: SESSION_KEY }))
login.refuses('a parsed error', 'ERR_BODY_NOT_RAW', () => WechatApiError.parse({ errcode: 1 }))

// User data

const IV = Buffer.from('0123456789abcdef')
const marked = (changes = {}) =>
  JSON.stringify({ phoneNumber: '13580006666', watermark: { appid: APPID, timestamp: NOW }, ...changes })
const open = (message, changes = {}) => mini.openEncryptedData({ ...message, ...changes })
const data = suite('mini_program/encrypted_data')
data.accepts('as WeChat makes it', () =>
  assert.deepEqual(open(encrypt(SESSION_KEY, IV, marked())), JSON.parse(marked())),
)
data.accepts('fresh', () => open(encrypt(SESSION_KEY, IV, marked()), { tolerance: 300, now: NOW + 300 }))
data.accepts('fresh by a Date', () =>
  open(encrypt(SESSION_KEY, IV, marked()), { tolerance: 0, now: new Date(NOW * 1000) }),
)
for (const now of [NOW + 301, NOW - 301]) {
  data.refuses(`stale at ${now}`, 'ERR_TIMESTAMP_OUTSIDE_WINDOW', () =>
    open(encrypt(SESSION_KEY, IV, marked()), { tolerance: 300, now }),
  )
}
data.accepts('blanks for +, and line breaks', () => {
  for (let n = 0; n < 40; n += 1) {
    const message = encrypt(SESSION_KEY, Buffer.alloc(16, n), marked())
    const { encryptedData, iv } = message
    open(message, { encryptedData: encryptedData.replaceAll('+', ' '), iv: iv.replaceAll('+', ' ') })
    open(message, { encryptedData: `${encryptedData.slice(0, 76)}\r\n${encryptedData.slice(76)}\n` })
  }
})
for (const [label, changes, code] of [
  ['another appid', { watermark: { appid: 'wx0000000000000000', timestamp: NOW } }, 'ERR_APPID_MISMATCH'],
  ['no watermark', { watermark: undefined }, 'ERR_DECRYPT_FAILED'],
  ['a watermark without time', { watermark: { appid: APPID } }, 'ERR_DECRYPT_FAILED'],
]) {
  data.refuses(label, code, () => open(encrypt(SESSION_KEY, IV, marked(changes))))
}
const whole = Buffer.from(marked() + ' '.repeat(16 - (marked().length % 16)))
for (const last of [0, 2, 15, 16, 17, 32, 255]) {
  data.refuses(`padding byte ${last} alone`, 'ERR_DECRYPT_FAILED', () =>
    open(encryptBlocks(SESSION_KEY, IV, Buffer.concat([whole, Buffer.alloc(15, 32), Buffer.from([last])]))),
  )
}
data.refuses('no padding', 'ERR_DECRYPT_FAILED', () => open(encryptBlocks(SESSION_KEY, IV, whole)))
data.refuses('padding in blocks of 32', 'ERR_DECRYPT_FAILED', () =>
  open(encryptBlocks(SESSION_KEY, IV, Buffer.concat([whole, Buffer.alloc(32, 32)]))),
)
data.refuses('another session key', 'ERR_DECRYPT_FAILED', () =>
  open(encrypt(SESSION_KEY, IV, marked()), { sessionKey: 'AAAAAAAAAAAAAAAAAAAAAA==' }),
)
for (const [name, value, code] of [
  ['sessionKey', '', 'ERR_KEY_INVALID'],
  ['sessionKey', 'session-key', 'ERR_KEY_INVALID'],
  ['sessionKey', ` ${SESSION_KEY}`, 'ERR_KEY_INVALID'],
  ['sessionKey', Buffer.from(SESSION_KEY), 'ERR_ARGUMENT_INVALID'],
  ['sessionKey', undefined, 'ERR_ARGUMENT_INVALID'],
  ['iv', '', 'ERR_ARGUMENT_INVALID'],
  ['iv', 'AAAA', 'ERR_ARGUMENT_INVALID'],
  ['iv', undefined, 'ERR_ARGUMENT_INVALID'],
  ['encryptedData', '*', 'ERR_ARGUMENT_INVALID'],
  ['encryptedData', '', 'ERR_DECRYPT_FAILED'],
  ['encryptedData', 'AAAA', 'ERR_DECRYPT_FAILED'],
  ['encryptedData', undefined, 'ERR_ARGUMENT_INVALID'],
  ['tolerance', -1, 'ERR_ARGUMENT_INVALID'],
  ['now', NOW * 1000, 'ERR_ARGUMENT_INVALID'],
]) {
  data.refuses(`${name} ${inspect(value)}`, code, () => open(encrypt(SESSION_KEY, IV, marked()), { [name]: value }))
}
data.refuses('a name that is almost right', 'ERR_ARGUMENT_INVALID', () => open({ session_key: SESSION_KEY }))

const raw = suite('mini_program/raw_data')
const RAW = '{"nickName":"Band 乐队"}'
const signature = sha1(RAW, SESSION_KEY)
const rawMessage = { sessionKey: SESSION_KEY, rawData: RAW, signature }
raw.accepts('as WeChat signs it', () => assert.deepEqual(mini.verifyRawData(rawMessage), JSON.parse(RAW)))
for (const [label, changes] of Object.entries({
  'upper case': { signature: signature.toUpperCase() },
  'cut off': { signature: signature.slice(1) },
  empty: { signature: '' },
  'the decoded key': { signature: sha1(RAW, Buffer.from(SESSION_KEY, 'base64')) },
  'written anew': { rawData: JSON.stringify(JSON.parse(RAW), null, 1) },
  'another session': { sessionKey: 'AAAAAAAAAAAAAAAAAAAAAA==' },
})) {
  raw.refuses(label, 'ERR_MAC_INVALID', () => mini.verifyRawData({ ...rawMessage, ...changes }))
}
raw.refuses('signed, but no JSON', 'ERR_BODY_MALFORMED', () =>
  mini.verifyRawData({ ...rawMessage, rawData: 'x', signature: sha1('x', SESSION_KEY) }),
)

// Virtual payment

const payment = suite('mini_program/virtual_payment')
const URI = '/xpay/query_user_balance'
for (const [env, appKey] of [
  [0, APP_KEYS.live],
  [1, APP_KEYS.sandbox],
]) {
  const postBody = `{ "openid": "支付", "env": ${env} }`
  payment.accepts(`env ${env}`, () => {
    const pay_sig = hmac(appKey, `${URI}&${postBody}`)
    assert.deepEqual(mini.virtualPaymentCall({ uri: URI, postBody }), { pay_sig })
    const signed = mini.virtualPaymentCall({ uri: URI, postBody, sessionKey: SESSION_KEY })
    assert.deepEqual(signed, { pay_sig, signature: hmac(SESSION_KEY, postBody) })
    for (const mode of ['short_series_coin', 'short_series_goods']) {
      assert.deepEqual(mini.requestVirtualPayment({ sessionKey: SESSION_KEY, mode, signData: postBody }), {
        signData: postBody,
        mode,
        paySig: hmac(appKey, `requestVirtualPayment&${postBody}`),
        signature: hmac(SESSION_KEY, postBody),
      })
    }
    const payload = JSON.stringify({ OpenId: 'o', Env: env })
    const event = {
      event: 'minigame_coin_deliver_completed',
      payload,
      payEventSig: hmac(appKey, `minigame_coin_deliver_completed&${payload}`),
    }
    assert.deepEqual(mini.openPayEvent(event), { env, payload: { OpenId: 'o', Env: env } })
  })
  payment.refuses(`env ${env} without its key`, 'ERR_KEY_INVALID', () => {
    const { [env === 0 ? 'live' : 'sandbox']: _, ...appKeys } = APP_KEYS
    return program({ appKeys }).virtualPaymentCall({ uri: URI, postBody })
  })
}
for (const [label, call] of Object.entries({
  'a body as an object': { uri: URI, postBody: { env: 0 } },
  'no body': { uri: URI },
  'no JSON': { uri: URI, postBody: 'env=0' },
  'a list': { uri: URI, postBody: '[]' },
  'env 2': { uri: URI, postBody: '{"env":2}' },
  'env in text': { uri: URI, postBody: '{"env":"0"}' },
  'env twice': { uri: URI, postBody: '{"env":0,"env":1}' },
  'a uri with its host': { uri: `https://api.weixin.qq.com${URI}`, postBody: '{}' },
  'a uri with a query': { uri: `${URI}?access_token=x`, postBody: '{}' },
  'no uri': { postBody: '{}' },
})) {
  payment.refuses(label, 'ERR_ARGUMENT_INVALID', () => mini.virtualPaymentCall(call))
}
payment.refuses('no keys', 'ERR_KEY_INVALID', () =>
  program({ appKeys: undefined }).virtualPaymentCall({ uri: URI, postBody: '{}' }),
)
payment.refuses('another mode', 'ERR_ARGUMENT_INVALID', () =>
  mini.requestVirtualPayment({ sessionKey: SESSION_KEY, mode: 'goods', signData: '{}' }),
)
const EVENT = 'minigame_game_pay_goods_deliver_notify'
const payEvent = (payload, appKey = APP_KEYS.live, event = EVENT) => ({
  event,
  payload,
  payEventSig: hmac(appKey, `${event}&${payload}`),
})
for (const [label, message, code] of [
  ['live, signed by the sandbox', payEvent('{"Env":0}', APP_KEYS.sandbox), 'ERR_MAC_INVALID'],
  ['sandbox, signed by live', payEvent('{"Env":1}'), 'ERR_MAC_INVALID'],
  ['upper case', { ...payEvent('{}'), payEventSig: payEvent('{}').payEventSig.toUpperCase() }, 'ERR_MAC_INVALID'],
  ['another event', { ...payEvent('{}'), event: 'other' }, 'ERR_MAC_INVALID'],
  ['a parsed payload', { ...payEvent('{}'), payload: {} }, 'ERR_ARGUMENT_INVALID'],
  ['an event with the border in it', payEvent('{}', APP_KEYS.live, 'a&b'), 'ERR_ARGUMENT_INVALID'],
]) {
  payment.refuses(`event: ${label}`, code, () => mini.openPayEvent(message))
}
