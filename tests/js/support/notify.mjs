// What the recipe of an endpoint has to answer, on whatever runtime it runs. `post` gives the status of a delivery.
import assert from 'node:assert/strict'

import { encrypt, envelope, notification, signed, transaction } from './platform.mjs'

export const genuine = () =>
  signed(JSON.stringify(envelope(encrypt(JSON.stringify(transaction)))), { timestamp: Math.floor(Date.now() / 1000) })

export async function answersPayments(post) {
  const message = genuine()
  assert.equal(await post(message), 204)
  assert.equal(await post(message), 204)
  assert.equal(await post(genuine()), 204)
}

export async function refusesTheRest(post) {
  const message = genuine()
  const probe = genuine()
  probe.headers['Wechatpay-Signature'] = 'WECHATPAY/SIGNTEST/x'
  assert.equal(await post({ ...message, body: `${message.body} ` }), 401)
  assert.equal(await post(probe), 401)
  assert.equal(await post(notification()), 401)
  assert.equal(await post({ headers: {}, body: '{}' }), 401)
}
