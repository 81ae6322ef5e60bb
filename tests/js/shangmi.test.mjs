// wechatpay-wasm/shangmi: SM2, SM3 and SM4 in whole messages, against OpenSSL.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { createRequire } from 'node:module'
import { test } from 'node:test'

import * as usual from 'wechatpay-wasm'
import * as shangmi from 'wechatpay-wasm/shangmi'

import { portable, refused, suite } from './support/cases.mjs'
import { seeded } from './support/random.mjs'
import { decrypt, encrypt, freshKey, pool, publicKeyOf, resource, sec1, sign, verify } from './support/shangmi.mjs'
import { coverage, key, vectors } from './support/vectors.mjs'
import * as rsa from './support/wechat-pay.mjs'

const { Merchant, WechatPayError } = shangmi
const { below, pick, text } = seeded('shangmi')
const { NOW, API_V3_KEY, envelope, transaction } = rsa
const ROUNDS = portable ? 50 : 1000
const TOKEN = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
const anyText = (length) => text([...TOKEN, ...'"\\/\n\t {}[]:,é微信支付☃'], length)

const SCHEME = 'WECHATPAY2-SM2-WITH-SM3'
const SERIAL = 'E5A81B02429D8D08'
const PUBLIC_KEY_ID = 'PUB_KEY_ID_02'
const own = key('wechatpay-java-sm2-merchant-key')
const platform = key('flurl-sm2-key')
const options = {
  mchid: '1900000001',
  serialNo: '54E7F59ED8DF4570CFB14780EA8152D45A675EE6',
  privateKey: own,
  apiV3Key: API_V3_KEY,
  platformKeys: [
    { key: key('flurl-sm2-cert') },
    { serial: PUBLIC_KEY_ID, key: key('flurl-sm2-pub') },
    ...rsa.merchantOptions.platformKeys,
  ],
  engine: rsa.merchantOptions.engine,
}
const merchant = (changes = {}) => new Merchant({ ...options, ...changes })
const shop = merchant()
const [ownSec1, fresh] = await Promise.all([sec1(own), freshKey()])

/** Headers and body as they arrive. */
async function signed(body, { serial = PUBLIC_KEY_ID, type = SCHEME, userId, timestamp = NOW } = {}) {
  const nonce = text(TOKEN, 32)
  const signature = await sign(platform, `${timestamp}\n${nonce}\n${body}\n`, userId)
  return {
    headers: {
      'Wechatpay-Timestamp': String(timestamp),
      'Wechatpay-Nonce': nonce,
      'Wechatpay-Serial': serial,
      'Wechatpay-Signature': signature.toString('base64'),
      'Wechatpay-Signature-Type': type,
    },
    body,
    now: NOW,
  }
}

const notification = (sealed, changes) => signed(JSON.stringify(envelope(sealed)), changes)
const sealedTransaction = () => resource(API_V3_KEY, JSON.stringify(transaction))

function flipped(bytes) {
  const changed = Buffer.from(bytes)
  changed[below(changed.length)] ^= 1 << below(8)
  return changed
}

