// Notifications through real frameworks over HTTP, made by the forge of `wechatpay-wasm/testing`.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'

import fastify from 'fastify'
import { Merchant } from 'wechatpay-wasm'
import { fastifyPlugin, fetchHandler, MemoryReplayStore, nodeHandler, NotificationReceiver } from 'wechatpay-wasm/adapters'
import { Client } from 'wechatpay-wasm/client'
import { TestPlatform } from 'wechatpay-wasm/testing'

import { suite } from './support/cases.mjs'
import { eaters, frameworks, listening, parsingFirst } from './support/frameworks.mjs'
import { merchantOptions, notification as ofOpenssl, merchant as merchantOf } from './support/wechat-pay.mjs'

const platform = await TestPlatform.generate()
const merchant = new Merchant({ ...merchantOptions, platformKeys: [platform.platformKey] })
const resource = { out_trade_no: 'A1', amount: { total: 1 }, attach: '红茶' }
const made = (changes) => platform.notification({ apiV3Key: merchantOptions.apiV3Key, resource, ...changes })
const REFUSED = /^ERR_(HEADER_\w+|SCHEME_UNSUPPORTED|SERIAL_UNKNOWN|SIGNATURE_\w+|TIMESTAMP_OUTSIDE_WINDOW)$/

/** Options that remember what they were told. */
function watched(changes) {
  const seen = { handled: [], errors: [], refused: [] }
  const options = {
    merchant,
    onNotification: (notification) => void seen.handled.push(notification),
    onError: (error) => void seen.errors.push(error),
    onRefused: ({ code }) => void seen.refused.push(code),
    ...changes,
  }
  return { seen, options }
}

async function started(start, changes) {
  const { seen, options } = watched(changes)
  const url = await start(options)
  const post = async ({ headers, body }, method = 'POST') => {
    const response = await fetch(url, { method, headers: { 'Content-Type': 'application/json', ...headers }, body })
    return { status: response.status, text: await response.text(), headers: response.headers }
  }
  return { url, seen, post }
}

