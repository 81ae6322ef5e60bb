// Mini programs in random cases against node:crypto.
import assert from 'node:assert/strict'

import { suite } from './support/cases.mjs'
import {
  APPID,
  NOW,
  URL_OF_API,
  encrypt,
  hmac,
  isSigned,
  opened,
  program,
  response,
  secureApi,
  sha1,
} from './support/mini-program.mjs'
import { seeded } from './support/random.mjs'
import { key } from './support/vectors.mjs'

const { below, pick, text } = seeded('mini-program')
const bytes = (length) => Buffer.from(Array.from({ length }, () => below(256)))
const ANY = [...'abcXYZ019 "\\/\n\t{}[]:,&=é支付☃💰\u007f']
const anyText = (length = 200) => text(ANY, below(length))
const mini = program()
const URI = '/xpay/query_user_balance'
const EVENT = 'minigame_game_pay_goods_deliver_notify'

const sessionKeyOf = () => bytes(16).toString('base64')
const changed = (hex) => {
  const at = below(hex.length)
  return hex.slice(0, at) + (hex[at] === '0' ? '1' : '0') + hex.slice(at + 1)
}

const cbc = suite('random/aes_128_cbc')
const randomData = () => {
  const sessionKey = sessionKeyOf()
  const inside = { text: anyText(), watermark: { appid: APPID, timestamp: below(2 ** 32) } }
  return { sessionKey, inside, message: encrypt(sessionKey, bytes(16), JSON.stringify(inside)) }
}
cbc.accepts(
  'node:crypto encrypts',
  () => {
    const { inside, message } = randomData()
    assert.deepEqual(mini.openEncryptedData(message), inside)
  },
  1000,
)
cbc.refuses(
  'with a bit of the last block changed',
  'ERR_DECRYPT_FAILED',
  () => {
    const { message } = randomData()
    const ciphertext = Buffer.from(message.encryptedData, 'base64')
    ciphertext[ciphertext.length - 1 - below(16)] ^= 1 << below(8)
    return mini.openEncryptedData({ ...message, encryptedData: ciphertext.toString('base64') })
  },
  1000,
)
cbc.refuses(
  'with another key',
  'ERR_DECRYPT_FAILED',
  () => mini.openEncryptedData({ ...randomData().message, sessionKey: sessionKeyOf() }),
  1000,
)

const digests = suite('random/sha1_raw_data')
const randomRaw = () => {
  const sessionKey = sessionKeyOf()
  const rawData = JSON.stringify({ text: anyText() })
  return { sessionKey, rawData, signature: sha1(rawData, sessionKey) }
}
digests.accepts(
  'node:crypto signs',
  () => {
    const message = randomRaw()
    assert.deepEqual(mini.verifyRawData(message), JSON.parse(message.rawData))
  },
  1000,
)
digests.refuses(
  'with a digit changed',
  'ERR_MAC_INVALID',
  () => {
    const message = randomRaw()
    return mini.verifyRawData({ ...message, signature: changed(message.signature) })
  },
  1000,
)
digests.refuses(
  'with a character more',
  'ERR_MAC_INVALID',
  () => {
    const message = randomRaw()
    return mini.verifyRawData({ ...message, rawData: `${message.rawData}${pick(ANY)}` })
  },
  1000,
)