const keys = suite('shangmi/keys')
for (const [label, privateKey] of [
  ['PKCS#8', own],
  ['CRLF', own.replaceAll('\n', '\r\n')],
  ['literal \\n', own.replaceAll('\n', '\\n')],
  ['DER', Buffer.from(own.replaceAll(/-----.*-----|\s/g, ''), 'base64')],
  ['SEC1', ownSec1],
  ['a fresh one', fresh],
]) {
  keys.accepts(`private key, ${label}`, async () => {
    const { authorization, message } = merchant({ privateKey }).authorize({ method: 'GET', url: '/v3/certificates' })
    const signature = Buffer.from(/signature="([^"]+)"$/.exec(authorization)[1], 'base64')
    const pem = Buffer.isBuffer(privateKey) ? own : privateKey.replaceAll('\\n', '\n')
    assert.ok(await verify(pem, message, signature))
  })
}
for (const [label, changes, code] of [
  ['private key of P-256', { privateKey: key('throwaway-ec-key') }, 'ERR_KEY_INVALID'],
  ['public key as private key', { privateKey: key('flurl-sm2-pub') }, 'ERR_KEY_INVALID'],
  ['certificate as private key', { privateKey: key('flurl-sm2-cert') }, 'ERR_KEY_INVALID'],
  ['private key cut off', { privateKey: own.slice(0, 150) }, 'ERR_KEY_INVALID'],
  ['platform key of P-256', { platformKeys: [{ serial: PUBLIC_KEY_ID, key: key('throwaway-ec-pub') }] }, 'ERR_KEY_INVALID'],
  ['platform certificate of P-256', { platformKeys: [{ key: key('throwaway-ec-cert') }] }, 'ERR_CERTIFICATE_INVALID'],
  ['private key as platform key', { platformKeys: [{ serial: PUBLIC_KEY_ID, key: platform }] }, 'ERR_KEY_INVALID'],
  ['public key without its serial', { platformKeys: [{ key: key('flurl-sm2-pub') }] }, 'ERR_ARGUMENT_INVALID'],
  ['own certificate', { platformKeys: [{ key: key('wechatpay-java-sm2-merchant-cert') }] }, 'ERR_ARGUMENT_INVALID'],
  ['brand', { mchid: undefined, brandId: '40000000' }, 'ERR_SCHEME_UNSUPPORTED'],
]) {
  keys.refuses(label, code, () => merchant(changes))
}
// The usual module has no SM2.
keys.refuses('SM2 private key in wechatpay-wasm', 'ERR_KEY_INVALID', () => rsa.merchant({ privateKey: own }))
for (const [label, platformKey, code] of [
  ['public key', { serial: PUBLIC_KEY_ID, key: key('flurl-sm2-pub') }, 'ERR_KEY_INVALID'],
  ['certificate', { key: key('flurl-sm2-cert') }, 'ERR_CERTIFICATE_INVALID'],
]) {
  keys.refuses(`SM2 ${label} in wechatpay-wasm`, code, () => rsa.merchant({ platformKeys: [platformKey] }))
}

