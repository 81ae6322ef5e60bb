import assert from 'node:assert/strict'
import { X509Certificate, createPrivateKey, createPublicKey } from 'node:crypto'

import { suite } from './support/cases.mjs'
import { key } from './support/vectors.mjs'
import { merchant, merchantOptions, notification, PUBLIC_KEY_ID, transaction } from './support/wechat-pay.mjs'

const request = { appid: 'wx8888888888888888', prepayId: 'wx1', timestamp: 1, nonceStr: 'n' }
const expected = merchant().requestPayment(request)

const privateKey = suite('keys/private')
const pkcs8 = key('throwaway-merchant-key')
const pkcs1 = key('throwaway-merchant-key-pkcs1')
const der = (type) => new Uint8Array(createPrivateKey(pkcs8).export({ type, format: 'der' }))
for (const [label, value] of [
  ['PKCS#8 PEM', pkcs8],
  ['PKCS#1 PEM', pkcs1],
  ['PKCS#8 PEM as bytes', Buffer.from(pkcs8)],
  ['PKCS#8 DER', der('pkcs8')],
  ['PKCS#1 DER', der('pkcs1')],
  ['a view into a larger buffer', Buffer.concat([Buffer.alloc(3), Buffer.from(pkcs8), Buffer.alloc(9)]).subarray(3, 3 + pkcs8.length)],
  ['CRLF', pkcs8.replaceAll('\n', '\r\n')],
  ['literal \\n', pkcs8.replaceAll('\n', '\\n')],
  ['blanks around', `\n  ${pkcs8}  \n\n`],
  ['no last line end', pkcs8.trimEnd()],
]) {
  privateKey.accepts(label, () => assert.deepEqual(merchant({ privateKey: value }).requestPayment(request), expected))
}
for (const [label, value] of [
  ['empty', ''],
  ['a file name', './apiclient_key.pem'],
  ['cut off', pkcs8.slice(0, 800)],
  ['encrypted PKCS#8', key('throwaway-encrypted-key')],
  ['encrypted PKCS#1', key('throwaway-encrypted-key-pkcs1')],
  ['elliptic curve', key('throwaway-ec-key')],
  ['RSA-PSS', key('throwaway-rsa-pss-key')],
  ['RSA-1024', key('throwaway-rsa1024-key')],
  ['SM2', key('flurl-sm2-key')],
  ['the public half', key('throwaway-merchant-pub')],
  ['the certificate', key('throwaway-merchant-cert')],
  ['DER with one byte missing', der('pkcs8').subarray(1)],
  ['zeros', new Uint8Array(1200)],
]) {
  privateKey.refuses(label, 'ERR_KEY_INVALID', () => merchant({ privateKey: value }))
}

const platform = suite('keys/platform')
const publicKey = key('throwaway-platform-next-pub')
const certificate = key('throwaway-platform-cert')
const opens = (platformKeys) =>
  assert.deepEqual(merchant({ platformKeys }).openNotification(notification()).resource, transaction)
