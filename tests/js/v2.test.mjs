// APIv2 against the vectors, and against node:crypto.
import assert from 'node:assert/strict'
import { createCipheriv, createHash, createHmac } from 'node:crypto'
import { test } from 'node:test'
import { inspect } from 'node:util'

import { remembered } from './support/memories.mjs'

import { DownloadDigest, MerchantV2, answerV2, refusalV2, stringA, workwxSign, wxConfig } from 'wechatpay-wasm'

import { v2Kinds } from '../runtimes/conformance/extras.mjs'
import { refused, suite } from './support/cases.mjs'
import { context } from './support/conformance.mjs'
import { seeded } from './support/random.mjs'
import { coverage, vectors } from './support/vectors.mjs'
import { API_V3_KEY, encrypt, merchant as merchantV3 } from './support/wechat-pay.mjs'

const KEY = 'throw-away-APIv2-key-of-32-chars'
const MCHID = '1900000109'
const TYPES = ['MD5', 'HMAC-SHA256']
const shop = (changes = {}) => new MerchantV2({ mchid: MCHID, apiKey: KEY, ...changes })

// What WeChat Pay does, on node:crypto alone.

const byBytes = ([left], [right]) => Buffer.compare(Buffer.from(left), Buffer.from(right))

function textOf(fields) {
  const taking = Object.entries(fields).filter(([name, value]) => name !== 'sign' && String(value) !== '')
  return taking
    .sort(byBytes)
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

function digest(text, type, key) {
  const hash = type === 'MD5' ? createHash('md5') : createHmac('sha256', key)
  return hash.update(text).digest('hex').toUpperCase()
}

const signOf = (fields, type = 'MD5', key = KEY) => digest(`${textOf(fields)}&key=${key}`, type, key)

function toXml(fields, root = 'xml') {
  const cdata = (value) => `<![CDATA[${String(value).replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
  const body = Object.entries(fields).map(([name, value]) => `<${name}>${cdata(value)}</${name}>`)
  return `<${root}>${body.join('')}</${root}>`
}

const signedXml = (fields, type, key) => toXml({ ...fields, sign: signOf(fields, type, key) })

function sealed(plaintext, { key = KEY, autoPadding = true } = {}) {
  const aesKey = createHash('md5').update(key).digest('hex')
  const cipher = createCipheriv('aes-256-ecb', Buffer.from(aesKey), null).setAutoPadding(autoPadding)
  return Buffer.concat([cipher.update(plaintext), cipher.final()])
}

const refundBody = (reqInfo) =>
  toXml({ return_code: 'SUCCESS', appid: 'wx8888888888888888', mch_id: MCHID, req_info: reqInfo })

const payment = {
  appid: 'wx2421b1c4370ec43b',
  attach: '支付测试 <&>',
  bank_type: 'CFT',
  cash_fee: '1',
  coupon_fee: '10',
  coupon_fee_0: '10',
  device_info: '',
  fee_type: 'CNY',
  mch_id: MCHID,
  nonce_str: '5d2b6c2a8db53831f7eda20af46e531c',
  openid: 'oUpF8uMEb4qRXf22hE3X68TekukE',
  out_trade_no: '1409811653',
  result_code: 'SUCCESS',
  return_code: 'SUCCESS',
  time_end: '20140903131540',
  total_fee: '11',
  trade_type: 'JSAPI',
  transaction_id: '1004400740201409030005092168',
}

const refund = {
  out_refund_no: '131811191610442717309',
  out_trade_no: '71106718111915575302817',
  refund_account: 'REFUND_SOURCE_RECHARGE_FUNDS',
  refund_fee: '3960',
  refund_id: '50000408942018111907145868882',
  refund_recv_accout: '支付用户零钱',
  refund_request_source: 'API',
  refund_status: 'SUCCESS',
  settlement_refund_fee: '3950',
  settlement_total_fee: '3955',
  success_time: '2018-11-19 16:24:13',
  total_fee: '3960',
  transaction_id: '4200000215201811190261405420',
}

/** Names and values of a flat document, found without a parser. */
function readPlainly(xml) {
  const pattern = /<([\w.]+)>(?:<!\[CDATA\[([^]*?)\]\]>|([^<]*))<\/\1>/g
  return Object.fromEntries([...xml.matchAll(pattern)].map(([, name, cdata, plain]) => [name, cdata ?? plain]))
}

// The vectors.

const kinds = {
  ...v2Kinds(context),
  /** Entries that state the AES key: here it is always derived, and there is no way around that. */
  aes_256_ecb(cases, { name, inputs, expected, exception }) {
    const cipher = createCipheriv('aes-256-ecb', Buffer.from(inputs.aes_key), null)
    const reqInfo = cipher.update(expected.plaintext, undefined, 'base64') + cipher.final('base64')
    assert.equal(reqInfo, inputs.req_info)
    cases.refuses(name, exception, () => shop({ apiKey: inputs.aes_key }).openRefund({ body: refundBody(reqInfo) }))
  },
  hash(cases, { name, inputs, expected }) {
    const text = inputs.message ?? inputs.thing
    if (inputs.alg === 'SHA1' && text.startsWith('jsapi_ticket=')) {
      return cases.accepts(name, () => {
        const [, jsapiTicket, nonceStr, time, url] = /^jsapi_ticket=(.*)&noncestr=(.*)&timestamp=(.*)&url=(.*)$/.exec(text)
        const config = wxConfig({ appid: 'wx1', jsapiTicket, nonceStr, timestamp: Number(time), url: `${url}#part` })
        assert.equal(config.signature, expected.hex)
      })
    }
    if (inputs.alg === 'SHA1') {
      return cases.accepts(name, () => {
        const file = new DownloadDigest({ hashType: 'SHA1', hashValue: expected.hex })
        file.update(Buffer.from(text))
        file.finish()
      })
    }
    if (inputs.alg === 'SHA256') {
      return cases.accepts(name, () => {
        const upload = { url: '/v3/merchant/media/upload', filename: 'a.png', file: Buffer.from(text) }
        assert.equal(JSON.parse(merchantV3().authorizeUpload(upload).meta).sha256, expected.hex)
      })
    }
    if (inputs.key === undefined && text !== '') {
      // Without a key only the APIv2 key itself is digested, to the key of refund notifications.
      return cases.accepts(name, () => {
        const cipher = createCipheriv('aes-256-ecb', Buffer.from(expected.hex), null)
        const reqInfo = Buffer.concat([cipher.update(toXml(refund, 'root')), cipher.final()]).toString('base64')
        assert.deepEqual(shop({ apiKey: text }).openRefund({ body: refundBody(reqInfo) }).refundFields, refund)
      })
    }
    if (inputs.key === undefined) return cases.refuses(name, 'ERR_API_KEY_INVALID', () => shop({ apiKey: text }))
    if (!inputs.agency) {
      return cases.accepts(name, () => assert.equal(shop({ apiKey: inputs.key }).sign({}), expected.hex.toUpperCase()))
    }
    // workwx_sign covers fields of its own and never none, so that the digest itself cannot come out.
    return cases.denies(name, async () => {
      assert.equal(digest(`&secret=${inputs.key}`, 'MD5').toLowerCase(), expected.hex)
      await refused('ERR_ARGUMENT_INVALID', () => workwxSign({ api: 'redPacket', fields: {}, secret: inputs.key }))
    })
  },
  v2_req_info(cases, { name, inputs, expected, ok }) {
    const open = () => shop({ apiKey: inputs.api_key }).openRefund({ body: refundBody(inputs.req_info) })
    if (!ok) return cases.refuses(name, 'ERR_DECRYPT_FAILED', open)
    return cases.accepts(name, () => assert.deepEqual(open().refundFields, readPlainly(expected.plaintext)))
  },
  v2_xml(cases, { name, inputs, expected, ok, exception }) {
    if (!ok || exception !== undefined) {
      return cases.refuses(name, exception ?? 'ERR_BODY_MALFORMED', () => shop().openNotification({ body: inputs.xml }))
    }
    return cases.accepts(name, () => {
      if (inputs.xml === undefined) {
        const apiKey = '192006250b4c09247ec02edce69f6a2d'
        const { body, fields } = shop({ apiKey }).signRequest({ fields: inputs.params, nonceStr: null })
        assert.equal(body, expected.xml)
        assert.equal(fields.sign, inputs.sign)
        return
      }
      const fields = readPlainly(inputs.xml)
      if (inputs.xml.startsWith('<root>')) {
        const opened = shop().openRefund({ body: refundBody(sealed(inputs.xml).toString('base64')) })
        assert.deepEqual(opened.refundFields, fields)
      } else if (fields.sign === undefined) {
        const answer = shop().verifyResponse({ body: inputs.xml, path: '/risk/getpublickey' })
        assert.deepEqual(answer, { fields, success: true })
      } else {
        // Under a key that is known.
        const sign = signOf(fields)
        const { fields: read } = shop().openNotification({ body: inputs.xml.replace(fields.sign, sign) })
        assert.deepEqual(read, { ...fields, sign })
      }
    })
  },
}