const messages = suite('shangmi/messages')
messages.accepts('RSA works as it does in wechatpay-wasm', () => {
  const both = [Merchant, usual.Merchant].map((Type) => {
    const signer = new Type(rsa.merchantOptions)
    const request = { method: 'POST', url: '/v3/x', body: '{}', timestamp: NOW, nonceStr: 'n' }
    const payment = { appid: 'wx8888888888888888', prepayId: 'wx1', timestamp: NOW, nonceStr: 'n' }
    const opened = signer.openNotification(rsa.notification())
    return [signer.authorize(request), signer.requestPayment(payment), signer.appPayment(payment), opened.resource]
  })
  assert.deepEqual(both[0], both[1])
})
messages.accepts('the names of wechatpay-wasm and its tests, and its class of errors', () => {
  assert.deepEqual(Object.keys(shangmi).sort(), [...Object.keys(usual), 'TestPlatform'].sort())
  assert.equal(WechatPayError, usual.WechatPayError)
})
if (!portable) {
  messages.accepts('import and require give the same', () => {
    const required = createRequire(import.meta.url)('wechatpay-wasm/shangmi')
    for (const [name, value] of Object.entries(shangmi)) assert.equal(required[name], value, name)
  })
}
for (const [label, flags] of [
  ['import', ['--input-type=module', '--eval', "import 'wechatpay-wasm/shangmi'"]],
  ['require', ['--input-type=commonjs', '--eval', "require('wechatpay-wasm/shangmi')"]],
  ['import of the portable build', ['--conditions=deno', '--input-type=module', '--eval', "import 'wechatpay-wasm/shangmi'"]],
]) {
  messages.accepts(`no module is compiled at ${label}`, () => {
    const watch = 'data:text/javascript,WebAssembly.Module=class{constructor(){throw Error("compiled")}}'
    execFileSync(process.execPath, ['--import', watch, ...flags], { cwd: new URL('.', import.meta.url) })
  })
}
for (const serial of [SERIAL, PUBLIC_KEY_ID]) {
  messages.accepts(`notification under ${serial}`, async () => {
    const { resource: opened } = shop.openNotification(await notification(sealedTransaction(), { serial }))
    assert.deepEqual(opened, transaction)
  })
}
messages.accepts('RSA notification with the same merchant', () => {
  assert.deepEqual(shop.openNotification(rsa.notification()).resource, transaction)
})
messages.accepts('response without a body', async () => {
  assert.equal(shop.verifyResponse(await signed('')), undefined)
})
messages.accepts('the answer is asked for under an SM2 key', () => {
  const { headers, authorization } = shop.authorize({ method: 'GET', url: '/v3/certificates?algorithm_type=SM2' })
  assert.equal(headers['Wechatpay-Serial'], PUBLIC_KEY_ID)
  assert.ok(authorization.startsWith(`${SCHEME} mchid="1900000001",`))
})
messages.accepts('first download of certificates', async () => {
  const encrypted = resource(API_V3_KEY, key('flurl-sm2-cert'), { associatedData: 'certificate' })
  const list = { data: [{ serial_no: SERIAL, effective_time: 'x', expire_time: 'y', encrypt_certificate: encrypted }] }
  const answer = await signed(JSON.stringify(list), { serial: SERIAL })
  const [certificate] = merchant({ platformKeys: [] }).openCertificates({ ...answer, first: true })
  assert.equal(certificate.serial, SERIAL)
})
const payment = { appid: 'wx8888888888888888', prepayId: 'wx1' }
messages.refuses('requestPayment with SM2', 'ERR_SCHEME_UNSUPPORTED', () => shop.requestPayment(payment))
messages.refuses('appPayment with SM2', 'ERR_SCHEME_UNSUPPORTED', () => shop.appPayment(payment))
for (const [label, code, change] of [
  ['signature type of RSA', 'ERR_SCHEME_UNSUPPORTED', { type: 'WECHATPAY2-SHA256-RSA2048' }],
  ['signature type unknown', 'ERR_SCHEME_UNSUPPORTED', { type: 'WECHATPAY2-SM2-WITH-SM9' }],
  ['serial of an RSA key', 'ERR_SCHEME_UNSUPPORTED', { serial: rsa.PUBLIC_KEY_ID }],
  ['serial unknown', 'ERR_SERIAL_UNKNOWN', { serial: 'ABCD' }],
  ['user id of another', 'ERR_SIGNATURE_INVALID', { userId: '8765432187654321' }],
  ['no user id', 'ERR_SIGNATURE_INVALID', { userId: '' }],
  ['stale', 'ERR_TIMESTAMP_OUTSIDE_WINDOW', { timestamp: NOW - 301 }],
]) {
  messages.refuses(label, code, async () => shop.openNotification(await notification(sealedTransaction(), change)))
}
messages.refuses('signature type missing', 'ERR_SCHEME_UNSUPPORTED', async () => {
  const message = await notification(sealedTransaction())
  delete message.headers['Wechatpay-Signature-Type']
  return shop.openNotification(message)
})
messages.refuses('SM2 in wechatpay-wasm', 'ERR_SCHEME_UNSUPPORTED', async () =>
  rsa.merchant().openNotification(await notification(sealedTransaction(), { serial: rsa.PUBLIC_KEY_ID })),
)
messages.refuses('AES under an SM2 signature', 'ERR_ALGORITHM_MISMATCH', async () =>
  shop.openNotification(await notification(rsa.encrypt('{}'))),
)
messages.refuses('SM4 under an RSA signature', 'ERR_ALGORITHM_MISMATCH', () =>
  shop.openNotification(rsa.signed(JSON.stringify(envelope(sealedTransaction())))),
)
messages.refuses('another APIv3 key', 'ERR_DECRYPT_FAILED', async () =>
  shop.openNotification(await notification(resource(API_V3_KEY.toUpperCase(), '{}'))),
)
messages.refuses('an empty field', 'ERR_ARGUMENT_INVALID', () => shop.encryptSensitive('', { now: NOW }))
messages.refuses('an RSA field', 'ERR_DECRYPT_FAILED', () => {
  const { ciphertext } = rsa.merchant().encryptSensitive('x', { now: NOW })
  return shop.decryptSensitive(ciphertext)
})

