// Every peer as a judge: what it signs and encrypts, the package accepts; what the package makes, it accepts; and what
// was changed on the way between the two, the package refuses.
import assert from 'node:assert/strict'
import dns from 'node:dns'
import net from 'node:net'

import { Merchant, MerchantV2, WechatPayError } from 'wechatpay-wasm'
import { TestPlatform } from 'wechatpay-wasm/testing'

import { attempts } from '../bench/js/offline.mjs'
import { counting } from '../js/support/counting.mjs'
import { discreet } from '../js/support/leaks.mjs'
import { API_V3_KEY, envelope, merchantOptions, PUBLIC_KEY_ID, transaction } from '../js/support/platform.mjs'
import { seeded } from '../js/support/random.mjs'
import { merchantPublicKey, peers, platform, requestMessage, responseMessage } from './peers.mjs'

const ROUNDS = 25
const { below, pick, text } = seeded('peers')
const TOKEN = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
const ANY = [...TOKEN, ...'"\\/\n\t {}[]:,é微信支付☃']

const shop = new Merchant(merchantOptions)
const testPlatform = new TestPlatform({ serial: PUBLIC_KEY_ID, ...platform })
const now = () => Math.floor(Date.now() / 1000)
const nonce = () => text(TOKEN, 1 + below(32))
const json = () => JSON.stringify({ [text(TOKEN, 5)]: text(ANY, below(120)), list: [below(1000), null] })

const flipped = (base64, at) => {
  const bytes = Buffer.from(base64, 'base64')
  bytes[at] ^= 1 << below(8)
  return bytes.toString('base64')
}

const delivery = ({ timestamp, nonce, body, signature }) => ({
  headers: {
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': nonce,
    'Wechatpay-Serial': PUBLIC_KEY_ID,
    'Wechatpay-Signature': signature,
    'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
  },
  body,
})

/** Each is a message that this peer signed, changed in one place. */
const FAULTS = [
  ['one bit of the signature', 'ERR_SIGNATURE_INVALID', ({ signature }) => ({ signature: flipped(signature, below(256)) })],
  ['one byte of the body', 'ERR_SIGNATURE_INVALID', ({ body }) => ({ body: body.replace(/[0-9a-z]/i, (found) => (found === 'x' ? 'y' : 'x')) })],
  ['a line end behind the body', 'ERR_SIGNATURE_INVALID', ({ body }) => ({ body: `${body}\n` })],
  ['the body re-serialised', 'ERR_SIGNATURE_INVALID', ({ body }) => ({ body: JSON.stringify(JSON.parse(body), null, 1) })],
  ['the nonce', 'ERR_SIGNATURE_INVALID', ({ nonce }) => ({ nonce: `${nonce}x` })],
  ['the timestamp by a second', 'ERR_SIGNATURE_INVALID', ({ timestamp }) => ({ timestamp: String(Number(timestamp) - 1) })],
  ['the signature into that of a probe', 'ERR_SIGNATURE_PROBE', ({ signature }) => ({ signature: `WECHATPAY/SIGNTEST/${signature.slice(19)}` })],
]

network()
for (const peer of peers) {
  if (peer.authorization !== undefined) authorizations(peer)
  payParameters(peer)
  theySign(peer)
  weSign(peer)
  broken(peer)
  fields(peer)
  if (peer.seal !== undefined) resources(peer)
  if (peer.signV2 !== undefined) apiV2(peer)
}

function network() {
  const cases = counting('peers/network')
  cases.denies('a serial that nobody knows makes the package call out', async () => {
    const message = delivery(await signedBy(peers[0]))
    message.headers['Wechatpay-Serial'] = 'F4B2100000000000000000000000000000000001'
    refused('ERR_SERIAL_UNKNOWN', () => shop.verifyResponse(message))
    refused('ERR_SERIAL_UNKNOWN', () => shop.openNotification(message))
    assert.deepEqual(attempts, [])
  })
  cases.denies('the network can be reached from here', () => {
    assert.throws(() => fetch('http://127.0.0.1:9'), /network/)
    assert.throws(() => net.connect(9, '127.0.0.1'), /network/)
    assert.throws(() => dns.lookup('localhost', () => {}), /network/)
    assert.equal(attempts.splice(0).length, 3)
  })
  for (const peer of peers.filter(({ reachNetwork }) => reachNetwork !== undefined)) {
    cases.denies(`the network can be reached from ${peer.name}`, () => assert.rejects(peer.reachNetwork(), /network/))
  }
}

