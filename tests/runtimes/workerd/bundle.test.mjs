// A worker carries no module that it does not call.
import assert from 'node:assert/strict'
import { basename } from 'node:path'

import { counting } from '../../js/support/counting.mjs'
import { bundled } from './support/worker.mjs'

const using = (name, from) => `
import { ${name} } from '${from}'
export default { fetch: () => new Response(typeof ${name}) }`

/** The modules in the bundle, without the digest that a bundler puts in. */
async function modulesOf(source) {
  const parts = await bundled(source)
  const wasm = parts.filter(({ type }) => type === 'CompiledWasm').map(({ path }) => basename(path))
  return wasm.map((name) => name.replace(/-[A-Z0-9]{8}\.wasm$/, '.wasm')).sort()
}

const bundles = counting('bundle')
for (const [name, from, modules] of [
  ['Merchant', 'wechatpay-wasm', ['wechatpay.wasm']],
  ['WechatPayApiError', 'wechatpay-wasm', ['wechatpay.wasm']],
  ['MiniProgram', 'wechatpay-wasm', ['extras.wasm']],
  ['MerchantV2', 'wechatpay-wasm', ['extras.wasm']],
  ['TestPlatform', 'wechatpay-wasm/testing', ['extras.wasm']],
  ['Merchant', 'wechatpay-wasm/shangmi', ['shangmi.wasm']],
  ['Merchant', 'wechatpay-wasm/slim', []],
]) {
  bundles.accepts(`${name} of ${from}`, async () => assert.deepEqual(await modulesOf(using(name, from)), modules))
}
bundles.denies('a worker asks for a module of Node', async () => {
  for (const from of ['', '/shangmi', '/slim', '/client', '/adapters']) {
    const [worker] = await bundled(`export * from 'wechatpay-wasm${from}'`)
    const script = Buffer.from(worker.contents).toString()
    assert.ok(script.length > 5_000, from)
    assert.doesNotMatch(script, /['"`]node:|getBuiltinModule|\brequire\(/, from)
  }
})
bundles.denies('the facade of mini programs is in a bundle that uses none', async () => {
  const texts = async (source) => {
    const parts = await bundled(source)
    return parts.filter(({ type }) => type === 'ESModule').map(({ contents }) => Buffer.from(contents).toString())
  }
  const speaks = async (name) => (await texts(using(name, 'wechatpay-wasm'))).some((text) => text.includes('code2Session'))
  assert.deepEqual([await speaks('Merchant'), await speaks('MiniProgram')], [false, true])
})