const forged = suite('shangmi/test_platform')
const forger = new shangmi.TestPlatform({ serial: PUBLIC_KEY_ID, privateKey: platform, publicKey: key('flurl-sm2-pub') })
const forge = (fault) => forger.notification({ apiV3Key: API_V3_KEY, resource: transaction, now: NOW, fault })
forged.accepts('without a fault it opens', () => {
  assert.deepEqual(shop.openNotification({ ...forge(), now: NOW }).resource, transaction)
})
forged.accepts('OpenSSL agrees with the signature, node:crypto with the ciphertext', async () => {
  const { headers, body } = forge()
  const signed = `${headers['Wechatpay-Timestamp']}\n${headers['Wechatpay-Nonce']}\n${body}\n`
  assert.equal(headers['Wechatpay-Signature-Type'], SCHEME)
  assert.ok(await verify(platform, signed, Buffer.from(headers['Wechatpay-Signature'], 'base64')))
  const { nonce, ciphertext, associated_data: associatedData } = JSON.parse(body).resource
  const again = resource(API_V3_KEY, JSON.stringify(transaction), { nonce, associatedData })
  assert.equal(ciphertext, again.ciphertext)
})
for (const { name, code } of shangmi.TestPlatform.faults) {
  forged.refuses(name, code, () => shop.openNotification({ ...forge(name), now: NOW }))
}
forged.refuses('a brand', 'ERR_SCHEME_UNSUPPORTED', () =>
  new shangmi.TestPlatform({ serial: PUBLIC_KEY_ID, privateKey: platform, publicKey: key('flurl-sm2-pub'), brand: true }),
)

const published = suite('sm2_decrypt')
for (const { name, inputs, expected, ok } of vectors('sm2_decrypt')) {
  const run = () => {
    const reader = merchant({ privateKey: inputs.private_key_pem, platformKeys: [] })
    return reader.decryptSensitive(inputs.ciphertext_der_base64)
  }
  if (ok) published.accepts(name, () => assert.equal(run(), expected.plaintext))
  else published.refuses(name, 'ERR_DECRYPT_FAILED', run)
}

test('every kind that is said to be read here is read here', () => {
  const said = Object.keys(coverage).filter((kind) => coverage[kind].js.suite === 'shangmi')
  assert.deepEqual(said, ['sm2_decrypt', 'sm2_verify', 'sm3', 'sm4_gcm'])
})

const verified = suite('sm2_verify')
for (const { name, inputs, ok } of vectors('sm2_verify')) {
  const { public_key_or_cert_pem: pem, message, signature_der_base64: signature } = inputs
  const run = () => {
    const certificate = pem.includes('CERTIFICATE')
    const serial = certificate ? new X509Certificate(pem).serialNumber : PUBLIC_KEY_ID
    const platformKeys = [certificate ? { key: pem } : { serial, key: pem }]
    merchant({ serialNo: '1', privateKey: fresh, platformKeys }).verifyMessage({ serial, message, signature })
  }
  if (ok) verified.accepts(name, run)
  else verified.refuses(name, 'ERR_SIGNATURE_INVALID', run)
}

// The package gives no bare digest. What it signs, OpenSSL holds against its own SM3, which is that of the vector.
const digests = suite('sm3')
for (const { name, inputs, expected } of vectors('sm3')) {
  const { message } = inputs
  const signature = Buffer.from(shop.signMessage(message), 'base64')
  digests.accepts(name, async () => {
    assert.equal(createHash('sm3').update(message).digest('hex').toUpperCase(), expected.hex)
    assert.ok(await verify(own, message, signature))
  })
  digests.denies(`${name}, a bit flipped`, async () => assert.ok(!(await verify(own, flipped(message), signature))))
}