for (const [label, value] of [
  ['PEM', publicKey],
  ['PEM as bytes', Buffer.from(publicKey)],
  ['DER', new Uint8Array(createPublicKey(publicKey).export({ type: 'spki', format: 'der' }))],
  ['PKCS#1', createPublicKey(publicKey).export({ type: 'pkcs1', format: 'pem' })],
  ['CRLF', publicKey.replaceAll('\n', '\r\n')],
  ['literal \\n', publicKey.replaceAll('\n', '\\n')],
]) {
  platform.accepts(`public key, ${label}`, () => opens([{ serial: PUBLIC_KEY_ID, key: value }]))
}
platform.accepts('the same key twice', () => opens([0, 1].map(() => ({ serial: PUBLIC_KEY_ID, key: publicKey }))))
for (const [label, value] of [
  ['PEM', certificate],
  ['DER', new Uint8Array(new X509Certificate(certificate).raw)],
]) {
  platform.accepts(`certificate, ${label}`, () => {
    const { headers } = merchant({ platformKeys: [{ key: value }] }).authorize({ method: 'GET', url: '/v3/certificates' })
    assert.equal(headers['Wechatpay-Serial'], '0A39C0FFEE00112233445566778899AABBCCDDEE')
  })
}
platform.accepts('a public key before certificates, of those the one valid longest, is asked for answers', () => {
  const asked = (...keys) =>
    merchant({ platformKeys: keys }).authorize({ method: 'GET', url: '/' }).headers['Wechatpay-Serial']
  const expired = { key: key('flurl-platform-cert') }
  assert.equal(asked(expired, { key: certificate }), '0A39C0FFEE00112233445566778899AABBCCDDEE')
  assert.equal(asked({ key: certificate }, expired), '0A39C0FFEE00112233445566778899AABBCCDDEE')
  assert.equal(asked(expired, { serial: PUBLIC_KEY_ID, key: publicKey }), PUBLIC_KEY_ID)
  assert.equal(asked(), undefined)
})
for (const [label, code, keys] of [
  ['public key without serial', 'ERR_ARGUMENT_INVALID', [{ key: publicKey }]],
  ['serial that is none', 'ERR_ARGUMENT_INVALID', [{ serial: 'pub key', key: publicKey }]],
  ['certificate with the serial of another', 'ERR_ARGUMENT_INVALID', [{ serial: 'AB', key: certificate }]],
  ["the merchant's own certificate", 'ERR_ARGUMENT_INVALID', [{ key: key('throwaway-merchant-cert') }]],
  ["the merchant's own public key", 'ERR_ARGUMENT_INVALID', [{ serial: PUBLIC_KEY_ID, key: key('throwaway-merchant-pub') }]],
  ['two keys of one serial', 'ERR_ARGUMENT_INVALID', [publicKey, key('throwaway-platform-pub')].map((value) => ({ serial: PUBLIC_KEY_ID, key: value }))],
  ['a private key', 'ERR_KEY_INVALID', [{ serial: PUBLIC_KEY_ID, key: key('throwaway-platform-next-key') }]],
  ['elliptic curve', 'ERR_KEY_INVALID', [{ serial: PUBLIC_KEY_ID, key: key('throwaway-ec-pub') }]],
  ['RSA-1024', 'ERR_KEY_INVALID', [{ serial: PUBLIC_KEY_ID, key: key('throwaway-rsa1024-pub') }]],
  ['cut off certificate', 'ERR_CERTIFICATE_INVALID', [{ key: Buffer.from(new X509Certificate(certificate).raw).subarray(0, 300) }]],
  ['elliptic curve certificate', 'ERR_CERTIFICATE_INVALID', [{ key: key('throwaway-ec-cert') }]],
]) {
  platform.refuses(label, code, () => merchant({ platformKeys: keys }))
}
platform.refuses('the second of two, which the message names', 'ERR_KEY_INVALID', () => {
  const keys = [{ serial: PUBLIC_KEY_ID, key: publicKey }, { serial: 'AB', key: key('throwaway-ec-pub') }]
  try {
    return merchant({ platformKeys: keys })
  } catch (error) {
    assert.match(error.message, /^platformKeys\[1\]: /)
    throw error
  }
})

const apiV3Key = suite('keys/api_v3')
apiV3Key.accepts('bytes', () => {
  const bytes = Buffer.from(merchantOptions.apiV3Key)
  assert.deepEqual(merchant({ apiV3Key: bytes }).openNotification(notification()).resource, transaction)
})
for (const value of ['', ' '.repeat(32).slice(1), 'x'.repeat(16), 'x'.repeat(31), 'x'.repeat(33), `${'x'.repeat(32)}\n`, '密'.repeat(32)]) {
  apiV3Key.refuses(`${Buffer.byteLength(value)} bytes`, 'ERR_API_V3_KEY_INVALID', () => {
    try {
      return merchant({ apiV3Key: value })
    } catch (error) {
      assert.match(error.message, new RegExp(`\\b${Buffer.byteLength(value)} bytes`))
      throw error
    }
  })
}
