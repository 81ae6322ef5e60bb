// What the client does with requests and answers, against an HTTP server that checks and signs by node:crypto.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { inspect } from 'node:util'

import { Client } from 'wechatpay-wasm/client'

import { suite } from './support/cases.mjs'
import { JSAPI, answered, connected, failing, order } from './support/client.mjs'
import { hangUp, merchantApi, refuses, says, saysUnsigned, silence } from './support/merchant-api.mjs'
import { key } from './support/vectors.mjs'
import { CERTIFICATE_SERIAL, merchant, PUBLIC_KEY_ID, signed } from './support/wechat-pay.mjs'

const requests = suite('client/request')
requests.accepts('signs, sends and verifies', async () => {
  const { post, requests: seen } = await connected(says(answered))
  const { status, body, requestId, headers } = await post()
  assert.deepEqual([status, body, requestId], [200, answered, '08F78BB5AF0610D302189AF5A1BB0520'])
  assert.equal(headers.get('wechatpay-serial'), PUBLIC_KEY_ID)
  const [{ method, url, headers: sent, body: text, authorization }] = seen
  assert.equal(`${method} ${url}`, `POST ${JSAPI}`)
  assert.deepEqual(JSON.parse(text), order)
  assert.equal(authorization.mchid, '1900000001')
  assert.equal(sent['wechatpay-serial'], PUBLIC_KEY_ID)
  assert.equal(sent['content-type'], 'application/json')
  assert.match(sent['user-agent'], /^wechatpay-wasm\//)
})
requests.accepts('an empty answer', async () => {
  const { post } = await connected(says(undefined, { status: 204 }))
  const { status, body } = await post()
  assert.deepEqual([status, body], [204, undefined])
})
requests.accepts('202, whose status tells', async () => {
  const { post } = await connected(says({ trade_state: 'USERPAYING' }, { status: 202 }))
  assert.equal((await post()).status, 202)
})
for (const [label, body] of [
  ['text', '{"a": 1,\n "b":"红茶"}'],
  ['bytes', Buffer.from('{"a": 1}\n')],
  ['an ArrayBuffer', new TextEncoder().encode('{"a":1}').buffer],
]) {
  requests.accepts(`${label} is sent as it is`, async () => {
    const { client, requests: seen } = await connected(says({}))
    await client.request('POST', '/v3/x', body)
    assert.equal(seen[0].body, Buffer.from(body).toString())
  })
}
requests.accepts('a query is encoded as it is signed', async () => {
  const { client, requests: seen } = await connected(says({}))
  await client.request('GET', '/v3/x?a=1', undefined, { query: { b: "红 茶&'", c: 2, d: undefined, e: true } })
  assert.equal(seen[0].url, '/v3/x?a=1&b=%E7%BA%A2%20%E8%8C%B6%26%27&c=2&e=true')
})
requests.accepts('a file that nobody signs', async () => {
  const { client } = await connected(saysUnsigned(200, 'PNG'))
  const { body } = await client.request('GET', '/v3/merchant-service/images/abc')
  assert.deepEqual(body, new Uint8Array(Buffer.from('PNG')))
})
requests.accepts('an overseas statement, held against its digest', async () => {
  const file = 'a,b\n'
  const digest = createHash('sha1').update(file).digest('hex')
  const { headers } = says(`{"sha1":"${digest}"}`)
  const { client } = await connected({ status: 200, headers: { ...headers, 'Wechatpay-Statement-Sha1': digest }, body: file })
  assert.equal(Buffer.from((await client.request('GET', '/v3/global/statements?date=20260101')).body).toString(), file)
})
requests.accepts('the key that encrypted a field is named', async () => {
  const { post, requests: seen } = await connected(says({}))
  await post({ wechatpaySerial: CERTIFICATE_SERIAL })
  assert.equal(seen[0].headers['wechatpay-serial'], CERTIFICATE_SERIAL)
})
requests.accepts('the hosts of WeChat Pay, unless told otherwise', async () => {
  const hosts = []
  const fetch = async (url) => {
    hosts.push(new URL(url).origin)
    throw new TypeError('no network')
  }
  const client = new Client({ merchant: merchant(), fetch, backOff: () => 0 })
  await failing(client.request('GET', '/v3/x'), { attempts: 3, effect: 'none', code: 'ERR_REQUEST_UNANSWERED' })
  const [main, backup] = ['https://api.mch.weixin.qq.com', 'https://api2.mch.weixin.qq.com']
  assert.deepEqual(hosts, [main, backup, main])
})

const again = suite('client/again')
const transient = {
  'SYSTEM_ERROR': refuses(500, 'SYSTEM_ERROR'),
  'SYSTEMERROR, as old pages spell it': refuses(500, 'SYSTEMERROR'),
  'BANK_ERROR': refuses(500, 'BANK_ERROR'),
  'FREQUENCY_LIMITED': refuses(429, 'FREQUENCY_LIMITED'),
  'RATELIMIT_EXCEEDED': refuses(429, 'RATELIMIT_EXCEEDED'),
  'SERVICE_UNAVAILABLE': refuses(503, 'SERVICE_UNAVAILABLE'),
  'a gateway': saysUnsigned(502, '<html>bad gateway'),
  'a broken connection': hangUp,
  'a probe': (() => {
    const probe = says(answered)
    probe.headers['Wechatpay-Signature'] = 'WECHATPAY/SIGNTEST/abc'
    return probe
  })(),
}
for (const [label, first] of Object.entries(transient)) {
  again.accepts(`${label}: the same bytes under a fresh signature`, async () => {
    const { post, requests: seen } = await connected([first, says(answered)])
    assert.deepEqual((await post()).body, answered)
    assert.equal(seen.length, 2)
    assert.equal(seen[0].body, seen[1].body)
    assert.notEqual(seen[0].authorization.nonce_str, seen[1].authorization.nonce_str)
  })
}
again.accepts('an answer that is cut off in the middle', async () => {
  const whole = says(answered)
  const cut = { ...whole, headers: { ...whole.headers, 'Content-Length': '999' }, body: Buffer.from(whole.body), cutAt: 5 }
  const { post, requests: seen } = await connected([cut, whole])
  assert.deepEqual((await post()).body, answered)
  assert.equal(seen.length, 2)
})
again.accepts('waits as long as it is told, from the second attempt on', async () => {
  const waits = []
  const backOff = (attempt) => (waits.push(attempt), 0.001)
  const { post } = await connected([refuses(500, 'SYSTEM_ERROR'), refuses(500, 'SYSTEM_ERROR'), says(answered)], { backOff })
  await post()
  assert.deepEqual(waits, [2, 3])
})
again.accepts('a host that is silent is left for the backup, which stays', async () => {
  const slow = await merchantApi(silence)
  const backup = await merchantApi(says(answered))
  const client = new Client({ merchant: merchant(), origin: slow.origin, backupOrigin: backup.origin, timeout: 2 })
  await client.request('POST', JSAPI, order)
  await client.request('POST', JSAPI, order)
  assert.deepEqual([slow.requests.length, backup.requests.length], [1, 2])
  assert.equal(slow.requests[0].body, backup.requests[0].body)
})
again.accepts('a host that is down is left for the backup, and the other way round', async () => {
  const main = await merchantApi(says(answered))
  const backup = await merchantApi(says(answered))
  const client = new Client({ merchant: merchant(), origin: main.origin, backupOrigin: backup.origin })
  await main.close()
  await client.request('POST', JSAPI, order)
  assert.equal(backup.requests.length, 1)
  await backup.close()
  await failing(client.request('POST', JSAPI, order, { retries: 0 }), { code: 'ERR_REQUEST_UNANSWERED', attempts: 1 })
  const other = await failing(client.request('POST', JSAPI, order, { retries: 0 }), { code: 'ERR_REQUEST_UNANSWERED' })
  assert.ok(other.cause !== undefined)
})
for (const [label, answer, expected] of [
  ['WeChat Pay itself refuses for now', refuses(500, 'SYSTEM_ERROR'), { code: 'ERR_REQUEST_REFUSED', attempts: 3 }],
  ['there were too many requests', refuses(429, 'FREQUENCY_LIMITED'), { code: 'ERR_REQUEST_REFUSED', attempts: 3 }],
  ['a refusal is final', refuses(403, 'NO_AUTH'), { code: 'ERR_REQUEST_REFUSED', attempts: 1 }],
  ['an answer is forged', saysUnsigned(200, answered), { code: 'ERR_RESPONSE_UNVERIFIED', attempts: 1 }],
]) {
  again.denies(`${label}, and the backup is asked`, async () => {
    const backup = await merchantApi(says(answered))
    const { post } = await connected(answer, { backupOrigin: backup.origin })
    await failing(post(), expected)
    assert.equal(backup.requests.length, 0)
  })
}
again.denies('the caller who gives up makes the backup be asked', async () => {
  const backup = await merchantApi(says(answered))
  const { post, requests: seen } = await connected(silence, { backupOrigin: backup.origin })
  const controller = new AbortController()
  const running = post({ signal: controller.signal })
  while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  controller.abort()
  await failing(running, { code: 'ERR_REQUEST_ABORTED', attempts: 1 })
  assert.equal(backup.requests.length, 0)
})
again.denies('an answer of the backup is believed without a signature', async () => {
  const backup = await merchantApi(saysUnsigned(200, answered))
  const fetch = (url, init) => (url.startsWith('http://down/') ? Promise.reject(new TypeError('down')) : globalThis.fetch(url, init))
  const client = new Client({ merchant: merchant(), origin: 'http://down', backupOrigin: backup.origin, fetch })
  await failing(client.request('POST', JSAPI, order), { code: 'ERR_RESPONSE_UNVERIFIED', effect: 'unknown', attempts: 2 })
})
again.denies('it goes on for ever', async () => {
  for (const [retries, times] of [[0, 1], [1, 2], [undefined, 3], [5, 6]]) {
    const { post, requests: seen } = await connected(refuses(500, 'SYSTEM_ERROR'))
    const expected = { code: 'ERR_REQUEST_REFUSED', status: 500, attempts: times, effect: 'unknown', requestId: 'REQUEST-1' }
    const error = await failing(post({ retries }), expected)
    assert.ok(error.is('SYSTEM_ERROR') && error.is('SYSTEMERROR') && !error.is('BANK_ERROR'))
    assert.equal(seen.length, times)
  }
})
for (const [status, code] of [
  [400, 'PARAM_ERROR'],
  [400, 'ORDER_CLOSED'],
  [401, 'SIGN_ERROR'],
  [403, 'NOT_ENOUGH'],
  [403, 'OUT_TRADE_NO_USED'],
  [404, 'ORDER_NOT_EXIST'],
]) {
  again.denies(`${code} is sent again, or its effect unknown`, async () => {
    const { post, requests: seen } = await connected(refuses(status, code))
    const expected = { code: 'ERR_REQUEST_REFUSED', status, attempts: 1, effect: 'none', path: JSAPI, method: 'POST' }
    const error = await failing(post(), expected)
    assert.equal(error.refusal.code, code)
    assert.equal(seen.length, 1)
  })
}
for (const status of [408, 409, 410, 423]) {
  again.denies(`${status}, which WeChat Pay does not document, proves that nothing was done`, async () => {
    const { post } = await connected(refuses(status, 'REQUEST_TIMEOUT'))
    await failing(post(), { code: 'ERR_REQUEST_REFUSED', status, effect: 'unknown' })
  })
}
again.denies('a refusal hides what an earlier attempt may have done', async () => {
  for (const first of [hangUp, refuses(500, 'SYSTEM_ERROR'), saysUnsigned(502, '')]) {
    const { post } = await connected([first, refuses(403, 'OUT_TRADE_NO_USED')])
    const error = await failing(post(), { code: 'ERR_REQUEST_REFUSED', attempts: 2, status: 403, effect: 'unknown' })
    assert.ok(error.is('OUT_TRADE_NO_USED'))
  }
})
again.denies('a query that fails has an effect', async () => {
  const { client } = await connected(hangUp)
  await failing(client.request('GET', '/v3/x'), { effect: 'none', code: 'ERR_REQUEST_UNANSWERED' })
})
again.denies('INVALID_TRANSACTIONID with its status 500 is sent again', async () => {
  const { post } = await connected(refuses(500, 'INVALID_TRANSACTIONID'))
  await failing(post(), { attempts: 1, effect: 'unknown' })
})

const answers = suite('client/answers')
const whole = () => says(answered)
const withoutHeader = (name) => {
  const answer = whole()
  delete answer.headers[name]
  return answer
}
for (const [label, code, make] of [
  ['no signature at all', 'ERR_HEADER_MISSING', () => saysUnsigned(200, answered)],
  ...['Timestamp', 'Nonce', 'Serial', 'Signature'].map((name) => [`no ${name}`, 'ERR_HEADER_MISSING', () => withoutHeader(`Wechatpay-${name}`)]),
  ['another body', 'ERR_SIGNATURE_INVALID', () => ({ ...whole(), body: '{"prepay_id":"wx2"}' })],
  ['an empty body', 'ERR_SIGNATURE_INVALID', () => ({ ...whole(), body: '' })],
  ['a blank more', 'ERR_SIGNATURE_INVALID', () => ({ ...whole(), body: `${whole().body} ` })],
  ['of an hour ago', 'ERR_TIMESTAMP_OUTSIDE_WINDOW', () => ({ status: 200, ...signed('{}', { timestamp: Math.floor(Date.now() / 1000) - 3600 }) })],
  ['a public key that is unknown', 'ERR_SERIAL_UNKNOWN', () => {
    const answer = whole()
    answer.headers['Wechatpay-Serial'] = 'PUB_KEY_ID_42'
    return answer
  }],
  ['signed, but no JSON', 'ERR_BODY_MALFORMED', () => says('<html>')],
]) {
  answers.denies(`${label} is believed, or sent again`, async () => {
    const { post, requests: seen } = await connected(make)
    const error = await failing(post(), { code: 'ERR_RESPONSE_UNVERIFIED', status: 200, attempts: 1, effect: 'unknown' })
    assert.equal(error.cause.code, code)
    assert.ok(error.message.includes(code))
    assert.equal(seen.length, 1)
  })
}
answers.denies('a probe that never ends is believed', async () => {
  const { post } = await connected(transient['a probe'])
  const error = await failing(post(), { code: 'ERR_RESPONSE_UNVERIFIED', attempts: 3, effect: 'unknown' })
  assert.equal(error.cause.code, 'ERR_SIGNATURE_PROBE')
})
answers.denies('a statement that is altered passes', async () => {
  const digest = createHash('sha1').update('a').digest('hex')
  const { headers } = says(`{"sha1":"${digest}"}`)
  const { client } = await connected({ status: 200, headers: { ...headers, 'Wechatpay-Statement-Sha1': digest }, body: 'b' })
  const error = await failing(client.request('GET', '/v3/global/statements'), { code: 'ERR_RESPONSE_UNVERIFIED', effect: 'none' })
  assert.equal(error.cause.code, 'ERR_DIGEST_MISMATCH')
})
for (const [label, answer] of [
  ['a redirect', saysUnsigned(302, '', { Location: 'http://127.0.0.1:1/' })],
  ['a gateway that forbids', saysUnsigned(403, '<html>forbidden')],
  ['JSON of somebody else', saysUnsigned(400, '{"error":"no"}')],
]) {
  answers.denies(`${label} is followed, believed or sent again`, async () => {
    const { post, requests: seen } = await connected(answer)
    const expected = { code: 'ERR_REQUEST_REFUSED', status: answer.status, attempts: 1, effect: 'unknown', refusal: undefined }
    const error = await failing(post(), expected)
    assert.ok(!error.is('SYSTEM_ERROR'))
    assert.equal(seen.length, 1)
  })
}

const ends = suite('client/ends')
ends.denies('a fetch that listens to no signal holds it up', async () => {
  const client = new Client({ merchant: merchant(), fetch: () => new Promise(() => {}), timeout: 0.05, retries: 1, backOff: () => 0 })
  const error = await failing(client.request('POST', JSAPI, order), { code: 'ERR_REQUEST_UNANSWERED', attempts: 2, effect: 'unknown' })
  assert.equal(error.cause.name, 'TimeoutError')
})
ends.denies('a body that never ends holds it up', async () => {
  const fetch = async () => new Response(new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array(1)) }))
  const client = new Client({ merchant: merchant(), fetch, timeout: 0.05, retries: 0 })
  await failing(client.request('POST', JSAPI, order), { code: 'ERR_REQUEST_UNANSWERED', effect: 'unknown' })
})
ends.denies('a request under way that was given up has no effect for sure', async () => {
  const api = await merchantApi(silence)
  const client = new Client({ merchant: merchant(), origin: api.origin })
  const controller = new AbortController()
  const running = client.request('POST', JSAPI, order, { signal: controller.signal })
  while (api.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  controller.abort(new Error('the user left'))
  const error = await failing(running, { code: 'ERR_REQUEST_ABORTED', attempts: 1, effect: 'unknown' })
  assert.equal(error.cause.message, 'the user left')
})
ends.denies('a request given up before it starts is sent', async () => {
  const { post, requests: seen } = await connected(says(answered))
  await failing(post({ signal: AbortSignal.abort() }), { code: 'ERR_REQUEST_ABORTED', effect: 'none' })
  assert.equal(seen.length, 0)
})
ends.denies('a wait cannot be given up', async () => {
  const { post, requests: seen } = await connected(refuses(500, 'SYSTEM_ERROR'), { backOff: () => 600 })
  const controller = new AbortController()
  const running = post({ signal: controller.signal })
  while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  setTimeout(() => controller.abort(), 20)
  await failing(running, { code: 'ERR_REQUEST_ABORTED', effect: 'unknown' })
  assert.equal(seen.length, 1)
})

const secrecy = suite('client/secrecy')
secrecy.denies('an error that is printed shows a body, a query, a detail or a key', async () => {
  const detail = { sign_information: { sign_message: 'POST\n/v3\n1\nn\n{"openid":"SECRET"}\n' }, value: 'SECRET' }
  for (const answer of [refuses(400, 'PARAM_ERROR', { detail }), saysUnsigned(502, 'SECRET'), saysUnsigned(200, '{"a":"SECRET"}')]) {
    const { client } = await connected(answer)
    const run = client.request('POST', '/v3/x', { openid: 'SECRET' }, { query: { token: 'SECRET' }, retries: 0 })
    const error = await failing(run, { path: '/v3/x', method: 'POST' })
    for (const text of [inspect(error, { depth: 9 }), JSON.stringify(error), error.stack]) assert.doesNotMatch(text, /SECRET/)
    assert.doesNotMatch(inspect(client, { depth: 9, showHidden: true }), /PRIVATE KEY|0123456789abcdef/)
  }
})
secrecy.denies('anything is written to the console', async () => {
  const names = ['log', 'info', 'warn', 'error', 'debug']
  const originals = names.map((name) => console[name])
  const said = []
  for (const name of names) console[name] = (...values) => said.push(values)
  try {
    const { post } = await connected([hangUp, refuses(400, 'PARAM_ERROR')])
    await failing(post(), { status: 400 })
  } finally {
    names.forEach((name, at) => (console[name] = originals[at]))
  }
  assert.deepEqual(said, [])
})

const arguments_ = suite('client/arguments')
const client = new Client({ merchant: merchant(), fetch: () => assert.fail('it was sent') })
for (const [label, make] of [
  ['no merchant', () => new Client({})],
  ['nothing', () => new Client()],
  ['the options of a merchant', () => new Client({ merchant: { mchid: '1' } })],
  ['a fetch that is none', () => new Client({ merchant: merchant(), fetch: 'fetch' })],
  ['an origin with a path', () => new Client({ merchant: merchant(), origin: 'https://api.mch.weixin.qq.com/v3' })],
  ['an origin without a scheme', () => new Client({ merchant: merchant(), origin: 'api.mch.weixin.qq.com' })],
  ['an origin with a user', () => new Client({ merchant: merchant(), origin: 'https://a@b' })],
  ['milliseconds', () => new Client({ merchant: merchant(), timeout: 10_000 })],
  ['no time at all', () => new Client({ merchant: merchant(), timeout: 0 })],
  ['half a retry', () => new Client({ merchant: merchant(), retries: 0.5 })],
  ['endless retries', () => new Client({ merchant: merchant(), retries: Infinity })],
  ['retries that are no number', () => new Client({ merchant: merchant(), retries: NaN })],
  ['another spelling', () => new Client({ merchant: merchant(), backup_origin: null })],
  ['a full URL', () => client.request('GET', 'https://evil.example/v3/x')],
  ['a host', () => client.request('GET', '//evil.example/v3/x')],
  ['no slash', () => client.request('GET', 'v3/x')],
  ['a fragment', () => client.request('GET', '/v3/x#y')],
  ['a line end', () => client.request('GET', '/v3/x\n')],
  ['a URL object', () => client.request('GET', new URL('https://api.mch.weixin.qq.com/v3/x'))],
  ['another method', () => client.request('TRACE', '/v3/x')],
  ['a GET with a body', () => client.request('GET', '/v3/x', {})],
  ['a query with an object', () => client.request('GET', '/v3/x', undefined, { query: { a: {} } })],
  ['a query with half a character', () => client.request('GET', '/v3/x', undefined, { query: { a: '\ud800' } })],
  ['a query that is text', () => client.request('GET', '/v3/x', undefined, { query: 'a=1' })],
  ['a signal that is none', () => client.request('GET', '/v3/x', undefined, { signal: {} })],
  ['a serial that is none', () => client.request('GET', '/v3/x', undefined, { wechatpaySerial: 1 })],
]) {
  arguments_.refuses(label, 'ERR_ARGUMENT_INVALID', make)
}
for (const [label, body] of [
  ['a form', new FormData()],
  ['a Map', new Map([['a', 1]])],
  ['parameters', new URLSearchParams('a=1')],
  ['a number', 1],
]) {
  arguments_.refuses(`${label} as a body`, 'ERR_BODY_NOT_RAW', () => client.request('POST', '/v3/x', body))
}
