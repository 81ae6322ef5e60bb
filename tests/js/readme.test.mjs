// Every recipe of the READMEs that runs on Node, run as it stands there. Those for Workers, Deno, Bun and Vercel Edge run in
// tests/runtimes.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { createHash, createPrivateKey, createPublicKey, verify } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'

import { suite } from './support/cases.mjs'
import { environment } from './support/environment.mjs'
import { hangUp, merchantApi, says, saysUnsigned } from './support/merchant-api.mjs'
import { recipes, withoutComments } from './support/recipes.mjs'
import { encrypt, envelope, merchantOptions, notification, PUBLIC_KEY_ID, signed, transaction } from './support/wechat-pay.mjs'

const now = () => Math.floor(Date.now() / 1000)
const genuine = (resource = transaction) =>
  signed(JSON.stringify(envelope(encrypt(JSON.stringify(resource)))), { timestamp: now() })

const require = createRequire(import.meta.url)
const tsc = join(dirname(require.resolve('typescript-7/package.json')), 'bin/tsc')

/** Written below this folder, where the packages that a recipe imports are found. */
const folder = fileURLToPath(new URL('package/recipes/', import.meta.url))
mkdirSync(folder, { recursive: true })
const written = (name, code) => {
  const extension = code.includes('= require(') ? 'cjs' : 'mjs'
  writeFileSync(`${folder}${name}.${extension}`, code)
  return `${folder}${name}.${extension}`
}

/** As a strict TypeScript project compiles it. */
function compiled(name, code) {
  writeFileSync(`${folder}${name}.mts`, code)
  const options = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--noPropertyAccessFromIndexSignature']
  const project = [...options, '--target', 'es2022', '--module', 'node16', '--types', 'node', '--outDir', folder]
  execFileSync(process.execPath, [tsc, ...project, `${folder}${name}.mts`], { cwd: folder, encoding: 'utf8' })
  return readFileSync(`${folder}${name}.mjs`, 'utf8')
}

const running = []
after(() => running.forEach((child) => child.kill()))

