// The two engines side by side: the same bytes, the same refusals, and each where it was asked for.
import assert from 'node:assert/strict'
import crypto, { constants, createPrivateKey, createPublicKey, generateKeyPairSync, generatePrimeSync } from 'node:crypto'
import { readdirSync } from 'node:fs'

import { portable, suite } from './support/cases.mjs'
import { program, response, secureApi } from './support/mini-program.mjs'
import { key } from './support/vectors.mjs'
import { merchant, merchantOptions, notification, PUBLIC_KEY_ID, transaction } from './support/wechat-pay.mjs'

const ENGINES = ['auto', 'wasm']
const NO_PADDING = constants.RSA_NO_PADDING
const request = { method: 'POST', url: '/v3/x', body: '{}', timestamp: 1, nonceStr: 'n' }

/** What was called of node:crypto meanwhile. */
function called(run, replaced = {}) {
  const names = ['sign', 'verify', 'privateEncrypt', 'publicEncrypt', 'createDecipheriv']
  const seen = []
  const originals = Object.fromEntries(names.map((name) => [name, crypto[name]]))
  for (const name of names) {
    crypto[name] = (...given) => {
      seen.push(name)
      return (replaced[name] ?? originals[name])(...given)
    }
  }
  try {
    run()
  } finally {
    Object.assign(crypto, originals)
  }
  return seen
}

const choice = suite('engine/choice')
for (const [label, uses, run] of [
  ['a request', ['sign'], (shop) => shop.authorize(request)],
  ['a notification', ['verify', 'createDecipheriv'], (shop) => shop.openNotification(notification())],
  ['a field encrypted', ['publicEncrypt'], (shop) => shop.encryptSensitive('x')],
]) {
  choice.accepts(`${label}: node:crypto, unless it is switched off`, () => {
    const [auto, wasm, unsaid] = [...ENGINES, undefined].map((engine) => merchant({ engine }))
    for (const shop of [auto, wasm, unsaid]) run(shop)
    const made = notification()
    const again = (shop) => called(() => (label === 'a notification' ? shop.openNotification(made) : run(shop)))
    assert.deepEqual(again(auto), portable ? [] : uses)
    assert.deepEqual(again(unsaid), portable ? [] : uses)
    assert.deepEqual(again(wasm), [])
  })
}
choice.accepts('the server API', () => {
  for (const engine of ENGINES) {
    const mini = program({ secureApi: { ...secureApi, engine } })
    const made = response()
    mini.openResponse(made)
    const isHost = engine === 'auto' && !portable
    assert.deepEqual(called(() => mini.openResponse(made)), isHost ? ['publicEncrypt'] : [])
  }
})
for (const engine of ['node', 'AUTO', '', null, true, 1]) {
  choice.refuses(`engine ${String(engine)}`, 'ERR_ARGUMENT_INVALID', () => merchant({ engine }))
}

const broken = suite('engine/broken_host')
const fails = () => {
  throw new RangeError('Maximum call stack size exceeded')
}
const half = () => Buffer.alloc(128)
for (const [label, replaced] of [
  ['throws', { sign: fails, verify: fails, privateEncrypt: fails, publicEncrypt: fails, createDecipheriv: fails }],
  ['gives what is too short', { sign: half, privateEncrypt: half, publicEncrypt: half }],
]) {
  broken.accepts(`where node:crypto ${label}, the module does it`, () => {
    const shop = merchant()
    const expected = merchant({ engine: 'wasm' }).authorize(request)
    const made = notification()
    called(() => {
      assert.deepEqual(shop.authorize(request), expected)
      assert.deepEqual(shop.openNotification(made).resource, transaction)
      shop.encryptSensitive('x')
    }, replaced)
  })
}
broken.refuses('a wrong tag stays one', 'ERR_DECRYPT_FAILED', () =>
  merchant({ apiV3Key: 'another key of 32 bytes in total' }).openNotification(notification()),
)

/** Throws if the engines differ; otherwise what they agree on. */
async function both(changes, run) {
  const outcomes = []
  for (const engine of ENGINES) {
    try {
      outcomes.push({ result: await run(merchant({ ...changes, engine })) })
    } catch (error) {
      outcomes.push({ code: error.code, message: error.message })
    }
  }
  assert.deepEqual(outcomes[0], outcomes[1])
  return outcomes[0]
}

