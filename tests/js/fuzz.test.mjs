// A short run of the fuzzer; `cargo xtask fuzz` runs it for longer.
import assert from 'node:assert/strict'
import { inspect } from 'node:util'

import { merchant } from './support/wechat-pay.mjs'

import { CALLS, missing } from './fuzz/calls.mjs'
import { missingOfClient } from './fuzz/client-calls.mjs'
import { fuzz } from './fuzz/fuzzer.mjs'
import { HOSTILE, OfCaller } from './fuzz/hostile.mjs'

import { refused, suite } from './support/cases.mjs'

const CASES = 2_000

// Before the first suite: one that is waited for has ended when the next begins.
const seed = Number(process.env.WECHATPAY_SEED ?? Math.floor(Math.random() * 2 ** 32))
console.log(`fuzz: WECHATPAY_SEED=${seed}`)
const tally = await fuzz({ seed, enough: (count) => count >= CASES })

const surface = suite('fuzz/surface')
surface.accepts('every exported function and method is called', () => {
  assert.deepEqual([...missing(), ...missingOfClient(merchant())], [])
})
surface.denies('a call twice in the table', () => {
  const names = CALLS.map(({ name }) => name)
  assert.equal(new Set(names).size, names.length)
})

const random = suite('fuzz/random')
random.accepts('a result', () => assert.deepEqual(tally.findings, [], inspect(tally.findings, { depth: 4 })), tally.results)
random.denies('a refusal of the package', () => assert.ok(tally.codes.size > 5 && tally.refusals > 500), tally.refusals)

/** What the fuzzer found, and what it stands for. */
const kept = suite('fuzz/findings')
const shop = merchant()
const valueOf = (name) => HOSTILE.find(([known]) => known === name)[1]()
const request = { method: 'POST', url: '/v3/x', timestamp: 1_700_000_000, nonceStr: 'n' }
for (const name of ['bytes transferred away', 'ArrayBuffer transferred away', 'bytes by their tag', 'ArrayBuffer by its tag', 'revoked Proxy']) {
  kept.refuses(`${name} as a body`, 'ERR_BODY_NOT_RAW', () => shop.authorize({ ...request, body: valueOf(name) }))
}
kept.denies('bytes that were transferred away go unnamed', async () => {
  const error = await refused('ERR_BODY_NOT_RAW', () => shop.authorize({ ...request, body: valueOf('bytes transferred away') }))
  assert.match(error.message, /transferred away/)
})
for (const name of ['object with a getter that throws', 'Proxy that throws', 'iterable that throws', 'iterable that is none', 'revoked Proxy']) {
  kept.refuses(`${name} as headers`, 'ERR_ARGUMENT_INVALID', () => shop.verifyResponse({ headers: valueOf(name), body: '{}' }))
}
kept.denies('the error of a getter of the caller is lost', async () => {
  const error = await refused('ERR_ARGUMENT_INVALID', () => shop.authorize(valueOf('Proxy that throws')))
  assert.ok(error.cause instanceof OfCaller)
  assert.match(error.message, /authorize/)
})
for (const name of ['Date by its tag', 'invalid Date', 'late Date', 'revoked Proxy']) {
  kept.refuses(`${name} as the clock`, 'ERR_ARGUMENT_INVALID', () => shop.encryptSensitive('x', { now: valueOf(name) }))
}
kept.accepts('shared bytes are copied before they are checked', () => {
  const shared = new Uint8Array(new SharedArrayBuffer(2))
  shared.set(Buffer.from('{}'))
  assert.match(shop.authorize({ ...request, body: shared }).message, /\n\{\}\n$/)
})
