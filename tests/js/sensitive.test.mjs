// Sensitive fields against node:crypto.
import assert from 'node:assert/strict'
import { constants, createPrivateKey, createPublicKey, privateDecrypt, publicEncrypt } from 'node:crypto'

import { suite } from './support/cases.mjs'
import { seeded } from './support/random.mjs'
import { key, vectors } from './support/vectors.mjs'
import { merchant, merchantOptions, PUBLIC_KEY_ID } from './support/wechat-pay.mjs'

const { below, text } = seeded('sensitive')
const padding = constants.RSA_PKCS1_OAEP_PADDING
const platform = createPrivateKey(key('throwaway-platform-next-key'))
const own = createPublicKey(merchantOptions.privateKey)
const shop = merchant()

const encrypting = suite('random/rsa_oaep_package_encrypts')
const plaintext = () => text('0123456789abcdefghijklmnopqrstuvwxyz 张三李四', below(72))
const opened = (ciphertext, key = platform, oaepHash = 'sha1') =>
  privateDecrypt({ key, padding, oaepHash }, ciphertext).toString()
const encrypted = (value) => Buffer.from(shop.encryptSensitive(value).ciphertext, 'base64')
encrypting.accepts('what is encrypted here, node:crypto decrypts', () => {
  const value = plaintext()
  const { ciphertext, serial } = shop.encryptSensitive(value)
  assert.equal(serial, PUBLIC_KEY_ID)
  assert.equal(opened(Buffer.from(ciphertext, 'base64')), value)
}, 1000)
encrypting.denies('one bit flipped', () => {
  const ciphertext = encrypted(plaintext())
  ciphertext[below(ciphertext.length)] ^= 1 << below(8)
  assert.throws(() => opened(ciphertext))
}, 1000)
encrypting.denies('another key, or another hash', (round) => {
  const ciphertext = encrypted(plaintext())
  if (round % 2 === 0) assert.throws(() => opened(ciphertext, merchantOptions.privateKey))
  else assert.throws(() => opened(ciphertext, platform, 'sha256'))
}, 1000)

const random = suite('random/rsa_oaep_package_decrypts')
random.accepts('what node:crypto encrypts, is decrypted here', () => {
  const value = plaintext()
  const sealed = publicEncrypt({ key: own, padding, oaepHash: 'sha1' }, Buffer.from(value))
  assert.equal(shop.decryptSensitive(sealed.toString('base64')), value)
}, 1000)
random.refuses('one bit flipped', 'ERR_DECRYPT_FAILED', () => {
  const sealed = publicEncrypt({ key: own, padding, oaepHash: 'sha1' }, Buffer.from(plaintext()))
  sealed[below(sealed.length)] ^= 1 << below(8)
  return shop.decryptSensitive(sealed.toString('base64'))
}, 1000)
for (const oaepHash of ['sha256', 'md5']) {
  random.refuses(`OAEP with ${oaepHash}`, 'ERR_DECRYPT_FAILED', () =>
    shop.decryptSensitive(publicEncrypt({ key: own, padding, oaepHash }, Buffer.from('x')).toString('base64')),
  500)
}
random.refuses('PKCS#1 v1.5 padding', 'ERR_DECRYPT_FAILED', () =>
  shop.decryptSensitive(
    publicEncrypt({ key: own, padding: constants.RSA_PKCS1_PADDING }, Buffer.from('x')).toString('base64'),
  ),
50)

const published = suite('rsa_oaep')
for (const { name, inputs, expected, ok } of vectors('rsa_oaep')) {
  const run = () => {
    if (inputs.operation === 'encrypt') {
      const platformKeys = [{ serial: PUBLIC_KEY_ID, key: inputs.public_key_pem }]
      return merchant({ platformKeys }).encryptSensitive('x'.repeat(inputs.plaintext_len))
    }
    return merchant({ privateKey: inputs.private_key_pem }).decryptSensitive(inputs.ciphertext_base64)
  }
  if (ok) {
    published.accepts(name, () => {
      const result = run()
      if (inputs.operation !== 'encrypt') assert.equal(result, expected.plaintext)
    })
  } else {
    published.refuses(name, inputs.operation === 'encrypt' ? 'ERR_PLAINTEXT_TOO_LONG' : 'ERR_DECRYPT_FAILED', run)
  }
}

const legacy = suite('rsa_pkcs1v15_encrypt')
for (const { name, inputs } of vectors('rsa_pkcs1v15_encrypt')) {
  legacy.refuses(`${name}: not WeChat Pay's padding for fields`, 'ERR_DECRYPT_FAILED', () =>
    merchant({ privateKey: inputs.private_key_pem }).decryptSensitive(inputs.ciphertext_base64),
  )
}

const arguments_ = suite('sensitive_arguments')
for (const value of [undefined, null, 1, {}, Buffer.from('x')]) {
  arguments_.refuses(`${typeof value} as plaintext`, 'ERR_ARGUMENT_INVALID', () => shop.encryptSensitive(value))
  arguments_.refuses(`${typeof value} as ciphertext`, 'ERR_ARGUMENT_INVALID', () => shop.decryptSensitive(value))
}
arguments_.refuses('no platform key', 'ERR_KEY_INVALID', () => merchant({ platformKeys: [] }).encryptSensitive('x'))
arguments_.accepts('the serial of the key goes into the request', () => {
  const { serial } = shop.encryptSensitive('x')
  const { headers } = shop.authorize({ method: 'POST', url: '/', body: '{}', wechatpaySerial: serial })
  assert.equal(headers['Wechatpay-Serial'], serial)
})
arguments_.accepts('without a public key the certificate that is valid encrypts', () => {
  const certificates = merchant({ platformKeys: [{ key: key('throwaway-platform-cert') }] })
  assert.equal(certificates.encryptSensitive('x', { now: 1_800_000_000 }).serial, '0A39C0FFEE00112233445566778899AABBCCDDEE')
})
arguments_.refuses('a certificate before its time', 'ERR_KEY_INVALID', () =>
  merchant({ platformKeys: [{ key: key('throwaway-platform-cert') }] }).encryptSensitive('x', { now: 1_000_000_000 }),
)