/** PKCS #1 v1.5 has one signature for a message: the same header, whoever makes it. */
function authorizations(peer) {
  const cases = counting('peers/authorization')
  cases.accepts(`${peer.name} and the package sign the same request alike`, async () => {
    const method = pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
    const path = `/v3/${text(TOKEN, below(30))}?${text(`${TOKEN}%=&-_.~`, below(60))}`
    const request = { method, path, timestamp: now(), nonce: nonce(), body: method === 'GET' ? '' : json() }
    const theirs = await peer.authorization(request)
    const { authorization, message } = shop.authorize({ ...request, url: path, nonceStr: request.nonce })
    assert.equal(message, requestMessage(request))
    assert.deepEqual(members(authorization), members(theirs))
  }, ROUNDS)
}

/** Scheme and members, whatever their order. */
function members(authorization) {
  const [scheme, rest] = authorization.split(' ')
  return { scheme, ...Object.fromEntries(rest.split('",').map((member) => member.replace(/"$/, '').split('="'))) }
}

function payParameters(peer) {
  counting('peers/pay_parameters').accepts(`${peer.name} and the package sign the same payment alike`, async () => {
    const [appid, prepayId, nonceStr, timestamp] = [`wx${text(TOKEN, 16)}`, `wx${text(TOKEN, 34)}`, nonce(), now()]
    const message = `${appid}\n${timestamp}\n${nonceStr}\nprepay_id=${prepayId}\n`
    const { paySign } = shop.requestPayment({ appid, prepayId, nonceStr, timestamp })
    assert.equal(paySign, await peer.sign(message, merchantOptions.privateKey))
  }, ROUNDS)
}

/** A message of the platform with a signature of this peer. */
async function signedBy(peer, body = json(), timestamp = now()) {
  const message = { timestamp: String(timestamp), nonce: nonce(), body }
  return { ...message, signature: await peer.sign(responseMessage(message), platform.privateKey) }
}

function theySign(peer) {
  counting('peers/they_sign').accepts(`what ${peer.name} signs, the package accepts`, async () => {
    const message = await signedBy(peer)
    assert.deepEqual(shop.verifyResponse(delivery(message)), JSON.parse(message.body))
  }, ROUNDS)
}

function weSign(peer) {
  const cases = counting('peers/we_sign')
  cases.accepts(`what the package signs, ${peer.name} accepts`, async () => {
    const message = { timestamp: String(now()), nonce: nonce(), body: json() }
    const signature = shop.signMessage(responseMessage(message))
    assert.equal(await peer.verify({ ...message, signature }, merchantPublicKey), true)
  }, ROUNDS)
  cases.denies(`${peer.name} takes it for another message, and so does the package`, async () => {
    const message = { timestamp: String(now()), nonce: nonce(), body: json() }
    const signature = shop.signMessage(responseMessage({ ...message, body: `${message.body} ` }))
    assert.equal(await peer.verify({ ...message, signature }, merchantPublicKey), false)
    refused('ERR_SIGNATURE_INVALID', () => shop.verifyResponse(delivery({ ...message, signature })))
  }, ROUNDS)
}

function broken(peer) {
  const cases = counting('peers/broken')
  for (const [what, code, mutate] of FAULTS) {
    cases.denies(`${peer.name} signed, then somebody changed ${what}`, async () => {
      const message = await signedBy(peer)
      refused(code, () => shop.verifyResponse(delivery({ ...message, ...mutate(message) })))
    }, 5)
  }
  for (const [what, distance] of [['an hour ago', -3600], ['for the next hour', 3600]]) {
    cases.denies(`${peer.name} signed ${what}`, async () => {
      const message = await signedBy(peer, '{}', now() + distance)
      refused('ERR_TIMESTAMP_OUTSIDE_WINDOW', () => shop.verifyResponse(delivery(message)))
    }, 5)
  }
  cases.denies(`${peer.name} signed with a key that is not the platform's`, async () => {
    const message = { timestamp: String(now()), nonce: nonce(), body: '{}' }
    const signature = await peer.sign(responseMessage(message), merchantOptions.privateKey)
    refused('ERR_SIGNATURE_INVALID', () => shop.verifyResponse(delivery({ ...message, signature })))
  }, 5)
}

function fields(peer) {
  const cases = counting('peers/fields')
  const field = () => text(ANY, 1 + below(20))
  cases.accepts(`what the package encrypts, ${peer.name} decrypts`, async () => {
    const plaintext = field()
    const { ciphertext, serial } = shop.encryptSensitive(plaintext)
    assert.equal(serial, PUBLIC_KEY_ID)
    assert.equal(await peer.decrypt(ciphertext, platform.privateKey), plaintext)
  }, ROUNDS)
  cases.accepts(`what ${peer.name} encrypts, the package decrypts`, async () => {
    const plaintext = field()
    assert.equal(shop.decryptSensitive(await peer.encrypt(plaintext, merchantPublicKey)), plaintext)
  }, ROUNDS)
  cases.denies(`what ${peer.name} encrypted decrypts after a change`, async () => {
    const ciphertext = await peer.encrypt(field(), merchantPublicKey)
    refused('ERR_DECRYPT_FAILED', () => shop.decryptSensitive(flipped(ciphertext, below(256))))
  }, ROUNDS)
}

function resources(peer) {
  const cases = counting('peers/resources')
  const notification = async (mutate = (sealed) => sealed) => {
    const [resource, nonce] = [{ ...transaction, attach: text(ANY, below(40)) }, text(TOKEN, 12)]
    const ciphertext = mutate(await peer.seal(JSON.stringify(resource), nonce, 'transaction'))
    const sealed = { original_type: 'transaction', algorithm: 'AEAD_AES_256_GCM', ciphertext, associated_data: 'transaction', nonce }
    return { resource, message: delivery(await signedBy(peer, JSON.stringify(envelope(sealed)))) }
  }
  cases.accepts(`a notification that ${peer.name} seals and signs, the package opens`, async () => {
    const { resource, message } = await notification()
    assert.deepEqual(shop.openNotification(message).resource, resource)
  }, ROUNDS)
  cases.accepts(`a notification that the package makes, ${peer.name} opens`, async () => {
    const resource = { ...transaction, attach: text(ANY, below(40)) }
    const made = testPlatform.notification({ apiV3Key: API_V3_KEY, resource })
    assert.deepEqual(await peer.open(made), resource)
  }, ROUNDS)
  cases.denies(`a resource that ${peer.name} sealed opens after a change`, async () => {
    const { message } = await notification((sealed) => flipped(sealed, below(Buffer.from(sealed, 'base64').length)))
    refused('ERR_DECRYPT_FAILED', () => shop.openNotification(message))
  }, ROUNDS)
}

function apiV2(peer) {
  const cases = counting('peers/v2')
  const apiKey = 'throw-away-APIv2-key-of-32-chars'
  const shop = new MerchantV2({ mchid: '1900000109', apiKey })
  const random = () => ({
    return_code: 'SUCCESS',
    nonce_str: nonce(),
    empty: '',
    [`field_${text(TOKEN, 8)}_${below(9)}`]: text([...TOKEN, ...'微信 +&='], 1 + below(30)),
    total_fee: String(below(10_000)),
  })
  for (const type of ['MD5', 'HMAC-SHA256']) {
    const notification = () => {
      const fields = { ...random(), sign_type: type }
      return { ...fields, sign: peer.signV2(fields, type, apiKey) }
    }
    cases.accepts(`${type}: ${peer.name} and the package sign alike`, () => {
      const fields = random()
      assert.equal(shop.sign(fields, type), peer.signV2(fields, type, apiKey))
    }, ROUNDS)
    cases.accepts(`${type}: what ${peer.name} sends, the package accepts`, () => {
      const fields = notification()
      assert.deepEqual({ ...shop.openNotification({ body: peer.toXml(fields) }).fields }, fields)
    }, ROUNDS)
    cases.denies(`${type}: what ${peer.name} sent is accepted after a change`, () => {
      const body = peer.toXml({ ...notification(), total_fee: '0.01' })
      refused('ERR_MAC_INVALID', () => shop.openNotification({ body }))
    }, ROUNDS)
  }
}

function refused(code, run) {
  const isRight = (error) => error instanceof WechatPayError && discreet(error).code === code
  assert.throws(run, isRight, `refused with ${code}`)
}
