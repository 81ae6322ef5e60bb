// Merchants whose private key lives elsewhere: the same bytes as with the key here.
import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, constants, publicEncrypt, sign, webcrypto } from 'node:crypto'

import { Merchant, webCryptoSigner } from 'wechatpay-wasm'
import { Client } from 'wechatpay-wasm/client'
import { nodeSigner } from 'wechatpay-wasm/node'

import { refused, suite } from './support/cases.mjs'
import { merchantApi, refuses, says } from './support/merchant-api.mjs'
import { key } from './support/vectors.mjs'
import { merchant, merchantOptions, notification, NOW, signed, transaction } from './support/wechat-pay.mjs'

const { privateKey: pem, ...options } = merchantOptions
const keyObject = createPrivateKey(pem)
const pkcs8 = keyObject.export({ type: 'pkcs8', format: 'der' })
const imported = (name, hash, usages, extractable = false) =>
  webcrypto.subtle.importKey('pkcs8', pkcs8, { name, hash }, extractable, usages)
const signingKey = await imported('RSASSA-PKCS1-v1_5', 'SHA-256', ['sign'])
const decryptionKey = await imported('RSA-OAEP', 'SHA-1', ['decrypt'])
const certificate = key('throwaway-merchant-cert')
const external = (signer, changes) => new Merchant({ ...options, signer, ...changes })

const local = merchant()
const fixed = { timestamp: NOW, nonceStr: 'n' }
const uses = {
  authorize: { method: 'POST', url: '/v3/x?a=1', body: '{"红":"茶"}', ...fixed },
  'authorize of a body that is no text': { method: 'POST', url: '/v3/x', body: new Uint8Array([255, 0, 10, 128]), ...fixed },
  authorizeUpload: { url: '/v3/merchant/media/upload', filename: 'a.jpg', file: new Uint8Array(3), ...fixed },
  requestPayment: { appid: 'wx1', prepayId: 'wx2', ...fixed },
  appPayment: { appid: 'wx1', prepayId: 'wx2', ...fixed },
  signMessage: 'what is signed',
}
const ciphertext = publicEncrypt(
  { key: createPublicKey(pem), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
  Buffer.from('张三'),
).toString('base64')

const same = suite('signers/same')
for (const [name, signer, changes] of [
  ['webCryptoSigner', webCryptoSigner(signingKey, { decryptionKey })],
  ['webCryptoSigner, checked by the certificate', webCryptoSigner(signingKey, { decryptionKey }), { certificate }],
  ['nodeSigner', nodeSigner(keyObject)],
  ['nodeSigner, checked by the public key', nodeSigner(keyObject), { certificate: key('throwaway-merchant-pub') }],
  ['a function', async (message) => sign('sha256', message, keyObject)],
  ['a function that answers at once', (message) => sign('sha256', message, keyObject)],
  ['a function that gives an ArrayBuffer', async (message) => new Uint8Array(sign('sha256', message, keyObject)).buffer],
]) {
  for (const [use, request] of Object.entries(uses)) {
    const [method] = use.split(' ')
    same.accepts(`${name}: ${use}`, async () => {
      const made = external(signer, changes)[method](request)
      assert.ok(made instanceof Promise)
      assert.deepEqual(await made, local[method](request))
    })
  }
}
for (const [name, signer] of [['webCryptoSigner', webCryptoSigner(signingKey, { decryptionKey })], ['nodeSigner', nodeSigner(keyObject)]]) {
  same.accepts(`${name}: decryptSensitive`, async () => assert.equal(await external(signer).decryptSensitive(ciphertext), '张三'))
}
same.accepts('an object keeps its this', async () => {
  class Kms {
    key = keyObject
    async sign(message) {
      return sign('sha256', message, this.key)
    }
  }
  assert.equal(await external(new Kms()).signMessage('x'), local.signMessage('x'))
})
same.accepts('bytes that the caller writes to while the signer works', async () => {
  const body = Buffer.from('{"a":1}')
  const made = external(nodeSigner(keyObject), { certificate: undefined }).authorize({ ...uses.authorize, body })
  body.fill(0x20)
  assert.deepEqual(await made, local.authorize({ ...uses.authorize, body: '{"a":1}' }))
})
same.accepts('all that needs no private key is as it was', () => {
  const shop = external(() => assert.fail('it was asked'))
  assert.deepEqual(shop.openNotification(notification()).resource, transaction)
  assert.deepEqual(shop.verifyResponse(signed('{"a":1}')), { a: 1 })
  assert.equal(shop.serialNo, merchantOptions.serialNo)
  assert.ok(shop.encryptSensitive('x').ciphertext)
})
same.accepts('many at once, and other calls in between', async () => {
  const shop = external(async (message) => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 10))
    return sign('sha256', message, keyObject)
  })
  const made = Array.from({ length: 20 }, (_, at) => shop.requestPayment({ ...uses.requestPayment, prepayId: `wx${at}` }))
  shop.openNotification(notification())
  for (const [at, params] of (await Promise.all(made)).entries()) {
    assert.deepEqual(params, local.requestPayment({ ...uses.requestPayment, prepayId: `wx${at}` }))
  }
})
same.accepts('a client', async () => {
  const api = await merchantApi(says({ prepay_id: 'wx1' }))
  const client = new Client({ merchant: external(nodeSigner(keyObject)), origin: api.origin })
  const params = await client.transactions.requestPayment({ appid: 'wx1', out_trade_no: 'A1', payer: { openid: 'o' } })
  assert.equal(params.package, 'prepay_id=wx1')
})
same.accepts('a brand', async () => {
  const request = { method: 'GET', url: '/brand/x', ...fixed }
  const party = { mchid: undefined, brandId: '100' }
  const made = await external(nodeSigner(keyObject), party).authorize(request)
  assert.deepEqual(made, merchant(party).authorize(request))
})