for (const [name, start] of Object.entries(frameworks)) {
  // A parser that comes first refuses what is no JSON by itself.
  const refusedWith = (expected, status) => status === expected || (parsingFirst.has(name) && status === 400)
  const cases = suite(`adapters/${name.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`)
  cases.accepts(`${name}: 204, and once`, async () => {
    const { post, seen } = await started(start)
    const message = made()
    for (let round = 0; round < 3; round += 1) {
      const { status, text } = await post(message)
      assert.deepEqual([status, text], [204, ''])
    }
    assert.deepEqual(seen.handled.map((notification) => notification.resource), [resource])
    assert.equal((await post(made())).status, 204)
    assert.equal(seen.handled.length, 2)
    assert.deepEqual([seen.errors, seen.refused], [[], []])
  })
  cases.accepts(`${name}: many deliveries of one at once, and once`, async () => {
    const handled = []
    const onNotification = async ({ id }) => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      handled.push(id)
    }
    const { post, seen } = await started(start, { onNotification })
    const message = made({ id: 'EV-1' })
    const statuses = (await Promise.all(Array.from({ length: 10 }, () => post(message)))).map(({ status }) => status)
    assert.ok(statuses.includes(204) && statuses.every((status) => status === 204 || status === 503), String(statuses))
    assert.equal((await post(message)).status, 204)
    assert.deepEqual([handled, seen.errors], [['EV-1'], []])
  })
  cases.accepts(`${name}: 500 when the handler throws, and then once more`, async () => {
    let failures = 2
    const handled = []
    const onNotification = async ({ id }) => {
      if (failures-- > 0) throw new Error('the database is away')
      handled.push(id)
    }
    const { post, seen } = await started(start, { onNotification })
    const message = made({ id: 'EV-1' })
    const statuses = []
    for (let round = 0; round < 4; round += 1) statuses.push((await post(message)).status)
    assert.deepEqual(statuses, [500, 500, 204, 204])
    assert.deepEqual(handled, ['EV-1'])
    assert.deepEqual(seen.errors.map(({ message: text }) => text), ['the database is away', 'the database is away'])
  })
  cases.denies(`${name}: anything broken passes`, async () => {
    const { post, seen } = await started(start)
    for (const { name: fault, code } of TestPlatform.faults) {
      const { status, text } = await post(made({ fault }))
      assert.ok(refusedWith(REFUSED.test(code) ? 401 : 500, status), `${fault} ${code} ${status}`)
      if (status !== 400) assert.equal(JSON.parse(text).code, 'FAIL')
      assert.doesNotMatch(text, /ERR_|红茶/)
    }
    assert.deepEqual(seen.handled, [])
    const told = [...seen.refused, ...seen.errors.map(({ code }) => code)].sort()
    const codes = TestPlatform.faults.map(({ code }) => code).sort()
    if (!parsingFirst.has(name)) assert.deepEqual(told, codes)
    assert.ok(seen.refused.includes('ERR_SIGNATURE_PROBE'))
  })
  cases.denies(`${name}: a body that is too large is read`, async () => {
    const { post, seen } = await started(start, { maxBodyBytes: 4096 })
    const { status } = await post({ headers: made().headers, body: `{"x":"${'x'.repeat(5000)}"}` })
    assert.equal(status, 413)
    assert.deepEqual(seen.handled, [])
    assert.equal((await post(made())).status, 204)
  })
  cases.denies(`${name}: nothing passes for something`, async () => {
    const { post, seen } = await started(start)
    for (const body of ['', '{}', 'null']) {
      const { status } = await post({ headers: {}, body })
      assert.ok(refusedWith(401, status), `${body} ${status}`)
    }
    assert.deepEqual(seen.handled, [])
  })
  cases.denies(`${name}: a header that comes twice passes, whichever of both is true`, async () => {
    const { url, seen } = await started(start)
    for (const header of ['Wechatpay-Timestamp', 'Wechatpay-Nonce', 'Wechatpay-Serial', 'Wechatpay-Signature']) {
      const { headers, body } = made()
      for (const values of [[headers[header], 'x'], ['x', headers[header]], [headers[header], headers[header]]]) {
        assert.equal(await raw(url, { ...headers, [header]: values }, body), 401, header)
      }
    }
    // Two signatures arrive joined by a comma, and are no base64.
    const expected = [...Array(9).fill('ERR_HEADER_INVALID'), ...Array(3).fill('ERR_SIGNATURE_INVALID')]
    assert.deepEqual(seen.refused, expected)
    assert.deepEqual([seen.handled, seen.errors], [[], []])
  })
  cases.denies(`${name}: what is signed under a compression, or is a bomb, passes`, async () => {
    const { url, seen } = await started(start, { maxBodyBytes: 4096 })
    const { headers, body } = made()
    const bomb = gzipSync(Buffer.alloc(1 << 20))
    for (const [encoding, sent] of [['gzip', gzipSync('{}')], ['gzip', bomb], ['gzip', body], ['br', body], ['none of all', body]]) {
      const status = await raw(url, { ...headers, 'Content-Encoding': encoding }, sent)
      // A parser that comes first may answer as it likes.
      const refused = status >= 400 && (status < 500 || parsingFirst.has(name))
      assert.ok(refused || (status === 204 && sent === body), `${encoding} ${status}`)
    }
    assert.deepEqual(seen.errors, [])
    assert.ok(seen.handled.length <= 3)
  })
  cases.denies(`${name}: another method passes`, async () => {
    const { url, seen } = await started(start)
    const { status } = await fetch(url)
    assert.ok([404, 405].includes(status), String(status))
    assert.deepEqual(seen, { handled: [], errors: [], refused: [] })
  })
}

/** The status of what `fetch` would not send: a header as often as it has values, and bodies of any encoding. */
async function raw(url, headers, body) {
  const request = httpRequest(url, { method: 'POST', agent: false, headers: { 'Content-Type': 'application/json', ...headers } })
  request.end(body)
  const [response] = await once(request, 'response')
  response.resume()
  return response.statusCode
}

