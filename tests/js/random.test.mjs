// A thousand fresh cases of each algorithm of APIv3 in each direction, against node:crypto.
import assert from 'node:assert/strict'
import { createDecipheriv, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'

import { TestPlatform } from 'wechatpay-wasm/testing'

import { suite } from './support/cases.mjs'
import { seeded } from './support/random.mjs'
import { key } from './support/vectors.mjs'
import { API_V3_KEY, encrypt, envelope, merchant, merchantOptions, NOW, signed } from './support/wechat-pay.mjs'

const TIMES = 1000
const { below, text } = seeded('random')
const ANY = [...'0123456789abcdefghijklmnopqrstuvwxyz"\\/\n\t {}[]:,é微信支付☃']
const anyText = () => text(ANY, below(200))
const anyBytes = () => Buffer.from(anyText())
const shop = merchant()

const flipped = (bytes) => {
  const changed = Buffer.from(bytes)
  changed[below(changed.length)] ^= 1 << below(8)
  return changed
}

const signing = suite('random/rsa_sha256_sign')
const own = createPrivateKey(merchantOptions.privateKey)
const ownPublic = createPublicKey(own)
const request = () => {
  const given = { method: 'POST', url: `/v3/${below(1e9)}?x=${below(1e9)}`, body: anyText(), timestamp: below(2 ** 32) }
  const { message, authorization } = shop.authorize(given)
  const signature = Buffer.from(/signature="([^"]+)"$/.exec(authorization)[1], 'base64')
  return { message: Buffer.from(message), signature }
}
signing.accepts('what is signed here, node:crypto signs alike and verifies', () => {
  const { message, signature } = request()
  assert.ok(verify('sha256', message, ownPublic, signature))
  assert.deepEqual(signature, sign('sha256', message, own))
}, TIMES)
signing.denies('of another message', () => {
  const { message, signature } = request()
  assert.ok(!verify('sha256', flipped(message), ownPublic, signature))
}, TIMES)
signing.denies('under another key', () => {
  const { message, signature } = request()
  assert.ok(!verify('sha256', message, key('throwaway-platform-pub'), signature))
}, TIMES)
signing.accepts('a message of any form', () => {
  const message = anyBytes()
  const signature = Buffer.from(shop.signMessage(message), 'base64')
  assert.deepEqual(signature, sign('sha256', message, own))
}, 100)
for (const message of [undefined, null, 1, {}]) {
  signing.refuses(`${message} as a message`, message == null ? 'ERR_ARGUMENT_INVALID' : 'ERR_BODY_NOT_RAW', () => shop.signMessage(message))
}

const rsa = suite('random/rsa_sha256_verify')
rsa.accepts('what node:crypto signs, is verified here', () => {
  const body = JSON.stringify({ text: anyText() })
  assert.deepEqual(shop.verifyResponse(signed(body)), JSON.parse(body))
}, TIMES)
rsa.refuses('with one bit of the signature flipped', 'ERR_SIGNATURE_INVALID', () => {
  const message = signed('{}')
  const signature = Buffer.from(message.headers['Wechatpay-Signature'], 'base64')
  message.headers['Wechatpay-Signature'] = flipped(signature).toString('base64')
  return shop.verifyResponse(message)
}, TIMES)
rsa.refuses('with one bit of the body flipped', 'ERR_SIGNATURE_INVALID', () => {
  const message = signed(`{"text":"${below(1e9)}"}`)
  return shop.verifyResponse({ ...message, body: flipped(message.body) })
}, TIMES)
rsa.refuses('a serial that is not known', 'ERR_SERIAL_UNKNOWN', () =>
  shop.verifyMessage({ serial: 'ABCD', message: 'x', signature: shop.signMessage('x') }),
)
rsa.refuses("the merchant's own signature as WeChat Pay's", 'ERR_SIGNATURE_INVALID', () =>
  shop.verifyMessage({ serial: merchantOptions.platformKeys[0].serial, message: 'x', signature: shop.signMessage('x') }),
)

const platform = new TestPlatform({
  serial: 'PUB_KEY_ID_0119000000012024010100000000000001',
  privateKey: key('throwaway-platform-next-key'),
  publicKey: key('throwaway-platform-next-pub'),
})
const gcm = suite('random/aes_256_gcm_node_seals')
gcm.accepts('what node:crypto encrypts, is decrypted here', () => {
  const resource = { text: anyText(), number: below(2 ** 31) }
  const sealed = encrypt(JSON.stringify(resource), { associatedData: anyText() })
  assert.deepEqual(shop.openNotification(signed(JSON.stringify(envelope(sealed)))).resource, resource)
}, TIMES)
gcm.refuses('with one bit of ciphertext or tag flipped, well signed', 'ERR_DECRYPT_FAILED', () => {
  const sealed = encrypt(anyBytes())
  const ciphertext = flipped(Buffer.from(sealed.ciphertext, 'base64')).toString('base64')
  return shop.openNotification(signed(JSON.stringify(envelope({ ...sealed, ciphertext }))))
}, TIMES)
gcm.refuses('with other associated data, well signed', 'ERR_DECRYPT_FAILED', () => {
  const sealed = encrypt(anyBytes(), { associatedData: 'transaction' })
  return shop.openNotification(signed(JSON.stringify(envelope({ ...sealed, associated_data: `x${anyText()}` }))))
}, TIMES)
gcm.refuses('cut off anywhere, well signed', 'ERR_DECRYPT_FAILED', () => {
  const sealed = encrypt(anyBytes())
  const bytes = Buffer.from(sealed.ciphertext, 'base64')
  const ciphertext = bytes.subarray(0, below(bytes.length)).toString('base64')
  return shop.openNotification(signed(JSON.stringify(envelope({ ...sealed, ciphertext }))))
}, TIMES)

const sealing = suite('random/aes_256_gcm_package_seals')
const sealedHere = () => {
  const resource = JSON.stringify({ text: anyText() })
  const { body } = platform.notification({ apiV3Key: API_V3_KEY, resource, now: NOW })
  return { text: resource, ...JSON.parse(body).resource }
}
const opened = ({ ciphertext, nonce, associated_data: associatedData }, apiV3Key = API_V3_KEY) => {
  const bytes = Buffer.from(ciphertext, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', apiV3Key, nonce)
  decipher.setAAD(Buffer.from(associatedData)).setAuthTag(bytes.subarray(-16))
  return decipher.update(bytes.subarray(0, -16), undefined, 'utf8') + decipher.final('utf8')
}
sealing.accepts('what is encrypted here, node:crypto decrypts', () => {
  const sealed = sealedHere()
  assert.equal(opened(sealed), sealed.text)
}, TIMES)
sealing.denies('with one bit flipped', () => {
  const sealed = sealedHere()
  const ciphertext = flipped(Buffer.from(sealed.ciphertext, 'base64'))
  assert.throws(() => opened({ ...sealed, ciphertext: ciphertext.toString('base64') }), /unable to authenticate/)
}, TIMES)
sealing.denies('with another key', () => {
  const other = text([...'0123456789abcdef'], 32)
  assert.throws(() => opened(sealedHere(), other), /unable to authenticate/)
}, TIMES)