const bad = suite('signers/bad')
const other = createPrivateKey(key('throwaway-platform-key'))
for (const [name, signer, message] of [
  ['one that throws', () => { throw new Error('the HSM is away') }, /its error is the cause/i],
  ['one that rejects', async () => { throw new Error('the HSM is away') }, /its error is the cause/i],
  ['nothing', async () => undefined, /must give the bytes/],
  ['base64', async (bytes) => sign('sha256', bytes, keyObject).toString('base64'), /base64/],
  ['an object', async () => ({ Signature: new Uint8Array(256) }), /must give the bytes/],
  ['no bytes', async () => new Uint8Array(), /256 for RSA-2048/],
  ['one byte less', async (bytes) => sign('sha256', bytes, keyObject).subarray(1), /256 for RSA-2048/],
  ['an ECDSA signature', async () => new Uint8Array(71), /256 for RSA-2048/],
  ['far too many bytes', async () => new Uint8Array(513), /256 for RSA-2048/],
]) {
  for (const [use, request] of Object.entries(uses)) {
    const [method] = use.split(' ')
    bad.denies(`${name} makes ${use}`, async () => {
      const error = await refused('ERR_SIGNING_FAILED', () => external(signer)[method](request))
      assert.match(error.message, message)
    })
  }
}
for (const [name, signer] of [
  ['zeros', async () => new Uint8Array(256)],
  ['another key', async (bytes) => sign('sha256', bytes, other)],
  ['another message', async () => sign('sha256', Buffer.from('x'), keyObject)],
  ['the digest signed once more', async (bytes) => sign('sha256', Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)), keyObject)],
  ['SHA-1', async (bytes) => sign('sha1', bytes, keyObject)],
  ['PSS', async (bytes) => sign('sha256', bytes, { key: keyObject, padding: constants.RSA_PKCS1_PSS_PADDING })],
]) {
  bad.refuses(`with the certificate known: ${name}`, 'ERR_SIGNING_FAILED', () => external(signer, { certificate }).authorize(uses.authorize))
}
bad.refuses('a field without a way to decrypt', 'ERR_ARGUMENT_INVALID', () => external(async () => {}).decryptSensitive(ciphertext))
for (const [name, text] of [['no base64', '***'], ['another key', Buffer.alloc(256, 7).toString('base64')], ['nothing', '']]) {
  for (const signer of [webCryptoSigner(signingKey, { decryptionKey }), nodeSigner(keyObject)]) {
    bad.denies(`a field decrypts: ${name}`, async () => {
      const made = external(signer).decryptSensitive(text).catch((error) => error)
      // OpenSSL gives random bytes instead of an error for a wrong padding of v1.5 only; OAEP fails.
      assert.equal((await made).code, 'ERR_DECRYPT_FAILED')
    })
  }
}
for (const [name, code, changes] of [
  ['a key beside the signer', 'ERR_ARGUMENT_INVALID', { signer: () => {}, privateKey: pem }],
  ['neither of both', 'ERR_ARGUMENT_INVALID', {}],
  ['a signer that is a key', 'ERR_ARGUMENT_INVALID', { signer: pem }],
  ['a signer that is a KeyObject', 'ERR_ARGUMENT_INVALID', { signer: keyObject }],
  ['a signer that is a CryptoKey', 'ERR_ARGUMENT_INVALID', { signer: signingKey }],
  ['null', 'ERR_ARGUMENT_INVALID', { signer: null }],
  ['a decrypt that is none', 'ERR_ARGUMENT_INVALID', { signer: { sign() {}, decrypt: true } }],
  ['a certificate that is none', 'ERR_KEY_INVALID', { signer() {}, certificate: 'x' }],
  ['the certificate of another', 'ERR_ARGUMENT_INVALID', { signer() {}, certificate: key('throwaway-platform-cert') }],
  ['a certificate without a signer', 'ERR_ARGUMENT_INVALID', { privateKey: pem, certificate }],
]) {
  bad.refuses(name, code, () => new Merchant({ ...options, ...changes }))
}
bad.refuses("the merchant's own serial among the platform keys", 'ERR_ARGUMENT_INVALID', () =>
  external(() => {}, { platformKeys: [{ key: certificate }] }),
)
for (const [name, value] of [
  ['a text', pem],
  ['a KeyObject', keyObject],
  ['nothing', undefined],
  ['SHA-1', await imported('RSASSA-PKCS1-v1_5', 'SHA-1', ['sign'])],
  ['PSS', await imported('RSA-PSS', 'SHA-256', ['sign'])],
  ['one that decrypts', decryptionKey],
]) {
  bad.refuses(`webCryptoSigner of ${name}`, 'ERR_KEY_INVALID', () => webCryptoSigner(value))
}
bad.refuses('a decryption key for another hash', 'ERR_KEY_INVALID', async () =>
  webCryptoSigner(signingKey, { decryptionKey: await imported('RSA-OAEP', 'SHA-256', ['decrypt']) }),
)
for (const [name, value] of [
  ['a text', pem],
  ['a public key', createPublicKey(pem)],
  ['an elliptic curve', createPrivateKey(key('throwaway-ec-key'))],
  ['a CryptoKey', signingKey],
  ['nothing', undefined],
]) {
  bad.refuses(`nodeSigner of ${name}`, 'ERR_KEY_INVALID', () => nodeSigner(value))
}
bad.denies('a signer that fails between two attempts hides what the first may have done', async () => {
  let times = 0
  const signer = async (message) => {
    times += 1
    if (times > 1) throw new Error('the HSM is away')
    return sign('sha256', message, keyObject)
  }
  const api = await merchantApi(refuses(500, 'SYSTEM_ERROR'))
  const client = new Client({ merchant: external(signer), origin: api.origin, backOff: () => 0 })
  await assert.rejects(client.request('POST', '/v3/x', {}), (error) => {
    return error.effect === 'unknown' && error.code === 'ERR_REQUEST_REFUSED' && error.cause.code === 'ERR_SIGNING_FAILED'
  })
})
bad.denies('a freed merchant signs', async () => {
  let finish
  const gate = new Promise((resolve) => (finish = resolve))
  const shop = external(async (message) => (await gate, sign('sha256', message, keyObject)))
  const running = shop.signMessage('x')
  shop.free()
  finish()
  await assert.rejects(running, { code: 'ERR_ARGUMENT_INVALID' })
})
