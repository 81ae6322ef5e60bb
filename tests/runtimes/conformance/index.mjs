// What every runtime is asked. Nothing here needs more than JavaScript, WebAssembly and WebCrypto.
import { wrongArguments } from './arguments.mjs'
import { Cases } from './cases.mjs'
import { extras } from './extras.mjs'
import { lifecycle } from './lifecycle.mjs'
import { negative } from './negative.mjs'
import { optionsWith, Platform } from './platform.mjs'
import { shangmi } from './shangmi.mjs'
import { vectors } from './vectors.mjs'

/**
 * Runs all suites on `wechatpay` and, where it is given, `shangmi`: what `wechatpay-wasm` and `wechatpay-wasm/shangmi`
 * export. `data` is that of data.mjs. Gives how many cases of each suite held, and what went wrong.
 */
export async function conformance({ wechatpay, shangmi: withShangmi, engine, data }) {
  const cases = new Cases(wechatpay)
  const context = await contextOf({ wechatpay, engine, data, suite: cases.suite, refused: cases.refused })
  for (const suites of [vectors, negative, wrongArguments, lifecycle, extras]) await suites(context)
  const reports = [await cases.run()]
  if (withShangmi !== undefined) {
    const shangmiCases = new Cases(withShangmi)
    await shangmi({ ...context, suite: shangmiCases.suite, shangmi: withShangmi })
    reports.push(await shangmiCases.run())
  }
  return {
    suites: Object.assign({}, ...reports.map(({ suites }) => suites)),
    failures: reports.flatMap(({ failures }) => failures),
  }
}

/** What suites are handed. */
export async function contextOf({ wechatpay, engine, data, suite, refused }) {
  const key = (name) => data.keys[name] ?? missing(name)
  const options = { ...optionsWith(key), ...(engine === undefined ? {} : { engine }) }
  return {
    wechatpay,
    suite,
    refused,
    options,
    keys: data.keys,
    platform: await Platform.withKeys(key),
    merchant: (changes = {}) => new wechatpay.Merchant({ ...options, ...changes }),
    vectors: (kind) => data.vectors[kind] ?? missing(kind),
    /** The public key in a PEM of any form, as SubjectPublicKeyInfo. */
    publicKey: (pem) => data.publicKeys[pem] ?? missing('a public key'),
  }
}

function missing(what) {
  throw new Error(`${what} is not in the data`)
}