test('every kind that is said to be read here is read here', () => {
  const said = Object.keys(coverage).filter((kind) => coverage[kind].js.suite === 'v2')
  assert.deepEqual(said, Object.keys(kinds).sort())
})
for (const [kind, run] of Object.entries(kinds)) {
  const cases = suite(kind)
  for (const vector of vectors(kind)) run(cases, vector)
}

// Requests.

const requests = suite('v2/request')
const order = { appid: 'wx1', mch_id: MCHID, body: 'a ]]> <&>', attach: '', total_fee: 1, detail: undefined }
for (const signType of TYPES) {
  requests.accepts(`${signType}: what is sent verifies`, () => {
    const { body, headers, fields } = shop({ signType }).signRequest({ fields: order, nonceStr: 'n' })
    const { detail: _, ...sent } = { ...order, total_fee: '1', nonce_str: 'n' }
    if (signType !== 'MD5') sent.sign_type = signType
    assert.deepEqual(fields, { ...sent, sign: signOf(sent, signType) })
    assert.equal(headers['Content-Type'], 'text/xml; charset=utf-8')
    assert.match(headers['User-Agent'], /^wechatpay-wasm\//)
    assert.deepEqual(shop().openNotification({ body, signType }).fields, fields)
  })
}
requests.accepts('the type of one request', () => {
  const { fields } = shop({ signType: 'HMAC-SHA256' }).signRequest({ fields: order, signType: 'MD5' })
  assert.equal(fields.sign.length, 32)
  assert.equal(fields.sign_type, undefined)
})
requests.accepts('nonce_str: random, given as a field, or none', () => {
  const nonce = (request) => shop().signRequest(request).fields.nonce_str
  assert.match(nonce({ fields: order }), /^[0-9A-Za-z]{32}$/)
  assert.notEqual(nonce({ fields: order }), nonce({ fields: order }))
  assert.equal(nonce({ fields: { ...order, nonce_str: 'mine' } }), 'mine')
  assert.match(nonce({ fields: { attach: 'nonce_str' } }), /^[0-9A-Za-z]{32}$/)
  assert.equal(nonce({ fields: order, nonceStr: null }), undefined)
})
for (const [label, fields] of [
  ['a sign among the fields', { sign: '' }],
  ['the spelling of client parameters', { signType: 'MD5' }],
  ['another sign_type', { sign_type: 'HMAC-SHA256' }],
  ['a name with =', { 'a=b': '1' }],
  ['an empty name', { '': '1' }],
  ['a control character', { a: '\0' }],
  ['a carriage return', { a: '1\r\n' }],
  ['a nested object', { a: { b: 1 } }],
  ['a fraction', { total_fee: 0.01 }],
  ['NaN', { total_fee: NaN }],
  ['a number beyond all integers', { total_fee: 2 ** 53 }],
  ['a BigInt', { total_fee: 1n }],
  ['null', { attach: null }],
  ['true', { attach: true }],
  ['bytes', { attach: new Uint8Array(1) }],
]) {
  requests.refuses(label, 'ERR_ARGUMENT_INVALID', () => shop().signRequest({ fields }))
  requests.refuses(`${label}, by sign`, 'ERR_ARGUMENT_INVALID', () => {
    // Only requests care about these two.
    if ('sign' in fields || 'signType' in fields || 'sign_type' in fields) return shop().signRequest({ fields })
    return shop().sign(fields)
  })
}
for (const fields of [undefined, null, 'a=1', ['a', '1'], 1]) {
  requests.refuses(`fields: ${inspect(fields)}`, 'ERR_ARGUMENT_INVALID', () => shop().signRequest({ fields }))
}
requests.accepts('an error names the field', async () => {
  const error = await refused('ERR_ARGUMENT_INVALID', () => shop().signRequest({ fields: { detail: { goods: [] } } }))
  assert.match(error.message, /fields\.detail must be a string or a whole number; got an object/)
})

// Notifications and answers.

const notifications = suite('v2/notification')
for (const type of TYPES) {
  for (const signType of [undefined, type]) {
    notifications.accepts(`${type}, pinned: ${signType}`, () => {
      const body = signedXml(payment, type)
      const opened = shop().openNotification({ body, signType })
      assert.deepEqual(opened, { fields: { ...payment, sign: signOf(payment, type) }, success: true, signType: type })
      assert.deepEqual(shop({ signType }).openNotification({ body: Buffer.from(body) }), opened)
    })
  }
  notifications.refuses(`${type}: the other is pinned`, 'ERR_ALGORITHM_MISMATCH', () =>
    shop({ signType: TYPES.find((other) => other !== type) }).openNotification({ body: signedXml(payment, type) }),
  )
  for (const name of Object.keys(payment)) {
    const body = toXml({ ...payment, [name]: `${payment[name]}0`, sign: signOf(payment, type) })
    notifications.refuses(`${type}: ${name} changed`, 'ERR_MAC_INVALID', () => shop().openNotification({ body }))
  }
  notifications.refuses(`${type}: a field added`, 'ERR_MAC_INVALID', () =>
    shop().openNotification({ body: toXml({ ...payment, new_field: '1', sign: signOf(payment, type) }) }),
  )
  notifications.accepts(`${type}: a field that nobody knows takes part`, () => {
    const more = { ...payment, new_field: '0', __proto__: null }
    assert.equal(shop().openNotification({ body: signedXml(more, type) }).fields.new_field, '0')
  })
  notifications.refuses(`${type}: another key`, 'ERR_MAC_INVALID', () =>
    shop({ apiKey: KEY.toUpperCase() }).openNotification({ body: signedXml(payment, type) }),
  )
  notifications.refuses(`${type}: lower case`, 'ERR_MAC_INVALID', () =>
    shop().openNotification({ body: toXml({ ...payment, sign: signOf(payment, type).toLowerCase() }) }),
  )
}
notifications.refuses('no sign', 'ERR_SIGN_MISSING', () => shop().openNotification({ body: toXml(payment) }))
notifications.refuses('an empty sign', 'ERR_SIGN_MISSING', () =>
  shop().openNotification({ body: toXml({ ...payment, sign: '' }) }),
)
notifications.refuses('a made-up sign', 'ERR_MAC_INVALID', () =>
  shop().openNotification({ body: toXml({ ...payment, sign: 'A'.repeat(32) }) }),
)
for (const body of [undefined, null, {}, payment, [signedXml(payment)], 1, new Date(0)]) {
  notifications.refuses(`body: ${inspect(body).slice(0, 30)}`, 'ERR_BODY_NOT_RAW', () =>
    shop().openNotification({ body }),
  )
}
for (const [label, body] of [
  ['nothing', ''],
  ['JSON', '{"sign":"1"}'],
  ['an external entity', `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${signedXml(payment)}`],
  ['billion laughs', `<!DOCTYPE x [<!ENTITY a "${'&b;'.repeat(10)}">]><xml><a>&a;</a></xml>`],
  ['a field twice', signedXml(payment).replace('</xml>', '<total_fee>1</total_fee></xml>')],
  ['nested', signedXml(payment).replace('</xml>', '<a><b>1</b></a></xml>')],
  ['not UTF-8', Buffer.from('<xml><a>\xff</a></xml>', 'latin1')],
  ['cut off', signedXml(payment).slice(0, -5)],
]) {
  notifications.refuses(label, 'ERR_BODY_MALFORMED', () => shop().openNotification({ body }))
}
notifications.accepts('a field called __proto__ is a field', () => {
  const xml = '<xml><__proto__>1</__proto__><constructor>2</constructor><sign>@</sign></xml>'
  const sign = digest(`__proto__=1&constructor=2&key=${KEY}`, 'MD5')
  const { fields } = shop().openNotification({ body: xml.replace('@', sign) })
  assert.deepEqual(Object.entries(fields), [['__proto__', '1'], ['constructor', '2'], ['sign', sign]])
  assert.equal(Object.getPrototypeOf(fields), Object.prototype)
})
notifications.accepts('a payment, typed', () => {
  const opened = shop().openPayment({ body: signedXml(payment) })
  assert.deepEqual(opened.payment, {
    appid: payment.appid,
    mch_id: MCHID,
    openid: payment.openid,
    transaction_id: payment.transaction_id,
    out_trade_no: payment.out_trade_no,
    trade_type: 'JSAPI',
    bank_type: 'CFT',
    total_fee: 11,
    fee_type: 'CNY',
    cash_fee: 1,
    coupon_fee: 10,
    attach: payment.attach,
    time_end: payment.time_end,
  })
  assert.equal(opened.fields.coupon_fee_0, '10')
})
notifications.accepts('a payment that failed', () => {
  const failed = { ...payment, result_code: 'FAIL', err_code: 'SYSTEMERROR', err_code_des: '系统错误' }
  const { success, errCode, errCodeDes } = shop().openNotification({ body: signedXml(failed) })
  assert.deepEqual([success, errCode, errCodeDes], [false, 'SYSTEMERROR', '系统错误'])
})
for (const [name, value] of [
  ['result_code', 'FAIL'],
  ['return_code', 'FAIL'],
  ['total_fee', '0.11'],
  ['total_fee', ''],
  ['total_fee', '9007199254740993'],
  ['transaction_id', ''],
  ['time_end', ''],
]) {
  notifications.refuses(`no payment: ${name} ${value || 'empty'}`, 'ERR_BODY_MALFORMED', () =>
    shop().openPayment({ body: signedXml({ ...payment, [name]: value }) }),
  )
}

const responses = suite('v2/response')
const answered = { return_code: 'SUCCESS', result_code: 'SUCCESS', prepay_id: 'wx2014', device_info: '' }
for (const type of TYPES) {
  responses.accepts(type, () => {
    const verified = shop().verifyResponse({ body: signedXml(answered, type) })
    assert.deepEqual(verified, { fields: { ...answered, sign: signOf(answered, type) }, success: true, signType: type })
  })
  responses.refuses(`${type}: changed`, 'ERR_MAC_INVALID', () =>
    shop().verifyResponse({ body: signedXml(answered, type).replace('wx2014', 'wx2015') }),
  )
}
responses.accepts('a business error', () => {
  const { success, errCode } = shop().verifyResponse({
    body: signedXml({ return_code: 'SUCCESS', result_code: 'FAIL', err_code: 'ORDERPAID' }),
  })
  assert.deepEqual([success, errCode], [false, 'ORDERPAID'])
})
responses.refuses('no sign', 'ERR_SIGN_MISSING', () => shop().verifyResponse({ body: toXml(answered) }))
responses.accepts('no sign where the documentation has none', () => {
  const path = '/mmpaymkttransfers/sendredpack'
  assert.deepEqual(shop().verifyResponse({ body: toXml(answered), path }), { fields: answered, success: true })
})
responses.refuses('no sign under another path', 'ERR_SIGN_MISSING', () =>
  shop().verifyResponse({ body: toXml(answered), path: '/pay/unifiedorder' }),
)
responses.refuses('a wrong sign under a path without', 'ERR_MAC_INVALID', () =>
  shop().verifyResponse({ body: toXml({ ...answered, sign: '0'.repeat(32) }), path: '/mmpaymkttransfers/sendredpack' }),
)
const refusal = toXml({ return_code: 'FAIL', return_msg: '签名失败' })
responses.refuses('a refusal', 'ERR_SIGN_MISSING', () => shop().verifyResponse({ body: refusal }))
responses.accepts('a refusal tells why', () => {
  assert.deepEqual(refusalV2(refusal), { returnCode: 'FAIL', returnMsg: '签名失败' })
  assert.deepEqual(refusalV2('<xml><return_code>FAIL</return_code></xml>'), { returnCode: 'FAIL' })
  assert.equal(refusalV2(signedXml(answered)), undefined)
  assert.equal(refusalV2(Buffer.from(toXml(answered))), undefined)
})
responses.refuses('a refusal that is none', 'ERR_BODY_MALFORMED', () => refusalV2('<html></html>'))
responses.refuses('a refusal that was parsed', 'ERR_BODY_NOT_RAW', () => refusalV2({ return_code: 'FAIL' }))
responses.accepts('answers to send back', () => {
  const xml = (code, message) => toXml({ return_code: code, return_msg: message })
  assert.equal(answerV2(), xml('SUCCESS', 'OK'))
  assert.equal(answerV2({ fail: 'a]]>b' }), xml('FAIL', 'a]]>b'))
  assert.equal(answerV2({ event: true }), toXml({ code: 'SUCCESS', message: 'OK' }))
  assert.equal(answerV2({ event: true, fail: 'x' }), toXml({ code: 'FAIL', message: 'x' }))
})

// Refunds and events.

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
  ['return_code FAIL', 'ERR_BODY_MALFORMED', () => shop().openRefund({ body: refusal })],
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

// The client.

const client = suite('v2/client')
const fresh = { timestamp: 1_530_097_563, nonceStr: 'zyx53Nkey8o4bHpxTQvd8m7e92nG5mG2' }
const stamp = { timestamp: String(fresh.timestamp), nonce_str: fresh.nonceStr }
for (const signType of TYPES) {
  client.accepts(`wx.requestPayment, ${signType}`, () => {
    const signed = {
      timeStamp: String(fresh.timestamp),
      nonceStr: fresh.nonceStr,
      package: 'prepay_id=wx2014',
      signType,
    }
    const paySign = signOf({ appId: 'wx1', ...signed }, signType)
    const request = { appid: 'wx1', prepayId: 'wx2014', ...fresh }
    assert.deepEqual(shop().requestPayment({ ...request, signType }), { ...signed, paySign })
    assert.deepEqual(shop({ signType }).requestPayment(request), { ...signed, paySign })
  })
  client.accepts(`an app's payment, ${signType}`, () => {
    const signed = {
      appid: 'wx1',
      partnerid: MCHID,
      prepayid: 'wx2014',
      package: 'Sign=WXPay',
      noncestr: fresh.nonceStr,
      timestamp: String(fresh.timestamp),
    }
    const params = shop({ signType }).appPayment({ appid: 'wx1', prepayId: 'wx2014', ...fresh })
    assert.deepEqual(params, { ...signed, sign: signOf(signed, signType) })
    const partner = { ...signed, partnerid: '19' }
    assert.deepEqual(
      shop().appPayment({ appid: 'wx1', prepayId: 'wx2014', partnerid: '19', signType, ...fresh }),
      { ...partner, sign: signOf(partner, signType) },
    )
  })
}
client.accepts('wx.sendBizRedPacket', () => {
  const raw = 'sendid=242e&ver=8&sign=4110&mchid=11475856&appid=wxd27e'
  const signed = { timeStamp: String(fresh.timestamp), nonceStr: fresh.nonceStr, package: raw }
  assert.deepEqual(shop({ signType: 'HMAC-SHA256' }).redPacket({ appid: 'wx1', package: raw, ...fresh }), {
    ...signed,
    package: encodeURIComponent(raw),
    signType: 'MD5',
    paySign: signOf({ appId: 'wx1', ...signed }, 'MD5'),
  })
})
client.accepts('wxpayScoreDetail', () => {
  const signed = { mch_id: MCHID, service_id: '88', out_order_no: '1234|*', ...stamp, sign_type: 'HMAC-SHA256' }
  const extraData = { ...signed, sign: signOf(signed, 'HMAC-SHA256') }
  const { query, ...rest } = shop().payScoreDetail({ serviceId: '88', outOrderNo: '1234|*', ...fresh })
  assert.deepEqual(rest, { extraData })
  assert.deepEqual(Object.fromEntries(new URLSearchParams(query)), extraData)
  assert.ok(query.includes('out_order_no=1234%7C*&'))
})
client.accepts('wxpayScoreUse, older form', () => {
  const signed = { mch_id: '19', package: 'AAQ/+==', ...stamp, sign_type: 'HMAC-SHA256' }
  const extraData = { ...signed, sign: signOf(signed, 'HMAC-SHA256') }
  const { query, ...rest } = shop().payScoreUse({ package: 'AAQ/+==', mchid: '19', ...fresh })
  assert.deepEqual(rest, { extraData })
  assert.deepEqual(Object.fromEntries(new URLSearchParams(query)), extraData)
})
client.accepts('sendCoupon', () => {
  const params = shop().sendCoupon({
    coupons: [
      { stockId: '98065001', outRequestNo: '8956|1', couponCode: '100088' },
      { stockId: '98065002', outRequestNo: '8956|2', createCouponMerchant: '19', customizeSendTime: '2026-11-18T16:26:40+08:00' },
    ],
  })
  const [first, second] = params.send_coupon_params
  assert.deepEqual(first, { stock_id: '98065001', out_request_no: '8956|1', coupon_code: '100088' })
  assert.equal(second.create_coupon_merchant, '19')
  const flat = Object.fromEntries(
    params.send_coupon_params.flatMap((coupon, at) => Object.entries(coupon).map(([name, value]) => [name + at, value])),
  )
  assert.equal(Object.keys(flat).length, 7)
  assert.equal(params.send_coupon_merchant, MCHID)
  assert.equal(params.sign, signOf({ ...flat, send_coupon_merchant: MCHID }, 'HMAC-SHA256'))
})
client.accepts('the page for one coupon', () => {
  const coupon = { stockId: '1234', outRequestNo: '2019|1', couponCode: 'a+b' }
  const url = new URL(shop().couponUrl({ coupon, openid: 'oX', sendCouponMerchant: '10016226' }))
  const { sign, ...signed } = Object.fromEntries(url.searchParams)
  assert.equal(url.origin + url.pathname, 'https://action.weixin.qq.com/busifavor/getcouponinfo')
  assert.equal(url.hash, '#wechat_pay&wechat_redirect')
  assert.deepEqual(signed, {
    stock_id: '1234',
    out_request_no: '2019|1',
    coupon_code: 'a+b',
    send_coupon_merchant: '10016226',
    open_id: 'oX',
  })
  assert.equal(sign, signOf(signed, 'HMAC-SHA256'))
})
client.accepts('clock and nonce are there by themselves', () => {
  const before = Math.floor(Date.now() / 1000)
  const { timeStamp, nonceStr } = shop().requestPayment({ appid: 'wx1', prepayId: 'wx2014' })
  assert.ok(Number(timeStamp) >= before && Number(timeStamp) <= Date.now() / 1000)
  assert.match(nonceStr, /^[0-9A-Za-z]{32}$/)
})
client.accepts('workwx_sign', () => {
  const fields = {
    act_name: 'XXX',
    mch_billno: '111',
    mch_id: '10000098',
    nonce_str: 'q',
    re_openid: 'oX',
    total_amount: 100,
    wxappid: 'wx1',
  }
  const found = workwxSign({ api: 'redPacket', fields: { ...fields, wishing: 'x' }, secret: 'wecom-secret' })
  assert.equal(found, digest(`${textOf(fields)}&secret=wecom-secret`, 'MD5'))
})
const coupon = { stockId: '1', outRequestNo: '2' }
for (const [label, run] of [
  ['no appid', () => shop().requestPayment({ prepayId: 'wx2' })],
  ['prepay_id= before it', () => shop().requestPayment({ appid: 'wx1', prepayId: 'prepay_id=wx2' })],
  ['another sign type', () => shop().requestPayment({ appid: 'wx1', prepayId: 'wx2', signType: 'RSA' })],
  ['milliseconds', () => shop().appPayment({ appid: 'wx1', prepayId: 'wx2', timestamp: Date.now() })],
  ['a nonce of 33', () => shop().appPayment({ appid: 'wx1', prepayId: 'wx2', nonceStr: 'n'.repeat(33) })],
  ['an option that is misspelled', () => shop().requestPayment({ appid: 'wx1', prepayID: 'wx2' })],
  ['a package URL-encoded already', () => shop().redPacket({ appid: 'wx1', package: 'sendid%3D1' })],
  ['no order number', () => shop().payScoreDetail({ serviceId: '88' })],
  ['an order number with &', () => shop().payScoreDetail({ serviceId: '88', outOrderNo: '1&a=b' })],
  ['no package', () => shop().payScoreUse({ package: '' })],
  ['no coupons', () => shop().sendCoupon({ coupons: [] })],
  ['eleven coupons', () => shop().sendCoupon({ coupons: Array(11).fill(coupon) })],
  ['coupons that are none', () => shop().sendCoupon({ coupons: coupon })],
  ['a coupon that is none', () => shop().sendCoupon({ coupons: ['1'] })],
  ['a number for a stock', () => shop().sendCoupon({ coupons: [{ ...coupon, stockId: 1 }] })],
  ['a second coupon that is malformed', () => shop().sendCoupon({ coupons: [coupon, { ...coupon, couponCode: '' }] })],
  ['no user', () => shop().couponUrl({ coupon })],
  ['no coupon', () => shop().couponUrl({ openid: 'oX' })],
  ['workwx_sign without its fields', () => workwxSign({ api: 'transfer', fields: {}, secret: 's' })],
  ['workwx_sign of another API', () => workwxSign({ api: 'sendredpack', fields: {}, secret: 's' })],
  ['sign of another type', () => shop().sign({}, 'SHA1')],
]) {
  client.refuses(label, 'ERR_ARGUMENT_INVALID', run)
}
client.refuses('no WeCom secret', 'ERR_KEY_INVALID', () => workwxSign({ api: 'transfer', fields: {}, secret: '' }))

// Keys, and what becomes of them.

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

// Random cases.

const { below, pick, text } = seeded('v2')
const PIECES = ['支付', 'a', 'Z', '0', '&', '=', '<', '>', ']]>', '"', "'", ' ', '\n', '\t', '%20', '+', '💰', '&amp;', 'é']
const LETTERS = 'ABCXYZ_abcxyz0123456789'

function randomFields() {
  const fields = {}
  for (let number = below(12); number >= 0; number -= 1) {
    fields[pick('abcxyzABCXYZ_') + text(LETTERS, below(8))] = text(PIECES, below(9))
  }
  return { ...fields, nonce_str: text(LETTERS, 32) }
}

for (const type of TYPES) {
  const name = `v2_sign_random/${type === 'MD5' ? 'md5' : 'hmac_sha256'}`
  const apiKey = () => text(LETTERS, 32)
  const changed = (fields) => {
    const member = pick(Object.keys(fields))
    return { ...fields, [member]: `${fields[member]}x` }
  }
  const signing = suite(`${name}_package_signs`)
  signing.accepts('what is signed here, node:crypto verifies', () => {
    const [key, fields] = [apiKey(), randomFields()]
    const signed = shop({ apiKey: key, signType: type }).signRequest({ fields })
    assert.equal(signed.fields.sign, signOf(signed.fields, type, key))
    const { sign_type: _, sign: __, ...sent } = signed.fields
    assert.deepEqual(sent, fields)
  }, 1000)
  signing.denies('one field changed', () => {
    const [key, fields] = [apiKey(), randomFields()]
    assert.notEqual(shop({ apiKey: key }).sign(fields, type), signOf(changed(fields), type, key))
  }, 1000)
  signing.denies('another key', () => {
    const [key, fields] = [apiKey(), randomFields()]
    assert.notEqual(shop({ apiKey: key }).sign(fields, type), signOf(fields, type, apiKey()))
  }, 1000)

  const random = suite(`${name}_node_signs`)
  random.accepts('what node:crypto signs, is verified here', () => {
    const [key, fields] = [apiKey(), randomFields()]
    const opened = shop({ apiKey: key }).openNotification({ body: signedXml(fields, type, key) })
    assert.deepEqual(opened.fields, { ...fields, sign: signOf(fields, type, key) })
    assert.equal(opened.signType, type)
  }, 1000)
  random.refuses('one field changed', 'ERR_MAC_INVALID', () => {
    const [key, fields] = [apiKey(), randomFields()]
    const body = toXml({ ...changed(fields), sign: signOf(fields, type, key) })
    return shop({ apiKey: key }).openNotification({ body })
  }, 1000)
  random.refuses('another key', 'ERR_MAC_INVALID', () =>
    shop({ apiKey: apiKey() }).openNotification({ body: signedXml(randomFields(), type, apiKey()) }),
  1000)
}

const ciphers = suite('v2_req_info_random')
ciphers.accepts('what node:crypto encrypts, is decrypted here', () => {
  const key = text(LETTERS, 32)
  const more = { ...refund, ...randomFields() }
  const body = refundBody(sealed(toXml(more, 'root'), { key }).toString('base64'))
  assert.deepEqual(shop({ apiKey: key }).openRefund({ body }).refundFields, more)
}, 1000)
ciphers.refuses('another key', 'ERR_DECRYPT_FAILED', () => {
  const body = refundBody(sealed(toXml(refund, 'root'), { key: text(LETTERS, 32) }).toString('base64'))
  return shop({ apiKey: text(LETTERS, 32) }).openRefund({ body })
}, 1000)
ciphers.denies('the last block changed', async () => {
  const bytes = sealed(toXml(refund, 'root'))
  bytes[bytes.length - 1 - below(16)] ^= 1 << below(8)
  try {
    shop().openRefund({ body: refundBody(bytes.toString('base64')) })
  } catch (error) {
    assert.ok(['ERR_DECRYPT_FAILED', 'ERR_BODY_MALFORMED'].includes(error.code), error)
    return
  }
  assert.fail('was accepted')
}, 1000)

const damaged = suite('v2/mutation')
damaged.denies('a damaged notification is taken for another', () => {
  const bytes = Buffer.from(signedXml(payment))
  for (let edits = below(3); edits >= 0; edits -= 1) bytes[below(bytes.length)] = pick([...Buffer.from('<>&;]![]/?\0\n x0')])
  try {
    const { sign: _, ...fields } = shop().openNotification({ body: bytes }).fields
    assert.equal(textOf(fields), textOf(payment))
  } catch (error) {
    assert.match(error.code ?? String(error), /^ERR_(BODY_MALFORMED|MAC_INVALID|SIGN_MISSING)$/)
  }
}, 1000)
