// Suites of cases on the package as Node finds it.
import assert from 'node:assert/strict'

import { WechatPayError } from 'wechatpay-wasm'

import { counting } from './counting.mjs'
import { engine } from './engine.mjs'
import { discreet } from './leaks.mjs'

/** The build that every runtime but Node gets, run on Node under `--conditions=deno`, keeps its own counts; so does each engine. */
export const portable = import.meta.resolve('wechatpay-wasm').endsWith('/index.js')

export function suite(name) {
  const build = portable ? 'portable/' : engine === 'wasm' ? 'wasm/' : ''
  const cases = counting(build + name)
  return {
    ...cases,
    /** Must be refused with this code. */
    refuses: (label, code, run, times) => cases.denies(label, (round) => refused(code, () => run(round)), times),
  }
}

/** The error, for further questions; neither it nor its cause tells a secret, or anything of a body. */
export async function refused(code, run) {
  let result
  try {
    result = await run()
  } catch (error) {
    assert.ok(error instanceof WechatPayError, `a WechatPayError, not ${error?.stack ?? error}`)
    assert.equal(error.name, 'WechatPayError')
    assert.equal(error.code, code, error.message)
    assert.ok(error.message.length > 25, 'a message that says what to do')
    return discreet(error)
  }
  return assert.fail(`was accepted instead of refused with ${code}: ${typeof result}`)
}