const folder = new URL('../vectors/keys/', import.meta.url)
const files = readdirSync(folder).filter((file) => file.endsWith('.pem'))
const keys = suite('engine/keys')
for (const file of files) {
  const pem = key(file.slice(0, -'.pem'.length))
  for (const [form, privateKey] of [['as it is', pem], ['in one line', pem.replaceAll(/\r?\n/g, '\\n')]]) {
    keys.accepts(`${file} ${form}, as a private key and as a platform key`, async () => {
      await both({ privateKey }, (shop) => shop.authorize(request).authorization)
      await both({ platformKeys: [{ serial: PUBLIC_KEY_ID, key: privateKey }] }, (shop) => shop.openNotification(notification()))
    })
  }
}
for (const publicExponent of [3, 17, 65_537, 0xffff_ffff]) {
  for (const modulusLength of [1024, 2048, 2049, 3072]) {
    keys.accepts(`${modulusLength} bits, exponent ${publicExponent}`, async () => {
      const pair = generateKeyPairSync('rsa', { modulusLength, publicExponent })
      const privateKey = pair.privateKey.export({ type: 'pkcs1', format: 'pem' })
      const { code, result } = await both({ privateKey }, (shop) => shop.signMessage('message'))
      if (modulusLength === 1024) assert.equal(code, 'ERR_KEY_INVALID')
      else assert.equal(result, crypto.sign('sha256', Buffer.from('message'), pair.privateKey).toString('base64'))
      const platformKeys = [{ serial: PUBLIC_KEY_ID, key: pair.publicKey.export({ type: 'spki', format: 'pem' }) }]
      const verified = (message) => both({ platformKeys }, (shop) => shop.verifyMessage({ serial: PUBLIC_KEY_ID, message, signature: result ?? '' }))
      assert.equal((await verified('message')).code, modulusLength === 1024 ? 'ERR_KEY_INVALID' : undefined)
      assert.equal((await verified('massage')).code, modulusLength === 1024 ? 'ERR_KEY_INVALID' : 'ERR_SIGNATURE_INVALID')
    })
  }
}
for (const engine of ENGINES) {
  keys.refuses(`${engine}: a prime that is none signs nothing`, 'ERR_SIGNING_FAILED', () =>
    merchant({ engine, privateKey: compositeKey() }).signMessage('message'),
  )
}

const platform = createPrivateKey(key('throwaway-platform-next-key'))
const modulus = integer(Buffer.from(platform.export({ format: 'jwk' }).n, 'base64url'))
const raw = (number) => bytes(number, 256)
const message = 'message'
const genuine = crypto.sign('sha256', Buffer.from(message), platform)
const power = (block) => crypto.privateEncrypt({ key: platform, padding: NO_PADDING }, block)
const block = crypto.publicDecrypt({ key: platform, padding: NO_PADDING }, genuine)
const changed = (at, value) => {
  const copy = Buffer.from(block)
  copy[at] = value
  return power(copy)
}

const signatures = suite('engine/signatures')
for (const [label, signature] of [
  ['none', Buffer.alloc(0)],
  ['a byte short', genuine.subarray(1)],
  ['cut off at its end', genuine.subarray(0, 255)],
  ['a zero in front', Buffer.concat([Buffer.alloc(1), genuine])],
  ['a zero behind', Buffer.concat([genuine, Buffer.alloc(1)])],
  ['0', raw(0n)],
  ['1', raw(1n)],
  ['n − 1', raw(modulus - 1n)],
  ['n', raw(modulus)],
  ['n + 1', raw(modulus + 1n)],
  ['all ones', Buffer.alloc(256, 0xff)],
  ['s + n, where it fits', raw((integer(genuine) + modulus) % 2n ** 2048n)],
  ['n − s', raw(modulus - integer(genuine))],
  ['block type 2', changed(1, 2)],
  ['block type 0', changed(1, 0)],
  ['a first byte', changed(0, 1)],
  ['padding that is no ff', changed(100, 0xfe)],
  ['padding that ends early', changed(100, 0)],
  ['another digest algorithm', changed(256 - 32 - 5, 2)],
  ['a digest with one bit off', changed(255, block[255] ^ 1)],
  ['PSS', crypto.sign('sha256', Buffer.from(message), { key: platform, padding: constants.RSA_PKCS1_PSS_PADDING })],
  ['SHA-1', crypto.sign('sha1', Buffer.from(message), platform)],
  ['SHA-512', crypto.sign('sha512', Buffer.from(message), platform)],
]) {
  signatures.denies(label, async () => {
    const signed = { serial: PUBLIC_KEY_ID, message, signature: signature.toString('base64') }
    assert.equal((await both({}, (shop) => shop.verifyMessage(signed))).code, 'ERR_SIGNATURE_INVALID')
  })
}
for (const [label, change] of [
  ['base64url', (text) => text.replaceAll('+', '-').replaceAll('/', '_')],
  ['without padding', (text) => text.replace(/=+$/, '')],
  ['with a blank', (text) => ` ${text}`],
  ['with a line end', (text) => `${text}\n`],
]) {
  signatures.denies(`base64 ${label}`, async () => {
    const signature = change(genuine.toString('base64'))
    const { code } = await both({}, (shop) => shop.verifyMessage({ serial: PUBLIC_KEY_ID, message, signature }))
    assert.equal(code, 'ERR_SIGNATURE_INVALID')
  })
}
signatures.accepts('the genuine one', async () => {
  const signed = { serial: PUBLIC_KEY_ID, message, signature: genuine.toString('base64') }
  assert.equal((await both({}, (shop) => shop.verifyMessage(signed))).code, undefined)
})

