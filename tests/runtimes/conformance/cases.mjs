// Suites of cases without a test runner: collected first, then run and counted.
import { equal, fail, ok } from './assert.mjs'

export class Cases {
  #WechatPayError
  #cases = []

  constructor({ WechatPayError }) {
    this.#WechatPayError = WechatPayError
  }

  /** As `suite` of tests/js. */
  suite = (name) => {
    const add = (sign) => (label, run) => void this.#cases.push({ name, label, sign, run })
    const denies = add('negative')
    return {
      accepts: add('positive'),
      denies,
      refuses: (label, code, run) => denies(label, () => this.refused(code, run)),
    }
  }

  /** The error, for further questions. */
  refused = async (code, run) => {
    let result
    try {
      result = await run()
    } catch (error) {
      ok(error instanceof this.#WechatPayError, `a WechatPayError, not ${error?.stack ?? error}`)
      equal(error.code, code, `${error.code} instead of ${code}: ${error.message}`)
      ok(error.message.length > 25, 'a message that says what to do')
      return error
    }
    return fail(`was accepted instead of refused with ${code}: ${typeof result}`)
  }

  /** How many cases of each suite held, and what went wrong in the others. */
  async run() {
    const suites = {}
    const failures = []
    for (const { name, label, sign, run } of this.#cases) {
      suites[name] ??= { positive: 0, negative: 0 }
      try {
        await run()
        suites[name][sign] += 1
      } catch (error) {
        failures.push(`${name}: ${label}: ${error?.message ?? error}`)
      }
    }
    return { suites, failures }
  }
}