const users = suite('random/hmac_sha256_user')
users.accepts(
  'node:crypto computes the same',
  () => {
    const sessionKey = sessionKeyOf()
    const postData = bytes(below(300))
    assert.deepEqual(mini.userSignature({ sessionKey, postData }), {
      signature: hmac(sessionKey, postData),
      sig_method: 'hmac_sha256',
    })
  },
  1000,
)
users.denies(
  'of another body',
  () => {
    const sessionKey = sessionKeyOf()
    const postData = bytes(1 + below(300))
    const other = Buffer.from(postData)
    other[below(other.length)] ^= 1 << below(8)
    assert.notEqual(mini.userSignature({ sessionKey, postData }).signature, hmac(sessionKey, other))
  },
  1000,
)
users.denies(
  'under another key',
  () => {
    const postData = bytes(below(300))
    const { signature } = mini.userSignature({ sessionKey: sessionKeyOf(), postData })
    assert.notEqual(signature, hmac(sessionKeyOf(), postData))
  },
  1000,
)
const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789']
const payers = Array.from({ length: 20 }, () => {
  const appKeys = { live: text(letters, 1 + below(128)), sandbox: text(letters, 1 + below(128)) }
  return { appKeys, payer: program({ appKeys, secureApi: undefined }) }
})
const randomCall = (name = 'env') => {
  const env = below(2)
  const { appKeys, payer } = pick(payers)
  const postBody = JSON.stringify({ text: anyText(), [name]: env })
  return {
    own: env === 0 ? appKeys.live : appKeys.sandbox,
    other: env === 0 ? appKeys.sandbox : appKeys.live,
    payer,
    postBody,
  }
}
const calls = suite('random/hmac_sha256_xpay')
calls.accepts(
  'node:crypto computes the same',
  () => {
    const { own, payer, postBody } = randomCall()
    const uri = `/xpay/${text(letters, 12)}`
    assert.equal(payer.virtualPaymentCall({ uri, postBody }).pay_sig, hmac(own, `${uri}&${postBody}`))
  },
  1000,
)
calls.denies(
  'for another API',
  () => {
    const { own, payer, postBody } = randomCall()
    const { pay_sig } = payer.virtualPaymentCall({ uri: `/xpay/${text(letters, 12)}`, postBody })
    assert.notEqual(pay_sig, hmac(own, `${URI}&${postBody}`))
  },
  1000,
)
calls.denies(
  'under the key of the other env',
  () => {
    const { other, payer, postBody } = randomCall()
    assert.notEqual(payer.virtualPaymentCall({ uri: URI, postBody }).pay_sig, hmac(other, `${URI}&${postBody}`))
  },
  1000,
)
const events = suite('random/hmac_sha256_event')
events.accepts(
  'node:crypto signs',
  () => {
    const { own, payer, postBody: payload } = randomCall('Env')
    const event = text(letters, 1 + below(30))
    const { payload: inside } = payer.openPayEvent({ event, payload, payEventSig: hmac(own, `${event}&${payload}`) })
    assert.deepEqual(inside, JSON.parse(payload))
  },
  1000,
)
events.refuses(
  'with a digit changed',
  'ERR_MAC_INVALID',
  () => {
    const { own, payer, postBody: payload } = randomCall('Env')
    return payer.openPayEvent({ event: EVENT, payload, payEventSig: changed(hmac(own, `${EVENT}&${payload}`)) })
  },
  1000,
)
events.refuses(
  'over another payload',
  'ERR_MAC_INVALID',
  () => {
    const { own, payer, postBody: payload } = randomCall('Env')
    return payer.openPayEvent({ event: EVENT, payload: `${payload} `, payEventSig: hmac(own, `${EVENT}&${payload}`) })
  },
  1000,
)

const sealing = suite('random/secure_api_package_seals')
sealing.accepts(
  'node:crypto verifies and decrypts',
  () => {
    const timestamp = below(2 ** 32)
    const data = { text: anyText(), list: [below(100), null] }
    const sealed = mini.sealRequest({ url: URL_OF_API, data, timestamp })
    assert.ok(isSigned(sealed))
    const { _n, _appid, _timestamp, ...inside } = opened(sealed.body, timestamp)
    assert.deepEqual([inside, _appid, _timestamp], [data, APPID, timestamp])
  },
  1000,
)
sealing.denies(
  'with a bit changed',
  () => {
    const sealed = mini.sealRequest({ url: URL_OF_API, data: { text: anyText() }, timestamp: NOW })
    const body = Buffer.from(sealed.body)
    body[below(body.length)] ^= 1
    assert.ok(!isSigned({ ...sealed, body: body.toString('latin1') }))
  },
  1000,
)
sealing.denies(
  'for another time',
  () => {
    const sealed = mini.sealRequest({ url: URL_OF_API, data: {}, timestamp: NOW })
    assert.throws(() => opened(sealed.body, NOW + 1 + below(1000)))
  },
  1000,
)

const opening = suite('random/secure_api_node_seals')
const randomResponse = () => {
  const timestamp = NOW - below(300)
  const answer = { text: anyText(), errcode: 0 }
  const plaintext = { _n: text(letters, 22), _appid: APPID, _timestamp: timestamp, ...answer }
  return { answer, message: response({ timestamp, plaintext, iv: bytes(12) }) }
}
opening.accepts(
  'node:crypto signs and encrypts',
  () => {
    const { answer, message } = randomResponse()
    assert.deepEqual(mini.openResponse(message).data, answer)
  },
  1000,
)
opening.refuses(
  'with a bit of the signature changed',
  'ERR_SIGNATURE_INVALID',
  () => {
    const { message } = randomResponse()
    const raw = Buffer.from(message.headers['Wechatmp-Signature'], 'base64')
    raw[below(raw.length)] ^= 1 << below(8)
    message.headers['Wechatmp-Signature'] = raw.toString('base64')
    return mini.openResponse(message)
  },
  1000,
)
opening.refuses(
  'with a bit of the ciphertext changed, then signed',
  'ERR_DECRYPT_FAILED',
  () => {
    const { message } = randomResponse()
    const { data, ...rest } = JSON.parse(message.body)
    const ciphertext = Buffer.from(data, 'base64')
    ciphertext[below(ciphertext.length)] ^= 1 << below(8)
    const body = JSON.stringify({ ...rest, data: ciphertext.toString('base64') })
    return mini.openResponse(response({ timestamp: Number(message.headers['Wechatmp-TimeStamp']), body }))
  },
  1000,
)