// Those that the usual module does not read. A serial beside a certificate must be the one in it.
const serials = suite('x509_serial')
for (const { name, inputs, expected } of vectors('x509_serial').filter(({ exception }) => exception !== undefined)) {
  const named = (serial) =>
    merchant({ serialNo: '1', privateKey: fresh, platformKeys: [{ serial, key: inputs.certificate_pem }] })
  serials.accepts(name, () => assert.equal(named(expected.serial_no).serialNo, '1'))
  serials.refuses(`${name}, another serial`, 'ERR_ARGUMENT_INVALID', () => named(expected.serial_no.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))))
}

const gcm = suite('sm4_gcm')
for (const { name, inputs, expected, ok, exception } of vectors('sm4_gcm')) {
  // Entries that state the SM4 key: here it is always derived, and there is no way around that.
  if (exception !== undefined) {
    gcm.refuses(name, exception, () => merchant({ apiV3Key: Buffer.from(inputs.sm4_key_hex, 'hex') }))
    continue
  }
  const run = async () => {
    const { nonce, associated_data, ciphertext_base64: ciphertext } = inputs
    const sealed = { algorithm: 'AEAD_SM4_GCM', nonce, associated_data, ciphertext }
    return merchant({ apiV3Key: inputs.apiv3_key }).openNotification(await notification(sealed))
  }
  if (!ok) {
    gcm.refuses(name, 'ERR_DECRYPT_FAILED', run)
    continue
  }
  assert.equal(expected.plaintext, 'plaintext')
  gcm.accepts(name, async () => {
    const error = await refused('ERR_BODY_MALFORMED', run)
    assert.match(error.message, /^the decrypted resource is signed .* not JSON/)
  })
}

/** Random cases, made when the first of them is run: the suites are complete before OpenSSL begins. */
function cases(make) {
  let made
  return async (at) => (await (made ??= pool(ROUNDS, make)))[at]
}

const signing = suite('shangmi/sign')
const request = cases(async (at) => {
  const body = anyText(below(200))
  const { authorization, message } = shop.authorize({ method: 'POST', url: `/v3/${text(TOKEN, below(30))}`, body })
  const signature = Buffer.from(/signature="([^"]+)"$/.exec(authorization)[1], 'base64')
  const damaged = at % 2 === 0 ? [flipped(message), signature] : [message, flipped(signature)]
  return {
    body,
    message,
    signature,
    verified: await verify(own, message, signature),
    damaged: await verify(own, ...damaged),
  }
})
signing.accepts('OpenSSL verifies what is signed here', async (at) => {
  const { body, message, signature, verified } = await request(at)
  assert.ok(message.endsWith(`\n${body}\n`))
  assert.ok(verified, signature.toString('hex'))
}, ROUNDS)
signing.denies('a bit of message or signature flipped', async (at) => assert.ok(!(await request(at)).damaged), ROUNDS)

const verifying = suite('shangmi/verify')
const answer = cases(() => signed(JSON.stringify({ text: anyText(below(200)) })))
verifying.accepts('what OpenSSL signs, is verified here', async (at) => {
  const message = await answer(at)
  assert.deepEqual(shop.verifyResponse(message), JSON.parse(message.body))
}, ROUNDS)
verifying.refuses('a bit of the signature flipped', 'ERR_SIGNATURE_INVALID', async (at) => {
  const { headers, ...rest } = await answer(at)
  const signature = flipped(Buffer.from(headers['Wechatpay-Signature'], 'base64')).toString('base64')
  return shop.verifyResponse({ ...rest, headers: { ...headers, 'Wechatpay-Signature': signature } })
}, ROUNDS)
verifying.refuses('a bit of the body flipped', 'ERR_SIGNATURE_INVALID', async (at) => {
  const message = await answer(at)
  return shop.verifyResponse({ ...message, body: flipped(message.body) })
}, ROUNDS)