const fields = suite('engine/fields')
const own = createPublicKey(merchantOptions.privateKey)
const ownModulus = integer(Buffer.from(own.export({ format: 'jwk' }).n, 'base64url'))
const sealed = (text, options) =>
  crypto.publicEncrypt({ key: own, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1', ...options }, Buffer.from(text))
const opened = (ciphertext) => both({}, (shop) => shop.decryptSensitive(ciphertext.toString('base64')))
for (const length of [0, 1, 213, 214]) {
  fields.accepts(`${length} bytes`, async () => assert.equal((await opened(sealed('x'.repeat(length)))).result, 'x'.repeat(length)))
}
for (const [label, ciphertext] of [
  ['nothing', Buffer.alloc(0)],
  ['0', raw(0n)],
  ['1', raw(1n)],
  ['n', raw(ownModulus)],
  ['n + 1', raw(ownModulus + 1n)],
  ['all ones', Buffer.alloc(256, 0xff)],
  ['a label', sealed('x', { oaepLabel: Buffer.from('label') })],
  ['SHA-256', sealed('x', { oaepHash: 'sha256' })],
  ['no UTF-8', sealed(Buffer.from([0xff]))],
  ['a zero in front', Buffer.concat([Buffer.alloc(1), sealed('x')])],
  ['a leading zero dropped', withoutLeadingZero()],
]) {
  fields.denies(label, async () => assert.equal((await opened(ciphertext)).code, 'ERR_DECRYPT_FAILED'))
}

/** A ciphertext that is one byte shorter as a number: OpenSSL would take it. */
function withoutLeadingZero() {
  for (;;) {
    const ciphertext = sealed('x')
    if (ciphertext[0] === 0) return ciphertext.subarray(1)
  }
}

/** A key whose numbers fit together and whose q is the product of two primes. */
function compositeKey() {
  const e = 65_537n
  for (;;) {
    const [p, r, s] = [1024, 512, 512].map((bits) => generatePrimeSync(bits, { bigint: true }))
    const q = r * s
    const [dp, dq] = [inverse(e, p - 1n), inverse(e, q - 1n)]
    const d = inverse(e, ((p - 1n) * (q - 1n)) / greatestCommonDivisor(p - 1n, q - 1n))
    const n = p * q
    if (n.toString(2).length !== 2048 || [dp, dq, d].includes(undefined)) continue
    const numbers = { n, e, d, p, q, dp, dq, qi: inverse(q, p) }
    const jwk = Object.entries(numbers).map(([name, number]) => [name, bytes(number).toString('base64url')])
    const imported = createPrivateKey({ key: { kty: 'RSA', ...Object.fromEntries(jwk) }, format: 'jwk' })
    return imported.export({ type: 'pkcs1', format: 'pem' })
  }
}

function inverse(number, modulus) {
  let [a, b, x, y] = [number % modulus, modulus, 1n, 0n]
  while (b !== 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y]
  return a === 1n ? ((x % modulus) + modulus) % modulus : undefined
}

function greatestCommonDivisor(a, b) {
  return b === 0n ? a : greatestCommonDivisor(b, a % b)
}

function integer(bytes) {
  return BigInt(`0x${bytes.toString('hex')}`)
}

function bytes(number, length = 0) {
  const hex = number.toString(16)
  return Buffer.from(hex.padStart(Math.max(2 * length, hex.length + (hex.length % 2)), '0'), 'hex')
}
