// npm: this package, its peers, and what Node itself has.
import './offline.mjs'

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { brotliCompressSync } from 'node:zlib'

import { bundles } from './bundles.mjs'
import { coldStarts } from './cold.mjs'
import { operations, packages } from './contenders.mjs'
import { ownKey } from './fixtures.mjs'
import { measure, report } from './measure.mjs'

const require = createRequire(import.meta.url)

for (const [what, { name, isRight }] of Object.entries(operations)) {
  const contenders = {}
  for (const [who, methods] of Object.entries(packages)) {
    if (methods[name] === undefined) continue
    assert.ok(isRight(await methods[name]()), `${who}: ${what}`)
    contenders[who] = methods[name]
  }
  for (const [who, time] of Object.entries(await measure(contenders))) report(`npm: ${what}`, who, time, 'µs')
}

await insideWasm(process.argv[2])
for (const [who, { time, memory }] of Object.entries(coldStarts())) {
  report('npm: cold start', who, time, 'ms')
  report('npm: memory after the first notification', who, memory, 'MB')
}
for (const [who, size] of Object.entries(await bundles())) report('npm: bundle for Node, minified', who, size, 'bytes')
const module = readFileSync(require.resolve('wechatpay-wasm/wechatpay.wasm'))
report('default .wasm', 'raw', module.length, 'bytes')
report('default .wasm', 'brotli', brotliCompressSync(module).length, 'bytes')

/** RSA compiled to WebAssembly: this package, its border included, and the `rsa` crate without one. */
async function insideWasm(path) {
  const { instance } = await WebAssembly.instantiate(readFileSync(path))
  const { sign, verify } = instance.exports
  const { Merchant } = require('wechatpay-wasm')
  const { createPublicKey } = await import('node:crypto')
  const serial = 'PUB_KEY_ID_1'
  const key = createPublicKey(ownKey).export({ type: 'spki', format: 'pem' })
  const options = { mchid: '1', serialNo: 'AB', apiV3Key: 'x'.repeat(32), engine: 'wasm' }
  const signer = new Merchant({ ...options, privateKey: ownKey, platformKeys: [] })
  const other = readFileSync(new URL('../../vectors/keys/docs-apiclient-test-key.pem', import.meta.url))
  const verifier = new Merchant({ ...options, privateKey: other, platformKeys: [{ serial, key }] })
  const message = Buffer.from('1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n{}\n')
  const signed = { serial, message, signature: signer.signMessage(message) }
  assert.deepEqual([sign(), verify()], [1, 1])
  const signing = await measure({ ours: () => signer.signMessage(message), 'rsa 0.10': sign })
  for (const [who, time] of Object.entries(signing)) report('wasm: sign 2048', who, time, 'µs')
  const verifying = await measure({ ours: () => verifier.verifyMessage(signed), 'rsa 0.10': verify })
  for (const [who, time] of Object.entries(verifying)) report('wasm: verify 2048', who, time, 'µs')
}
