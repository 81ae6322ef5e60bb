// Notifications of refunds and events in APIv2.
import assert from 'node:assert/strict'

import { suite } from './support/cases.mjs'
import { KEY, MCHID, refund, refundBody, sealed, shop, signedXml, toXml } from './support/v2.mjs'
import { API_V3_KEY, encrypt } from './support/wechat-pay.mjs'

const refunds = suite('v2/refund_notification')
const openRefund = (plaintext, options) => shop().openRefund({ body: refundBody(sealed(plaintext, options).toString('base64')) })
refunds.accepts('a refund, typed', () => {
  const opened = openRefund(toXml(refund, 'root'))
  assert.deepEqual(opened.refund, {
    ...refund,
    refund_fee: 3960,
    settlement_refund_fee: 3950,
    settlement_total_fee: 3955,
    total_fee: 3960,
  })
  assert.deepEqual(opened.refundFields, refund)
  assert.equal(opened.fields.mch_id, MCHID)
})
refunds.accepts('a state that nobody knows', () => {
  const opened = openRefund(toXml({ ...refund, refund_status: 'NEW' }, 'root'))
  assert.equal(opened.refund.refund_status, 'NEW')
})
for (const [label, code, run] of [
  ['another key', 'ERR_DECRYPT_FAILED', () => openRefund(toXml(refund, 'root'), { key: KEY.toUpperCase() })],
  ['wrong padding', 'ERR_DECRYPT_FAILED', () => openRefund(Buffer.alloc(32, 17), { autoPadding: false })],
  ['no base64', 'ERR_DECRYPT_FAILED', () => shop().openRefund({ body: refundBody('@') })],
  ['no req_info', 'ERR_BODY_MALFORMED', () => shop().openRefund({ body: toXml({ return_code: 'SUCCESS' }) })],
  ['return_code FAIL', 'ERR_BODY_MALFORMED', () => shop().openRefund({ body: toXml({ return_code: 'FAIL' }) })],
  ['the other root', 'ERR_BODY_MALFORMED', () => openRefund(toXml(refund))],
  ['an amount in yuan', 'ERR_BODY_MALFORMED', () => openRefund(toXml({ ...refund, refund_fee: '1.0' }, 'root'))],
  ['an amount beyond all integers', 'ERR_BODY_MALFORMED', () => openRefund(toXml({ ...refund, refund_fee: '9007199254740993' }, 'root'))],
  ['a parsed body', 'ERR_BODY_NOT_RAW', () => shop().openRefund({ body: refund })],
]) {
  refunds.refuses(label, code, run)
}

const events = suite('v2/event_notification')
const plain = '<xml>\n  <state>USER_PAID</state>\n  <out_order_no >1234</out_order_no>\n</xml>\n'
const event = (changes = {}) => {
  const { ciphertext, nonce } = encrypt(plain, { associatedData: 'payscore' })
  return {
    mch_id: MCHID,
    event_id: 'EV-1',
    event_create_time: '20180225112233',
    event_type: 'TRANSACTION.SUCCESS',
    event_algorithm: 'AEAD_AES_256_GCM',
    event_nonce: nonce,
    event_associated_data: 'payscore',
    event_ciphertext: ciphertext,
    algorithm: 'HMAC-SHA256',
    ...changes,
  }
}
const openEvent = (changes, options = { apiV3Key: API_V3_KEY }) =>
  shop(options).openEvent({ body: signedXml(event(changes), 'HMAC-SHA256') })
events.accepts('an event', () => {
  assert.deepEqual(openEvent(), {
    eventId: 'EV-1',
    eventType: 'TRANSACTION.SUCCESS',
    eventCreateTime: '20180225112233',
    fields: { state: 'USER_PAID', out_order_no: '1234' },
  })
})
events.refuses('no APIv3 key', 'ERR_API_V3_KEY_INVALID', () => openEvent({}, {}))
events.refuses('another APIv3 key', 'ERR_DECRYPT_FAILED', () => openEvent({}, { apiV3Key: 'x'.repeat(32) }))
events.refuses('another algorithm', 'ERR_ALGORITHM_MISMATCH', () => openEvent({ event_algorithm: 'AES' }))
events.refuses('other associated data', 'ERR_DECRYPT_FAILED', () => openEvent({ event_associated_data: '' }))
events.refuses('no event', 'ERR_BODY_MALFORMED', () => openEvent({ event_ciphertext: '' }))
events.refuses('a sign that does not match', 'ERR_MAC_INVALID', () =>
  shop({ apiV3Key: API_V3_KEY }).openEvent({ body: toXml({ ...event(), sign: '0'.repeat(64) }) }),
)