async function started(name, code) {
  const port = await freePort()
  const child = spawn(process.execPath, [written(name, code)], {
    env: { ...process.env, ...environment, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  running.push(child)
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text) => (said += text))
  while (!(await open(port))) {
    assert.equal(child.exitCode, null, said)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const post = async ({ headers, body }) => {
    const response = await fetch(`http://127.0.0.1:${port}/wechatpay/notify`, { method: 'POST', headers, body })
    return response.status
  }
  return { post, log: () => said }
}

const english = recipes('wasm/README.md')
const chinese = recipes('wasm/README.zh-CN.md')
const front = recipes('README.md')

const same = suite('readme/languages')
for (const [at, [heading, code]] of [...english].entries()) {
  same.accepts(`the Chinese README has the recipe of "${heading}"`, () => {
    assert.equal(withoutComments([...chinese.values()][at]), withoutComments(code))
  })
}
same.accepts('and no other', () => assert.equal(chinese.size, english.size))
const text = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
/** The code in the first cells of each table: options, methods, codes, calls of other packages. */
const tables = (path) =>
  [...text(path).matchAll(/(?:^\|.*\|\n)+/gm)].map(([table]) => table.split('\n').map((row) => row.split('|')[1]?.match(/`[^`]+`/g)))
same.accepts('the same tables, row by row', () => {
  assert.ok(tables('wasm/README.md').length >= 6)
  assert.deepEqual(tables('wasm/README.zh-CN.md'), tables('wasm/README.md'))
})
for (const path of ['wasm/README.md', 'wasm/README.zh-CN.md']) {
  same.accepts(`${path}: every link inside of it leads somewhere`, () => {
    const anchors = [...text(path).matchAll(/^##+ (.*)$/gm)].map(([, heading]) =>
      heading.toLowerCase().replaceAll(/[^\p{L}\p{N}_\- ]/gu, '').replaceAll(' ', '-'),
    )
    const links = [...text(path).matchAll(/\]\(#([^)]*)\)/g)].map(([, anchor]) => anchor)
    assert.ok(links.length >= 15)
    assert.deepEqual(links.filter((anchor) => !anchors.includes(anchor)), [])
    for (const [, file] of text(path).matchAll(/\]\(([\w./-]+\.md)\)/g)) text(`wasm/${file}`)
  })
}
same.accepts('a recipe for each runtime and framework', () => {
  const wanted = ['Express', 'Koa', 'Fastify', 'Nest', 'Next', 'Cloudflare Worker', 'Vercel Edge', 'Deno', 'Bun', 'CommonJS', 'TypeScript']
  for (const heading of wanted) assert.ok(english.has(heading) && chinese.has(heading), heading)
})

const order = suite('readme/order')
for (const [readme, code, request] of [
  [
    'wasm/README.md',
    english.get('Place an order and open the payment'),
    { appid: 'wx8888888888888888', openid: 'o1', outTradeNo: 'A1', description: '红茶', fen: 100 },
  ],
  ['README.md', front.get('Node'), { appid: 'wx8888888888888888', out_trade_no: 'A1' }],
]) {
  const load = async () => {
    Object.assign(process.env, environment)
    return import(pathToFileURL(written(`order-${readme.replaceAll('/', '-')}`, code)))
  }
  order.accepts(`${readme} places an order`, async () => {
    const { placeOrder } = await load()
    const platform = await serving((body) => signed('{"prepay_id":"wx201410272009395522657a690389285100"}', { timestamp: now() }))
    const params = await placeOrder(request, platform.origin)
    assert.deepEqual(Object.keys(params), ['timeStamp', 'nonceStr', 'package', 'signType', 'paySign'])
    const [{ method, url, headers, body }] = platform.requests
    assert.equal(`${method} ${url}`, 'POST /v3/pay/transactions/jsapi')
    assert.equal(JSON.parse(body).out_trade_no, 'A1')
    const fields = Object.fromEntries([...headers.authorization.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]))
    const message = `POST\n/v3/pay/transactions/jsapi\n${fields.timestamp}\n${fields.nonce_str}\n${body}\n`
    const publicKey = createPublicKey(merchantOptions.privateKey)
    assert.ok(verify('sha256', Buffer.from(message), publicKey, Buffer.from(fields.signature, 'base64')))
    assert.equal(headers['wechatpay-serial'], PUBLIC_KEY_ID)
    assert.equal(headers['content-type'], 'application/json')
  })
  order.refuses(`${readme} refuses an answer that is forged`, 'ERR_SIGNATURE_INVALID', async () => {
    const { placeOrder } = await load()
    const platform = await serving(() => ({ ...signed('{"prepay_id":"wx1"}', { timestamp: now() }), body: '{"prepay_id":"wx2"}' }))
    return placeOrder(request, platform.origin)
  })
}

const callbacks = suite('readme/callbacks')
const adapters = ['node:http, and Express in one line', 'Koa', 'Fastify', 'Nest', 'CommonJS', 'TypeScript']
for (const heading of ['Express', 'Hono on Node', ...adapters]) {
  const name = heading.replaceAll(/\W+/g, '-').toLowerCase()
  const code = english.get(heading)
  const server = started(name, heading === 'TypeScript' ? compiled(name, code) : code)
  callbacks.accepts(`${heading}: 204 for a payment, and for the same again`, async () => {
    const { post } = await server
    const message = genuine()
    assert.equal(await post(message), 204)
    assert.equal(await post(message), 204)
    assert.equal(await post(genuine()), 204)
  })
  callbacks.denies(`${heading}: a forged body passes`, async () => {
    const { post, log } = await server
    const message = genuine()
    assert.equal(await post({ ...message, body: message.body.replace('支付成功', '支付失败') }), 401)
    assert.match(log(), /ERR_SIGNATURE_INVALID/)
  })
  callbacks.denies(`${heading}: a probe, an old message or an unsigned one passes`, async () => {
    const { post, log } = await server
    const probe = genuine()
    probe.headers['Wechatpay-Signature'] = 'WECHATPAY/SIGNTEST/x'
    assert.equal(await post(probe), 401)
    assert.equal(await post(notification()), 401)
    assert.equal(await post({ headers: { 'Content-Type': 'application/json' }, body: '{}' }), 401)
    for (const code of ['ERR_SIGNATURE_PROBE', 'ERR_TIMESTAMP_OUTSIDE_WINDOW', 'ERR_HEADER_MISSING']) {
      assert.ok(log().includes(code), log())
    }
  })
}
callbacks.denies('Express: a payment that does not fit the order is settled', async () => {
  const { post } = await started('express-other', english.get('Express'))
  for (const changes of [{ out_trade_no: 'B2' }, { mchid: '1900000002' }, { amount: { total: 1, currency: 'CNY' } }, { amount: { total: 100, currency: 'HKD' } }]) {
    assert.equal(await post(genuine({ ...transaction, ...changes })), 500)
  }
  assert.equal(await post(genuine()), 204)
})
const next = () => {
  Object.assign(process.env, environment)
  return import(pathToFileURL(written('next', english.get('Next'))))
}
// As Next calls a route handler: with the request, and with the parameters of the route beside it.
const route = async ({ headers, body }) => {
  const { POST, GET } = await next()
  assert.equal(GET, undefined)
  const request = new Request('https://shop.example/wechatpay/notify', { method: 'POST', headers, body })
  return (await POST(request, { params: Promise.resolve({}) })).status
}
callbacks.accepts('Next: 204 for a payment', async () => assert.equal(await route(genuine()), 204))
callbacks.denies('Next: a forged body, an old message or an unsigned one passes', async () => {
  const message = genuine()
  assert.equal(await route({ ...message, body: `${message.body} ` }), 401)
  assert.equal(await route(notification()), 401)
  assert.equal(await route({ headers: {}, body: '{}' }), 401)
})
callbacks.denies('the recipe for Express with express.json() before it hides what went wrong', async () => {
  const wrong = english.get('Express').replace('const app = express()\n', 'const app = express()\napp.use(express.json())\n')
  const { post, log } = await started('express-wrong', wrong)
  assert.equal(await post(genuine()), 401)
  assert.match(log(), /ERR_BODY_NOT_RAW .*express\.raw/)
})

const forged = suite('readme/testing')
forged.accepts('the tests of a handler pass', () => {
  const file = written('testing', english.get('Test your own handler'))
  // Node's own runner would take the test for one of its files.
  const { NODE_TEST_CONTEXT: _, ...env } = { ...process.env, ...environment }
  const output = execFileSync(process.execPath, ['--test', '--test-reporter=tap', file], { env, encoding: 'utf8' })
  assert.match(output, /^# pass (2[0-9]|[3-9][0-9])$/m)
})
forged.denies('they pass with a merchant that trusts another platform', () => {
  const code = english.get('Test your own handler').replace('[platform.platformKey]', '[(await TestPlatform.generate()).platformKey]')
  const { NODE_TEST_CONTEXT: _, ...env } = { ...process.env, ...environment }
  assert.throws(() => execFileSync(process.execPath, ['--test', '--test-reporter=tap', written('testing-wrong', code)], { env, stdio: 'pipe' }))
})

const client = suite('readme/client')
const loaded = async (heading, name, more = {}) => {
  Object.assign(process.env, environment, more)
  return import(pathToFileURL(written(name, english.get(heading))))
}
const paidBill = 'a,b\n'
const answers = ({ method, url }) => {
  if (url.startsWith('/v3/pay/')) return says({ prepay_id: 'wx1' })
  if (url.startsWith('/v3/refund/')) return method === 'POST' ? hangUp : says({ status: 'PROCESSING' })
  if (url.startsWith('/v3/billdownload/')) return saysUnsigned(200, gzipSync(paidBill))
  const digest = createHash('sha1').update(paidBill).digest('hex')
  return says({ hash_type: 'SHA1', hash_value: digest, download_url: 'https://x/v3/billdownload/file?token=1' })
}
const api = await merchantApi(answers)
const { placeOrder, refund, bill } = await loaded('The client', 'client', { WECHATPAY_ORIGIN: api.origin })
client.accepts('an order', async () => {
  const params = await placeOrder({ appid: 'wx1', openid: 'o', outTradeNo: 'A1', description: '红茶', fen: 1 })
  assert.equal(params.package, 'prepay_id=wx1')
})
client.accepts('a refund of which nobody knows is queried', async () => {
  assert.deepEqual(await refund({ outTradeNo: 'A1', outRefundNo: 'R1', fen: 1, total: 2 }), { status: 'PROCESSING' })
})
client.accepts('a bill', async () => assert.equal(await bill('2026-11-22'), paidBill))
client.accepts('a key that lives elsewhere', async () => {
  const { merchantOf } = await loaded('A private key that lives elsewhere', 'signer')
  const shop = await merchantOf(createPrivateKey(merchantOptions.privateKey).export({ type: 'pkcs8', format: 'der' }))
  const message = await shop.signMessage('x')
  assert.ok(verify('sha256', Buffer.from('x'), createPublicKey(merchantOptions.privateKey), Buffer.from(message, 'base64')))
})
client.accepts('a replay store on Redis', async () => {
  const { redisStore } = await loaded('A replay store for many processes', 'redis')
  const held = new Map()
  const redis = {
    set: async (name, value, { NX } = {}) => (NX && held.has(name) ? null : (held.set(name, value), 'OK')),
    get: async (name) => held.get(name) ?? null,
    del: async (name) => held.delete(name),
  }
  const store = redisStore(redis)
  assert.deepEqual([await store.claim('a'), await store.claim('a')], ['claimed', 'busy'])
  await store.release('a')
  assert.equal(await store.claim('a'), 'claimed')
  await store.commit('a')
  assert.equal(await store.claim('a'), 'handled')
})

/** A server that answers every request alike, and what it was asked. */
async function serving(answer) {
  const requests = []
  const server = createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    requests.push({ method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() })
    const { headers, body } = answer()
    response.writeHead(200, headers).end(body)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => server.close())
  return { origin: `http://127.0.0.1:${server.address().port}`, requests }
}

async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

function open(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    socket.on('connect', () => socket.end())
  })
}
