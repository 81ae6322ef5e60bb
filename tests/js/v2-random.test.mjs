// Random cases of APIv2, both ways with node:crypto.
import assert from 'node:assert/strict'

import { suite } from './support/cases.mjs'
import { seeded } from './support/random.mjs'
import { TYPES, payment, refund, refundBody, sealed, shop, signOf, signedXml, textOf, toXml } from './support/v2.mjs'

const { below, pick, text } = seeded('v2')
const PIECES = ['支付', 'a', 'Z', '0', '&', '=', '<', '>', ']]>', '"', "'", ' ', '\n', '\t', '%20', '+', '💰', '&amp;', 'é']
const LETTERS = 'ABCXYZ_abcxyz0123456789'

function randomFields() {
  const fields = {}
  for (let number = below(12); number >= 0; number -= 1) {
    fields[pick('abcxyzABCXYZ_') + text(LETTERS, below(8))] = text(PIECES, below(9))
  }
  return { ...fields, nonce_str: text(LETTERS, 32) }
}

for (const type of TYPES) {
  const name = `v2_sign_random/${type === 'MD5' ? 'md5' : 'hmac_sha256'}`
  const apiKey = () => text(LETTERS, 32)
  const changed = (fields) => {
    const member = pick(Object.keys(fields))
    return { ...fields, [member]: `${fields[member]}x` }
  }
  const signing = suite(`${name}_package_signs`)
  signing.accepts('what is signed here, node:crypto verifies', () => {
    const [key, fields] = [apiKey(), randomFields()]
    const signed = shop({ apiKey: key, signType: type }).signRequest({ fields })
    assert.equal(signed.fields.sign, signOf(signed.fields, type, key))
    const { sign_type: _, sign: __, ...sent } = signed.fields
    assert.deepEqual(sent, fields)
  }, 1000)
  signing.denies('one field changed', () => {
    const [key, fields] = [apiKey(), randomFields()]
    assert.notEqual(shop({ apiKey: key }).sign(fields, type), signOf(changed(fields), type, key))
  }, 1000)
  signing.denies('another key', () => {
    const [key, fields] = [apiKey(), randomFields()]
    assert.notEqual(shop({ apiKey: key }).sign(fields, type), signOf(fields, type, apiKey()))
  }, 1000)

  const random = suite(`${name}_node_signs`)
  random.accepts('what node:crypto signs, is verified here', () => {
    const [key, fields] = [apiKey(), randomFields()]
    const opened = shop({ apiKey: key }).openNotification({ body: signedXml(fields, type, key) })
    assert.deepEqual(opened.fields, { ...fields, sign: signOf(fields, type, key) })
    assert.equal(opened.signType, type)
  }, 1000)
  random.refuses('one field changed', 'ERR_MAC_INVALID', () => {
    const [key, fields] = [apiKey(), randomFields()]
    const body = toXml({ ...changed(fields), sign: signOf(fields, type, key) })
    return shop({ apiKey: key }).openNotification({ body })
  }, 1000)
  random.refuses('another key', 'ERR_MAC_INVALID', () =>
    shop({ apiKey: apiKey() }).openNotification({ body: signedXml(randomFields(), type, apiKey()) }),
  1000)
}

const ciphers = suite('v2_req_info_random')
ciphers.accepts('what node:crypto encrypts, is decrypted here', () => {
  const key = text(LETTERS, 32)
  const more = { ...refund, ...randomFields() }
  const body = refundBody(sealed(toXml(more, 'root'), { key }).toString('base64'))
  assert.deepEqual(shop({ apiKey: key }).openRefund({ body }).refundFields, more)
}, 1000)
ciphers.refuses('another key', 'ERR_DECRYPT_FAILED', () => {
  const body = refundBody(sealed(toXml(refund, 'root'), { key: text(LETTERS, 32) }).toString('base64'))
  return shop({ apiKey: text(LETTERS, 32) }).openRefund({ body })
}, 1000)
ciphers.denies('the last block changed', async () => {
  const bytes = sealed(toXml(refund, 'root'))
  bytes[bytes.length - 1 - below(16)] ^= 1 << below(8)
  try {
    shop().openRefund({ body: refundBody(bytes.toString('base64')) })
  } catch (error) {
    assert.ok(['ERR_DECRYPT_FAILED', 'ERR_BODY_MALFORMED'].includes(error.code), error)
    return
  }
  assert.fail('was accepted')
}, 1000)

const damaged = suite('v2/mutation')
damaged.denies('a damaged notification is taken for another', () => {
  const bytes = Buffer.from(signedXml(payment))
  for (let edits = below(3); edits >= 0; edits -= 1) bytes[below(bytes.length)] = pick([...Buffer.from('<>&;]![]/?\0\n x0')])
  try {
    const { sign: _, ...fields } = shop().openNotification({ body: bytes }).fields
    assert.equal(textOf(fields), textOf(payment))
  } catch (error) {
    assert.match(error.code ?? String(error), /^ERR_(BODY_MALFORMED|MAC_INVALID|SIGN_MISSING)$/)
  }
}, 1000)