const slow = suite('adapters/slow')
const { headers: genuineHeaders, body: genuineBody } = made()
for (const name of ['node:http', 'Express', 'Koa', 'Fastify', 'Nest on Fastify', 'Hono']) {
  slow.denies(`${name}: a body that stops in the middle holds a place for ever`, async () => {
    const { url, seen } = await started(frameworks[name], { bodyTimeout: 0.2 })
    const request = httpRequest(url, {
      method: 'POST',
      agent: false,
      headers: { ...genuineHeaders, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(genuineBody) },
    })
    request.on('error', () => {})
    request.write(genuineBody.slice(0, 10))
    const [{ statusCode }] = await once(request, 'response')
    assert.equal(statusCode, 408)
    assert.deepEqual(seen, { handled: [], errors: [], refused: [] })
    request.destroy()
  })
}
slow.denies('a body of one byte at a time goes on for ever', async () => {
  const { options } = watched({ bodyTimeout: 0.1 })
  let given = 0
  const drop = (stream) => new Promise((resolve) => setTimeout(resolve, 10)).then(() => (given += 1, stream.enqueue(new Uint8Array(1))))
  const request = new Request('http://x/', { method: 'POST', body: new ReadableStream({ pull: drop }), duplex: 'half' })
  assert.equal((await fetchHandler(options)(request)).status, 408)
  assert.ok(given < 20, String(given))
})
slow.denies('a sender that leaves in the middle ends the server', async () => {
  const { url, seen, post } = await started(frameworks['node:http'])
  const { port, pathname } = new URL(url)
  const socket = connect(Number(port), '127.0.0.1')
  socket.write(`POST ${pathname} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{`)
  await once(socket, 'connect')
  setTimeout(() => socket.destroy(), 20)
  while (seen.errors.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  assert.equal((await post(made())).status, 204)
})
slow.accepts('what a time-out of the framework answered first stays', async () => {
  let finish
  const gate = new Promise((resolve) => (finish = resolve))
  const { options, seen } = watched({ onNotification: () => gate })
  const handle = nodeHandler(options)
  const ended = []
  const url = await listening(
    createServer((request, response) => {
      ended.push(handle(request, response))
      setTimeout(() => response.writeHead(503).end(), 50)
    }),
  )
  assert.equal(await raw(url, genuineHeaders, genuineBody), 503)
  finish()
  await Promise.all(ended)
  assert.deepEqual(seen.errors, [])
})
slow.accepts('a handler that outlives the five seconds of WeChat Pay is not started again', async () => {
  let finish
  const gate = new Promise((resolve) => (finish = resolve))
  const handled = []
  const { url, post } = await started(frameworks.Express, { onNotification: ({ id }) => gate.then(() => handled.push(id)) })
  const message = made({ id: 'EV-1' })
  // The first delivery is given up by its sender, as WeChat Pay does.
  await fetch(url, { method: 'POST', ...message, signal: AbortSignal.timeout(200) }).catch(() => {})
  assert.equal((await post(message)).status, 503)
  finish()
  while ((await post(message)).status !== 204) await new Promise((resolve) => setTimeout(resolve, 5))
  assert.deepEqual(handled, ['EV-1'])
})

const parsers = suite('adapters/parsers')
for (const [name, start] of Object.entries(eaters)) {
  parsers.denies(`${name}: nobody learns why it fails`, async () => {
    const { post, seen } = await started(start)
    assert.equal((await post(made())).status, 500)
    assert.deepEqual(seen.handled, [])
    assert.equal(seen.errors[0].code, 'ERR_BODY_NOT_RAW')
    assert.match(seen.errors[0].message, /express\.json|request\.json/)
  })
}
parsers.accepts('Fastify: other routes keep their parser', async () => {
  const app = fastify()
  await app.register(fastifyPlugin, { path: '/notify', ...watched().options })
  app.post('/other', async ({ body }) => body.a)
  const { payload } = await app.inject({ method: 'POST', url: '/other', payload: { a: 'b' } })
  assert.equal(payload, 'b')
  await app.close()
})
parsers.accepts('a body in many pieces', async () => {
  const { options, seen } = watched()
  const { headers, body } = made()
  const bytes = Buffer.from(body)
  const pieces = new ReadableStream({
    start(stream) {
      for (let at = 0; at < bytes.length; at += 7) stream.enqueue(new Uint8Array(bytes.subarray(at, at + 7)))
      stream.close()
    },
  })
  const request = new Request('http://x/', { method: 'POST', headers, body: pieces, duplex: 'half' })
  assert.equal((await fetchHandler(options)(request)).status, 204)
  assert.equal(seen.handled.length, 1)
})
parsers.denies('a body without a length is read beyond the limit', async () => {
  const { options } = watched({ maxBodyBytes: 100 })
  let given = 0
  const endless = new ReadableStream({ pull: (stream) => (given += 10, stream.enqueue(new Uint8Array(10))) })
  const request = new Request('http://x/', { method: 'POST', body: endless, duplex: 'half' })
  assert.equal((await fetchHandler(options)(request)).status, 413)
  assert.ok(given < 1000)
})
parsers.denies('a connection that breaks off in the middle passes', async () => {
  const { options, seen } = watched()
  const broken = new ReadableStream({ pull: (stream) => stream.error(new Error('reset')) })
  const request = new Request('http://x/', { method: 'POST', body: broken, duplex: 'half' })
  assert.equal((await fetchHandler(options)(request)).status, 500)
  assert.equal(seen.errors[0].message, 'reset')
})

const receive = (changes) => {
  const { seen, options } = watched(changes)
  const receiver = new NotificationReceiver(options)
  return { seen, receive: async (message) => (await receiver.receive(message)).status }
}
const failingWith = (message) => () => {
  throw new Error(message)
}
const replay = suite('adapters/replay')
replay.accepts('while it is being handled, a second delivery has to come again', async () => {
  let finish
  const gate = new Promise((resolve) => (finish = resolve))
  const { seen, receive: give } = receive({ onNotification: () => gate.then(() => seen.handled.push(1)) })
  const message = made()
  const first = give(message)
  assert.deepEqual([await give(message), await give(message)], [503, 503])
  finish()
  assert.deepEqual([await first, await give(message)], [204, 204])
  assert.equal(seen.handled.length, 1)
})
replay.accepts('a store that answers later', async () => {
  const inner = new MemoryReplayStore()
  const later = (name) => async (id) => (await new Promise((resolve) => setTimeout(resolve, 2)), inner[name](id))
  const replayStore = { claim: later('claim'), commit: later('commit'), release: later('release') }
  const { seen, receive: give } = receive({ replayStore })
  const message = made()
  assert.deepEqual([await give(message), await give(message)], [204, 204])
  assert.equal(seen.handled.length, 1)
})
replay.denies('a process that died in the middle loses the notification', async () => {
  const replayStore = new MemoryReplayStore({ lease: 0.05 })
  const message = made({ id: 'EV-1' })
  assert.equal(replayStore.claim('EV-1'), 'claimed') // and never heard of again
  const { seen, receive: give } = receive({ replayStore })
  assert.equal(await give(message), 503)
  while ((await give(message)) !== 204) await new Promise((resolve) => setTimeout(resolve, 10))
  assert.equal(seen.handled.length, 1)
})
replay.denies('a store that is away loses the notification', async () => {
  const replayStore = { claim: failingWith('away'), commit() {}, release() {} }
  const { seen, receive: give } = receive({ replayStore })
  assert.equal(await give(made()), 500)
  assert.deepEqual([seen.handled.length, seen.errors[0].message], [0, 'away'])
})
replay.denies('a store that gives nonsense passes', async () => {
  for (const claimed of [true, false, undefined, 'yes', {}]) {
    const { seen, receive: give } = receive({ replayStore: { claim: () => claimed, commit() {}, release() {} } })
    assert.equal(await give(made()), 500)
    assert.deepEqual([seen.handled.length, seen.errors[0].code], [0, 'ERR_ARGUMENT_INVALID'])
  }
})
replay.accepts('what is handled stays handled when the store cannot remember it', async () => {
  const { seen, receive: give } = receive({ replayStore: { claim: () => 'claimed', commit: failingWith('away'), release() {} } })
  assert.equal(await give(made()), 204)
  assert.deepEqual([seen.handled.length, seen.errors[0].message], [1, 'away'])
})
replay.denies('a store that cannot release hides the error of the handler', async () => {
  const replayStore = { claim: () => 'claimed', commit() {}, release: failingWith('away') }
  const { seen, receive: give } = receive({ replayStore, onNotification: failingWith('mine') })
  assert.equal(await give(made()), 500)
  assert.deepEqual(seen.errors.map(({ message }) => message), ['away', 'mine'])
})
replay.denies('an observer that throws changes the answer', async () => {
  const { receive: give } = receive({ onError: failingWith('x'), onRefused: failingWith('x'), onNotification: failingWith('x') })
  assert.equal(await give(made()), 500)
  assert.equal(await give(made({ fault: 'signatureAltered' })), 401)
})
replay.denies('one that is forged claims anything', async () => {
  const claims = []
  const replayStore = { claim: (id) => (claims.push(id), 'claimed'), commit() {}, release() {} }
  const { receive: give } = receive({ replayStore })
  for (const { name } of TestPlatform.faults) await give(made({ fault: name }))
  assert.deepEqual(claims, [])
})
replay.accepts('memory: the oldest goes when it is full', () => {
  const store = new MemoryReplayStore({ capacity: 2 })
  for (const id of ['a', 'b', 'c']) {
    assert.equal(store.claim(id), 'claimed')
    store.commit(id)
  }
  assert.deepEqual(['c', 'b', 'a'].map((id) => store.claim(id)), ['handled', 'handled', 'claimed'])
})
replay.accepts('memory: forgets after its time', async () => {
  const store = new MemoryReplayStore({ retention: 0.02 })
  store.commit('a')
  assert.equal(store.claim('a'), 'handled')
  while (store.claim('a') === 'handled') await new Promise((resolve) => setTimeout(resolve, 5))
})
replay.accepts('memory: a release frees', () => {
  const store = new MemoryReplayStore()
  assert.deepEqual([store.claim('a'), store.claim('a')], ['claimed', 'busy'])
  store.release('a')
  assert.equal(store.claim('a'), 'claimed')
})
replay.accepts('a client as the opener', async () => {
  const client = new Client({ merchant: merchantOf(), fetch: () => assert.fail('it called out') })
  const { headers, body, now } = ofOpenssl()
  const opener = { openNotification: (message) => client.openNotification({ ...message, now }) }
  const { seen, receive: give } = receive({ merchant: opener })
  assert.equal(await give({ headers, body }), 204)
  assert.equal(seen.handled.length, 1)
})
replay.denies('a parsed body given to the receiver passes', async () => {
  const { seen, receive: give } = receive()
  const { headers, body } = made()
  assert.equal(await give({ headers, body: JSON.parse(body) }), 500)
  assert.equal(seen.errors[0].code, 'ERR_BODY_NOT_RAW')
})

const settings = suite('adapters/settings')
const complete = watched().options
for (const [label, changes] of [
  ['no merchant', { merchant: undefined }],
  ['a merchant that opens nothing', { merchant: {} }],
  ['no handler', { onNotification: undefined }],
  ['nobody to tell', { onError: undefined }],
  ['nobody who can be told', { onError: 'console.error' }],
  ['a refusal told to nobody', { onRefused: true }],
  ['a store that claims only', { replayStore: { claim() {} } }],
  ['a limit of nothing', { maxBodyBytes: 0 }],
  ['a limit that is text', { maxBodyBytes: '1mb' }],
  ['no time for a body', { bodyTimeout: 0 }],
  ['milliseconds for a body', { bodyTimeout: 5000 }],
  ['a time that is text', { bodyTimeout: '5s' }],
  ['another spelling', { on_error: () => {} }],
]) {
  settings.refuses(label, 'ERR_ARGUMENT_INVALID', () => nodeHandler({ ...complete, ...changes }))
}
settings.refuses('no options', 'ERR_ARGUMENT_INVALID', () => fetchHandler())
settings.refuses('a plugin without a path', 'ERR_ARGUMENT_INVALID', async () => fastify().register(fastifyPlugin, complete))
for (const options of [{ lease: 0 }, { retention: -1 }, { capacity: NaN }, { lease: '60' }]) {
  settings.refuses(`a store with ${JSON.stringify(options)}`, 'ERR_ARGUMENT_INVALID', () => new MemoryReplayStore(options))
}
