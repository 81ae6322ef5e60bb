// A client before a server that checks and signs by node:crypto.
import assert from 'node:assert/strict'

import { WechatPayError } from 'wechatpay-wasm'
import { Client, WechatPayRequestError } from 'wechatpay-wasm/client'

import { discreet } from './leaks.mjs'
import { merchantApi } from './merchant-api.mjs'
import { merchant } from './wechat-pay.mjs'

export const JSAPI = '/v3/pay/transactions/jsapi'
export const order = { out_trade_no: 'A1', description: '红茶', amount: { total: 1 } }
export const answered = { prepay_id: 'wx1' }

export async function connected(answer, options = {}) {
  const api = await merchantApi(answer)
  const client = new Client({ merchant: merchant(), origin: api.origin, backOff: () => 0, ...options })
  return { ...api, client, post: (more) => client.request('POST', JSAPI, order, more) }
}

/** The error of a request, which must say these things. */
export async function failing(run, expected) {
  const error = await run.then(
    () => assert.fail('it succeeded'),
    (thrown) => thrown,
  )
  assert.ok(error instanceof WechatPayRequestError && error instanceof WechatPayError, error.stack)
  assert.equal(error.name, 'WechatPayRequestError')
  const found = Object.fromEntries(Object.keys(expected).map((name) => [name, error[name]]))
  assert.deepEqual(found, expected, error.message)
  assert.equal(/query before you retry/.test(error.message), error.effect === 'unknown', error.message)
  return discreet(error)
}
