// Calls the public API with what nobody should give it. Anything but a result or an error of the package is a finding.
import { inspect } from 'node:util'

import { WechatApiError, WechatPayApiError, WechatPayError } from 'wechatpay-wasm'

import { CALLS, SECRETS } from './calls.mjs'
import { mutate } from './mutate.mjs'
import { generator } from '../support/random.mjs'

/** Longest that a call may take, in milliseconds: what waits for nothing is done at once. */
const PATIENCE = 20_000

/** A generator of its own for every case, so that one comes back without those before it. */
const ofCase = (seed, index) =>
  generator(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35))

/**
 * Runs cases until `enough(count)`. Gives how many ended in a result and how many in a refusal, and what was found.
 */
export async function fuzz({ seed, first = 0, enough, only }) {
  const calls = CALLS.filter(({ name }) => only === undefined || name === only)
  if (calls.length === 0) throw new Error(`there is no call ${only}`)
  const tally = { results: 0, refusals: 0, codes: new Set(), findings: [] }
  const stray = (error) => tally.findings.push({ index: 'unknown', call: 'a promise that nobody waits for', problem: inspect(error) })
  process.on('unhandledRejection', stray)
  try {
    for (let index = first; !enough(index - first); index += 1) {
      const finding = await oneCase(calls, ofCase(seed, index), tally)
      if (finding !== undefined) tally.findings.push({ index, ...finding })
      // What a call leaves behind shows up here.
      if (index % 256 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  } finally {
    process.off('unhandledRejection', stray)
  }
  return tally
}

async function oneCase(calls, random, tally) {
  const call = random.pick(calls)
  const args = call.make(random)
  const done = random.below(50) === 0 ? [] : mutate(random, args, call.isFree)
  let thrown
  try {
    await inTime(call.run(args))
    tally.results += 1
    return undefined
  } catch (error) {
    thrown = error
  }
  tally.refusals += 1
  const problem = problemOf(thrown) ?? (done.length === 0 && !call.mayRefuse ? `refused as it stands: ${inspect(thrown)}` : undefined)
  if (problem !== undefined) return { call: call.name, done, problem }
  tally.codes.add(thrown.code)
  return undefined
}

function inTime(result) {
  if (typeof result?.then !== 'function') return result
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`still running after ${PATIENCE / 1000} s`)), PATIENCE)
  })
  return Promise.race([result, late]).finally(() => clearTimeout(timer))
}

function problemOf(thrown) {
  const isOurs = [WechatPayError, WechatPayApiError, WechatApiError].some((type) => thrown instanceof type)
  if (!isOurs) return `threw ${inspect(thrown)}`
  if (thrown.code === 'ERR_WASM_TRAP') return `trapped: ${inspect(thrown.cause)}`
  if (thrown instanceof WechatPayError && !WechatPayError.codes.includes(thrown.code)) return `has the code ${thrown.code}`
  if (typeof thrown.message !== 'string' || thrown.message.length > 2_000) return 'has no message that can be read'
  const told = SECRETS.find((secret) => thrown.message.includes(secret))
  return told === undefined ? undefined : 'tells a secret'
}
