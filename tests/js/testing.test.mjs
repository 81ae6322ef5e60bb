// The subpath for the tests of users: valid deliveries open, each fault ends in its own error.
import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { before } from 'node:test'

import { Merchant } from 'wechatpay-wasm'
import { TestPlatform } from 'wechatpay-wasm/testing'

import { refused, suite } from './support/cases.mjs'
import { key } from './support/vectors.mjs'
import { API_V3_KEY, merchantOptions, PUBLIC_KEY_ID } from './support/wechat-pay.mjs'

let platform
let shop
before(async () => {
  platform = await TestPlatform.generate()
  shop = new Merchant({ ...merchantOptions, platformKeys: [platform.platformKey] })
})
const content = (changes) => ({ apiV3Key: API_V3_KEY, resource: { trade_state: 'SUCCESS' }, ...changes })
const open = (changes) => shop.openNotification(platform.notification(content(changes)))

const faults = suite('test_platform')
faults.accepts('a platform as a brand meets it', async () => {
  const brand = await TestPlatform.generate(PUBLIC_KEY_ID, { brand: true })
  const trusting = new Merchant({ ...merchantOptions, platformKeys: [brand.platformKey] })
  const delivery = brand.notification(content())
  assert.equal(delivery.headers['Wechatpay-Signature-Type'], 'WECHATPAY-BRAND-SHA256-RSA2048')
  assert.deepEqual(trusting.openNotification(delivery).resource, { trade_state: 'SUCCESS' })
})
for (const brand of [1, 'yes', null]) {
  faults.refuses(`brand: ${brand}`, 'ERR_ARGUMENT_INVALID', () => TestPlatform.generate(PUBLIC_KEY_ID, { brand }))
}
faults.accepts('without a fault it opens', () => {
  const opened = open({ id: 'EV-1', summary: '支付成功', eventType: 'REFUND.SUCCESS', originalType: 'refund' })
  assert.deepEqual([opened.id, opened.summary, opened.eventType, opened.originalType], ['EV-1', '支付成功', 'REFUND.SUCCESS', 'refund'])
  assert.deepEqual(opened.resource, { trade_state: 'SUCCESS' })
})
faults.accepts('JSON text is taken as it is', () => assert.deepEqual(open({ resource: '{ "a" : [1] }' }).resource, { a: [1] }))
faults.accepts('node:crypto agrees with the signature', () => {
  const { headers, body } = platform.notification(content())
  const message = `${headers['Wechatpay-Timestamp']}\n${headers['Wechatpay-Nonce']}\n${body}\n`
  const signature = Buffer.from(headers['Wechatpay-Signature'], 'base64')
  assert.ok(verify('sha256', Buffer.from(message), createPublicKey(platform.publicKey), signature))
}, 50)
faults.accepts('a response', () => assert.deepEqual(shop.verifyResponse(platform.response({ body: '{"a":1}' })), { a: 1 }))
faults.accepts('an empty response', () => assert.equal(shop.verifyResponse(platform.response({})), undefined))
faults.accepts('a key of the own', () => {
  const own = new TestPlatform({
    serial: PUBLIC_KEY_ID,
    privateKey: key('throwaway-platform-key'),
    publicKey: key('throwaway-platform-pub'),
  })
  const trusting = new Merchant({ ...merchantOptions, platformKeys: [own.platformKey] })
  assert.deepEqual(trusting.openNotification(own.notification(content())).resource, { trade_state: 'SUCCESS' })
})
const OF_NOTIFICATIONS = ['bodyNotJson', 'bodyReserialised', 'ciphertextAltered', 'resourceAlgorithm', 'resourceNonceLength', 'tagAltered']
for (const { name, code } of TestPlatform.faults) {
  faults.refuses(name, code, () => open({ fault: name }))
  const expected = OF_NOTIFICATIONS.includes(name) ? 'ERR_ARGUMENT_INVALID' : code
  for (const body of ['{"a":1}', '']) {
    faults.refuses(`a response ${body} with ${name}`, expected, () => shop.verifyResponse(platform.response({ body, fault: name })))
  }
}
faults.refuses('a response that is no text', 'ERR_ARGUMENT_INVALID', () => platform.response({ body: Uint8Array.of(0xff) }))
faults.accepts('there are many faults', () => assert.ok(TestPlatform.faults.length >= 20))
faults.refuses('an unknown fault', 'ERR_ARGUMENT_INVALID', () => open({ fault: 'x' }))
faults.refuses('an APIv3 key of 31 bytes', 'ERR_API_V3_KEY_INVALID', () => open({ apiV3Key: 'x'.repeat(31) }))
faults.refuses('another APIv3 key', 'ERR_DECRYPT_FAILED', () => open({ apiV3Key: 'x'.repeat(32) }))
faults.refuses('no resource', 'ERR_ARGUMENT_INVALID', () => open({ resource: undefined }))
faults.refuses('another platform', 'ERR_SIGNATURE_INVALID', async () => {
  const stranger = await TestPlatform.generate(platform.serial)
  return shop.openNotification(stranger.notification(content()))
})
faults.accepts('its errors are of the one class', () =>
  refused('ERR_KEY_INVALID', () => new TestPlatform({ serial: 'x', privateKey: 'y', publicKey: 'z' })),
)
