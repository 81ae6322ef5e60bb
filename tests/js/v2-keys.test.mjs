// Keys of APIv2, and what becomes of them.
import assert from 'node:assert/strict'
import { inspect } from 'node:util'

import { refused, suite } from './support/cases.mjs'
import { remembered } from './support/memories.mjs'
import { KEY, MCHID, shop, signOf } from './support/v2.mjs'
import { API_V3_KEY } from './support/wechat-pay.mjs'

const keys = suite('v2/keys')
for (const [label, apiKey] of [
  ['empty', ''],
  ['31 characters', KEY.slice(1)],
  ['a line end behind it', `${KEY}\n`],
  ['a blank inside', KEY.replace('-', ' ')],
  ['bytes of another length', new Uint8Array(16)],
]) {
  keys.refuses(label, 'ERR_API_KEY_INVALID', () => shop({ apiKey }))
}
for (const [label, options] of [
  ['no key', { apiKey: undefined }],
  ['a number', { apiKey: 1 }],
  ['no mchid', { mchid: undefined }],
  ['another type', { signType: 'md5' }],
  ['a misspelled option', { apikey: KEY, apiKey: undefined }],
]) {
  keys.refuses(label, 'ERR_ARGUMENT_INVALID', () => shop(options))
}
keys.refuses('an APIv3 key of another length', 'ERR_API_V3_KEY_INVALID', () => shop({ apiV3Key: 'x' }))
keys.accepts('the key as bytes, which stay the callers own', () => {
  const apiKey = Buffer.from(KEY)
  const merchant = shop({ apiKey })
  apiKey.fill(0)
  assert.equal(merchant.sign({ a: '1' }), signOf({ a: '1' }))
})
keys.accepts('what was configured can be read, but for the keys', () => {
  const merchant = shop({ signType: 'MD5', apiV3Key: API_V3_KEY })
  assert.deepEqual([merchant.mchid, merchant.signType, shop().signType], [MCHID, 'MD5', undefined])
  const shown = inspect(merchant, { depth: 9, showHidden: true }) + JSON.stringify(merchant)
  assert.ok(!shown.includes(KEY) && !shown.includes(API_V3_KEY))
})
keys.accepts('a freed merchant refuses, and its keys are gone', async () => {
  const apiKey = 'another-APIv2-key-of-32-letters.'
  const [merchant, other] = [shop({ apiKey }), shop()]
  assert.equal(merchant.sign({}), signOf({}, 'MD5', apiKey))
  assert.ok(remembered(Buffer.from(apiKey)))
  merchant.free()
  merchant.free()
  assert.ok(!remembered(Buffer.from(apiKey)))
  const error = await refused('ERR_ARGUMENT_INVALID', () => merchant.sign({}))
  assert.match(error.message, /this MerchantV2 was freed/)
  assert.equal(other.sign({}), signOf({}))
})
keys.accepts('a trap costs the instance, not the merchant', async () => {
  const merchant = shop()
  await refused('ERR_WASM_TRAP', () => merchant.openNotification({ body: new Uint8Array(2 ** 31) }))
  assert.equal(merchant.sign({}), signOf({}))
})
if (Symbol.dispose) {
  keys.accepts('disposed of by using', async () => {
    const merchant = shop()
    merchant[Symbol.dispose]()
    await refused('ERR_ARGUMENT_INVALID', () => merchant.sign({}))
  })
}