const sending = suite('shangmi/encrypt')
const sent = cases(async (at) => {
  const plaintext = anyText(1 + below(100))
  const { ciphertext, serial } = shop.encryptSensitive(plaintext, { now: NOW })
  const bytes = Buffer.from(ciphertext, 'base64')
  const wrong = at % 2 === 0 ? [platform, flipped(bytes)] : [own, bytes]
  return {
    plaintext,
    serial,
    opened: await decrypt(platform, bytes),
    refused: await decrypt(...wrong).then(
      () => false,
      () => true,
    ),
  }
})
sending.denies('a bit flipped, or another key', async (at) => assert.ok((await sent(at)).refused), ROUNDS)
sending.accepts('what is encrypted here, OpenSSL decrypts', async (at) => {
  const { plaintext, serial, opened } = await sent(at)
  assert.equal(opened.toString(), plaintext)
  assert.equal(serial, PUBLIC_KEY_ID)
}, ROUNDS)
const fields = suite('shangmi/decrypt')
const arrived = cases(async () => {
  // From 8 bytes on: OpenSSL 3.0 may leave a single byte as it is, which the standard forbids.
  const plaintext = anyText(8 + below(100))
  return { plaintext, ciphertext: await encrypt(own, plaintext) }
})
fields.accepts('what OpenSSL encrypts, is decrypted here', async (at) => {
  const { plaintext, ciphertext } = await arrived(at)
  assert.equal(shop.decryptSensitive(ciphertext.toString('base64')), plaintext)
}, ROUNDS)
fields.refuses('a bit flipped', 'ERR_DECRYPT_FAILED', async (at) => {
  const { ciphertext } = await arrived(at)
  return shop.decryptSensitive(flipped(ciphertext).toString('base64'))
}, ROUNDS)
const stranger = merchant({ privateKey: platform, platformKeys: [] })
fields.refuses('another key', 'ERR_DECRYPT_FAILED', async (at) => {
  const { ciphertext } = await arrived(at)
  return stranger.decryptSensitive(ciphertext.toString('base64'))
}, ROUNDS)

const opening = suite('shangmi/open')
const sealed = cases(async (at) => {
  const content = { text: anyText(below(200)), number: below(2 ** 31) }
  const associatedData = pick(['', 'transaction', anyText(5), undefined])
  const right = resource(API_V3_KEY, JSON.stringify(content), { associatedData })
  const ciphertext = flipped(Buffer.from(right.ciphertext, 'base64')).toString('base64')
  const wrong = { ...right, ...(at % 2 === 0 ? { ciphertext } : { associated_data: `${associatedData ?? ''}x` }) }
  return { content, right: await notification(right), wrong: await notification(wrong) }
})
opening.accepts('what was encrypted with SM4, is opened here', async (at) => {
  const { content, right } = await sealed(at)
  assert.deepEqual(shop.openNotification(right).resource, content)
}, ROUNDS)
opening.refuses('a bit of ciphertext or tag flipped, or other associated data', 'ERR_DECRYPT_FAILED', async (at) =>
  shop.openNotification((await sealed(at)).wrong),
ROUNDS)
const holderOfAnother = merchant({ apiV3Key: API_V3_KEY.toUpperCase() })
opening.refuses('another APIv3 key', 'ERR_DECRYPT_FAILED', async (at) =>
  holderOfAnother.openNotification((await sealed(at)).right),
ROUNDS)

keys.accepts('the public half that OpenSSL reads', async () => {
  const privateKey = await freshKey()
  const platformKeys = [{ serial: PUBLIC_KEY_ID, key: await publicKeyOf(privateKey) }]
  const { ciphertext } = merchant({ platformKeys }).encryptSensitive('张三', { now: NOW })
  assert.equal((await decrypt(privateKey, Buffer.from(ciphertext, 'base64'))).toString(), '张三')
})
