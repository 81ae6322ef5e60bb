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

const rsa = suite('rsa_sha256_random')
const own = createPrivateKey(merchantOptions.privateKey)
rsa.accepts('what is signed here, node:crypto signs alike and verifies', () => {
  const request = { method: 'POST', url: `/v3/${below(1e9)}?x=${below(1e9)}`, body: anyText(), timestamp: below(2 ** 32) }
  const { message, authorization } = shop.authorize(request)
  const signature = Buffer.from(/signature="([^"]+)"$/.exec(authorization)[1], 'base64')
  assert.ok(verify('sha256', Buffer.from(message), createPublicKey(own), signature))
  assert.deepEqual(signature, sign('sha256', Buffer.from(message), own))
}, TIMES)
rsa.accepts('what node:crypto signs, is verified here', () => {
  const body = JSON.stringify({ text: anyText() })
  assert.deepEqual(shop.verifyResponse(signed(body)), JSON.parse(body))
}, TIMES)
rsa.refuses('with one bit of the signature flipped', 'ERR_SIGNATURE_INVALID', () => {
  const message = signed('{}')
  const signature = Buffer.from(message.headers['Wechatpay-Signature'], 'base64')
  signature[below(signature.length)] ^= 1 << below(8)
  message.headers['Wechatpay-Signature'] = signature.toString('base64')
  return shop.verifyResponse(message)
}, TIMES)
rsa.refuses('with one bit of the body flipped', 'ERR_SIGNATURE_INVALID', () => {
  const message = signed(`{"text":"${below(1e9)}"}`)
  const body = Buffer.from(message.body)
  body[below(body.length)] ^= 1 << below(8)
  return shop.verifyResponse({ ...message, body })
}, TIMES)

rsa.accepts('a message of any form, signed here', () => {
  const message = anyBytes()
  const signature = Buffer.from(shop.signMessage(message), 'base64')
  assert.deepEqual(signature, sign('sha256', message, own))
}, 100)
for (const message of [undefined, null, 1, {}]) {
  rsa.refuses(`${message} as a message`, message == null ? 'ERR_ARGUMENT_INVALID' : 'ERR_BODY_NOT_RAW', () => shop.signMessage(message))
}
rsa.refuses('a serial that is not known', 'ERR_SERIAL_UNKNOWN', () =>
  shop.verifyMessage({ serial: 'ABCD', message: 'x', signature: shop.signMessage('x') }),
)
rsa.refuses("the merchant's own signature as WeChat Pay's", 'ERR_SIGNATURE_INVALID', () =>
  shop.verifyMessage({ serial: merchantOptions.platformKeys[0].serial, message: 'x', signature: shop.signMessage('x') }),
)

const gcm = suite('aes_256_gcm_random')
const platform = new TestPlatform({
  serial: 'PUB_KEY_ID_0119000000012024010100000000000001',
  privateKey: key('throwaway-platform-next-key'),
  publicKey: key('throwaway-platform-next-pub'),
})
gcm.accepts('what node:crypto encrypts, is decrypted here', () => {
  const resource = { text: anyText(), number: below(2 ** 31) }
  const sealed = encrypt(JSON.stringify(resource), { associatedData: anyText() })
  assert.deepEqual(shop.openNotification(signed(JSON.stringify(envelope(sealed)))).resource, resource)
}, TIMES)
gcm.accepts('what is encrypted here, node:crypto decrypts', () => {
  const resource = JSON.stringify({ text: anyText() })
  const { body } = platform.notification({ apiV3Key: API_V3_KEY, resource, now: NOW })
  const sealed = JSON.parse(body).resource
  const bytes = Buffer.from(sealed.ciphertext, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', API_V3_KEY, sealed.nonce)
  decipher.setAAD(Buffer.from(sealed.associated_data)).setAuthTag(bytes.subarray(-16))
  assert.equal(decipher.update(bytes.subarray(0, -16), undefined, 'utf8') + decipher.final('utf8'), resource)
}, TIMES)
gcm.refuses('with one bit of ciphertext or tag flipped, well signed', 'ERR_DECRYPT_FAILED', () => {
  const sealed = encrypt(anyBytes())
  const bytes = Buffer.from(sealed.ciphertext, 'base64')
  bytes[below(bytes.length)] ^= 1 << below(8)
  return shop.openNotification(signed(JSON.stringify(envelope({ ...sealed, ciphertext: bytes.toString('base64') }))))
}, TIMES)
gcm.refuses('with other associated data, well signed', 'ERR_DECRYPT_FAILED', () => {
  const sealed = encrypt(anyBytes(), { associatedData: 'transaction' })
  return shop.openNotification(signed(JSON.stringify(envelope({ ...sealed, associated_data: `x${anyText()}` }))))
}, TIMES)
