// wechatpay-wasm/slim: what init takes, what it refuses, and what is said before it.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { runInNewContext } from 'node:vm'

import * as usual from 'wechatpay-wasm'
import * as slim from 'wechatpay-wasm/slim'

import { refused, suite } from './support/cases.mjs'
import { merchantOptions, notification, transaction } from './support/wechat-pay.mjs'

const require = createRequire(import.meta.url)
const bytes = (name) => readFileSync(require.resolve(`wechatpay-wasm/${name}.wasm`))
const { Merchant, MerchantV2, init, initExtras } = slim
const opened = () => new Merchant(merchantOptions).openNotification(notification()).resource
const optionsV2 = { mchid: '1900000109', apiKey: 'throw-away-APIv2-key-of-32-chars' }
const signedV2 = () => new MerchantV2(optionsV2).sign({ a: '1' })

const given = suite('package/slim')
given.refuses('a call before init', 'ERR_ARGUMENT_INVALID', () => new Merchant(merchantOptions))
given.accepts('which says what to call', async () => {
  const { message } = await refused('ERR_ARGUMENT_INVALID', () => new Merchant(merchantOptions))
  assert.match(message, /call init\(module\) with wechatpay-wasm\/wechatpay\.wasm/)
  const other = await refused('ERR_ARGUMENT_INVALID', signedV2)
  assert.match(other.message, /call initExtras\(module\) with wechatpay-wasm\/extras\.wasm/)
})
for (const [label, value] of [
  ['nothing', undefined],
  ['null', null],
  ['a path', 'wechatpay.wasm'],
  ['a promise', Promise.resolve(bytes('wechatpay'))],
  ['an answer of fetch', new Response()],
  ['words', new Uint16Array(4)],
  ['no bytes', new Uint8Array()],
  ['half of it', bytes('wechatpay').subarray(0, 1000)],
  ['an instance', { exports: {} }],
]) {
  given.refuses(label, 'ERR_ARGUMENT_INVALID', () => init(value))
}
given.refuses('a module of something else', 'ERR_ARGUMENT_INVALID', () => init(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)))
given.refuses('the other module', 'ERR_ARGUMENT_INVALID', () => init(bytes('extras')))
for (const [label, make] of [
  ['its bytes', () => bytes('wechatpay')],
  ['its bytes in an ArrayBuffer', () => new Uint8Array(bytes('wechatpay')).buffer],
  ['a module', () => new WebAssembly.Module(bytes('wechatpay'))],
  ['a module of another realm', () => runInNewContext('new WebAssembly.Module(given)', { given: bytes('wechatpay') })],
]) {
  given.accepts(label, () => {
    init(make())
    assert.deepEqual(opened(), transaction)
  })
}
given.accepts('the second module by itself', () => {
  initExtras(bytes('extras'))
  assert.equal(signedV2(), new usual.MerchantV2(optionsV2).sign({ a: '1' }))
})
given.accepts('its errors are those of the package', () => assert.equal(slim.WechatPayError, usual.WechatPayError))
