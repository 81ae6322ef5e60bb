// Signatures and ciphertexts made to break implementations.
import assert from 'node:assert/strict'

import { suite } from './support/cases.mjs'
import { merchant } from './support/wechat-pay.mjs'
import { wycheproof } from './support/wycheproof.mjs'

const SERIAL = 'PUB_KEY_ID_1'
const label = ({ tcId, comment, flags }) => `${tcId} ${comment} ${flags.join(' ')}`
const hex = (text) => Buffer.from(text, 'hex')

// What Wycheproof finds acceptable here is a DigestInfo without its NULL parameter.
for (const bits of [2048, 3072, 4096]) {
  const cases = suite(`wycheproof/rsa_${bits}`)
  for (const { publicKeyPem, tests } of wycheproof(`rsa_signature_${bits}_sha256`).testGroups) {
    const shop = merchant({ platformKeys: [{ serial: SERIAL, key: publicKeyPem }] })
    for (const entry of tests) {
      const signed = { serial: SERIAL, message: hex(entry.msg), signature: hex(entry.sig).toString('base64') }
      if (entry.result === 'valid') cases.accepts(label(entry), () => shop.verifyMessage(signed))
      else cases.refuses(label(entry), 'ERR_SIGNATURE_INVALID', () => shop.verifyMessage(signed))
    }
  }
}

const large = suite('wycheproof/rsa_8192')
for (const { publicKeyPem, keySize } of wycheproof('rsa_signature_8192_sha256').testGroups) {
  large.refuses(`${keySize} bits`, 'ERR_KEY_INVALID', () =>
    merchant({ platformKeys: [{ serial: SERIAL, key: publicKeyPem }] }),
  )
}

// Fields are text without a label, encrypted with SHA-1: what is decrypted well but is something else is refused, too.
const oaep = suite('wycheproof/rsa_oaep')
const isText = (bytes) => Buffer.from(bytes.toString()).equals(bytes)
for (const file of ['rsa_oaep_2048_sha1_mgf1sha1', 'rsa_oaep_misc']) {
  for (const { privateKeyPkcs8, keySize, sha, mgfSha, tests } of wycheproof(file).testGroups) {
    if (keySize < 2048 || keySize > 4096) continue
    const shop = merchant({ privateKey: hex(privateKeyPkcs8) })
    for (const entry of tests) {
      const run = () => shop.decryptSensitive(hex(entry.ct).toString('base64'))
      const isOurs = sha === 'SHA-1' && mgfSha === 'SHA-1' && entry.label === ''
      if (entry.result === 'valid' && isOurs && isText(hex(entry.msg))) {
        oaep.accepts(`${file} ${label(entry)}`, () => assert.equal(run(), hex(entry.msg).toString()))
      } else {
        oaep.refuses(`${file} ${label(entry)}`, 'ERR_DECRYPT_FAILED', run)
      }
    }
  }
}
