// Wrong arguments, as on every runtime, and those that only Node has.
import assert from 'node:assert/strict'

import { wrongArguments } from '../runtimes/conformance/arguments.mjs'
import { suite } from './support/cases.mjs'
import { context } from './support/conformance.mjs'
import { merchant, notification, transaction } from './support/wechat-pay.mjs'

await wrongArguments(context)

const buffers = suite('arguments/buffers')
buffers.accepts('signed and opened as the same text', () => {
  const shop = merchant()
  const text = '{"description":"微信支付"}'
  const sign = (body) => shop.authorize({ method: 'POST', url: '/v3/x', body, timestamp: 1, nonceStr: 'n' })
  assert.deepEqual(sign(Buffer.from(text)), sign(text))
  const { body, ...message } = notification()
  assert.deepEqual(shop.openNotification({ ...message, body: Buffer.from(body) }).resource, transaction)
})
