// wasm-bindgen's glue takes anything and makes zeros of it; the facade must not let it through.
import * as assert from './assert.mjs'
import { utf8 } from './bytes.mjs'
import { NOW, transaction } from './platform.mjs'

const no = 'ERR_ARGUMENT_INVALID'
const NOT_TEXT = [undefined, null, 1, 1n, true, {}, [], Symbol('x'), () => '', new Uint8Array(4)]
const show = (value) => (typeof value === 'object' ? (value?.constructor?.name ?? 'null') : typeof value)

export async function wrongArguments({ suite, wechatpay, merchant, platform, options: given }) {
  const shop = merchant()
  const genuine = await platform.notification()

  const options = suite('arguments/options')
  for (const value of [undefined, null, 'x', 1, [], () => {}]) {
    options.refuses(`new Merchant(${show(value)})`, no, () => new wechatpay.Merchant(value))
    for (const method of ['authorize', 'requestPayment', 'appPayment', 'openNotification', 'verifyResponse']) {
      options.refuses(`${method}(${show(value)})`, no, () => shop[method](value))
    }
  }
  wrong(options, 'mchid', [...NOT_TEXT, '', 'a b', '1'.repeat(33), '1"'], (mchid) => merchant({ mchid }))
  wrong(options, 'serialNo', [...NOT_TEXT, '', 'xyz', 'PUB_KEY_ID_0119'], (serialNo) => merchant({ serialNo }))
  const NOT_BYTES = [undefined, null, 1, 1n, true, {}, [1, 2], () => '', new Uint16Array(4), new DataView(new ArrayBuffer(4))]
  wrong(options, 'privateKey', NOT_BYTES, (privateKey) => merchant({ privateKey }))
  wrong(options, 'apiV3Key', NOT_BYTES, (apiV3Key) => merchant({ apiV3Key }))
  wrong(options, 'platformKeys', [undefined, null, {}, 'x', new Map()], (platformKeys) => merchant({ platformKeys }))
  wrong(options, 'platformKeys[0]', [undefined, null, 'x', []], (key) => merchant({ platformKeys: [key] }))
  wrong(options, 'platformKeys[0].key', NOT_BYTES, (key) => merchant({ platformKeys: [{ serial: 'AB', key }] }))
  wrong(options, 'platformKeys[0].serial', [1, null, {}], (serial) => merchant({ platformKeys: [{ serial, key: 'x' }] }))
  wrong(options, 'tolerance', [null, '300', -1, 0.5, NaN, Infinity, 86_401, 300_000, 5n], (tolerance) => merchant({ tolerance }))
  for (const [written, meant] of [['mchId', 'mchid'], ['apiv3Key', 'apiV3Key'], ['serial_no', 'serialNo'], ['private-key', 'privateKey'], ['Tolerance', 'tolerance']]) {
    wrong(options, meant, [given[meant] ?? 1], (value) => {
      const { [meant]: _, ...rest } = given
      return new wechatpay.Merchant({ ...rest, [written]: value })
    })
  }

  const signing = suite('arguments/signing')
  const authorize = (changes) => shop.authorize({ method: 'GET', url: '/v3/certificates', ...changes })
  const pay = (changes) => shop.requestPayment({ appid: 'wx1', prepayId: 'wx2', ...changes })
  const payInApp = (changes) => shop.appPayment({ appid: 'wx1', prepayId: 'wx2', ...changes })
  wrong(signing, 'method', [...NOT_TEXT, '', 'HEAD', 'GET\n', 'FETCH'], (method) => authorize({ method }))
  wrong(signing, 'url', [...NOT_TEXT, '', 'v3/pay', '//host/path', 'ftp://host/path', '/v3/{id}', '/v3/商户', '/a b', '/a\nb', '/a?b={"c":1}', "/a?b='", '/a/../b', '/a/%2E./b'], (url) => authorize({ url }))
  for (const body of [{}, [], 1, true, new Date(), new Map(), Promise.resolve('')]) {
    signing.refuses(`body ${show(body)}`, 'ERR_BODY_NOT_RAW', () => authorize({ method: 'POST', body }))
  }
  const NOT_SECONDS = [null, '1700000000', -1, 1.5, NaN, Infinity, 2 ** 32, 1_700_000_000_000, 1n, new Date()]
  for (const call of [authorize, pay, payInApp]) {
    wrong(signing, 'timestamp', NOT_SECONDS, (timestamp) => call({ timestamp }))
    wrong(signing, 'nonceStr', [null, 1, '', 'a b', 'a"b', 'a\nb', 'é', 'a'.repeat(129)], (nonceStr) => call({ nonceStr }))
  }
  for (const call of [pay, payInApp]) {
    wrong(signing, 'appid', [...NOT_TEXT, '', 'wx 1', 'wx1\n', 'a'.repeat(33)], (appid) => call({ appid }))
    wrong(signing, 'prepayId', [...NOT_TEXT, '', 'prepay_id=wx2', 'wx2\n', 'a'.repeat(65)], (prepayId) => call({ prepayId }))
    wrong(signing, 'prepayId', ['wx2'], (value) => call({ prepayId: undefined, prepay_id: value }))
  }
  wrong(signing, 'partnerid', [null, 1, '', 'a b'], (partnerid) => payInApp({ partnerid }))

  signing.accepts('body as text, bytes, buffer or ArrayBuffer', () => {
    const text = '{"description":"微信支付"}'
    const bytes = utf8(text)
    const sign = (body) => authorize({ method: 'post', body, timestamp: 1, nonceStr: 'n' })
    for (const body of [bytes, bytes.buffer]) assert.deepEqual(sign(body), sign(text))
    assert.equal(sign(text).message, `POST\n/v3/certificates\n1\nn\n${text}\n`)
    assert.equal(sign(text).headers['Content-Type'], 'application/json')
  })
  signing.accepts('no body, an empty body', () => {
    const sign = (body) => authorize({ method: 'POST', body, timestamp: 1, nonceStr: 'n' })
    for (const body of [null, '', new Uint8Array()]) assert.deepEqual(sign(body), sign(undefined))
    assert.equal(sign(undefined).headers['Content-Type'], undefined)
  })
  signing.accepts('URL, its text, its path', () => {
    const text = 'https://api.mch.weixin.qq.com/v3/pay/transactions/id/1?mchid=1900000001#top'
    const sign = (url) => authorize({ url, timestamp: 1, nonceStr: 'n' })
    for (const url of [new URL(text), '/v3/pay/transactions/id/1?mchid=1900000001', 'HTTPS://api2.mch.weixin.qq.com/v3/pay/transactions/id/1?mchid=1900000001']) {
      assert.deepEqual(sign(url), sign(text))
    }
    assert.equal(sign(text).message, 'GET\n/v3/pay/transactions/id/1?mchid=1900000001\n1\nn\n\n')
  })
  signing.accepts('time and nonce of its own', () => {
    const before = Math.floor(Date.now() / 1000)
    const { timestamp, nonceStr, authorization } = authorize({})
    assert.ok(timestamp >= before && timestamp <= Date.now() / 1000)
    assert.match(nonceStr, /^[0-9A-Za-z]{32}$/)
    assert.ok(authorization.includes(`nonce_str="${nonceStr}",timestamp="${timestamp}"`))
  })

  const receiving = suite('arguments/receiving')
  const open = (changes) => shop.openNotification({ ...genuine, ...changes })
  wrong(receiving, 'headers', [undefined, null, 'x', 1, Object.entries(genuine.headers).flat(), [['a']], [[1, 'b']]], (headers) => open({ headers }))
  wrong(receiving, 'headers', [{ headers: genuine.headers, method: 'POST' }], (headers) => open({ headers }))
  wrong(receiving, 'now', [null, '1700000000', -1, 1.5, NaN, 1_700_000_000_000, 1n, new Date(NaN), {}], (now) => open({ now }))

  const { headers } = genuine
  const entries = Object.entries(headers)
  for (const [label, value] of [
    ['Headers', new Headers(headers)],
    ['Map', new Map(entries)],
    ['pairs', entries],
    ['lower case, as Node gives them', Object.fromEntries(entries.map(([name, text]) => [name.toLowerCase(), text]))],
    ['upper case', Object.fromEntries(entries.map(([name, text]) => [name.toUpperCase(), text]))],
    ['lists of one', Object.fromEntries(entries.map(([name, text]) => [name, [text]]))],
    ['without a prototype', Object.assign(Object.create(null), headers)],
    ['others beside, lists too', { ...headers, 'set-cookie': ['a', 'b'], 'x-odd': 1 }],
  ]) {
    receiving.accepts(`headers: ${label}`, () => assert.deepEqual(open({ headers: value }).resource, transaction))
  }
  for (const [label, value] of [
    ['text', genuine.body],
    ['Uint8Array', utf8(genuine.body)],
    ['ArrayBuffer', utf8(genuine.body).buffer],
    ['a view into a larger buffer', utf8(`--${genuine.body}--`).subarray(2, -2)],
  ]) {
    receiving.accepts(`body: ${label}`, () => assert.deepEqual(open({ body: value }).resource, transaction))
  }
  receiving.accepts('now as a Date', () => assert.deepEqual(open({ now: new Date(NOW * 1000 + 999) }).resource, transaction))
  receiving.accepts('plain objects, whatever the members are called', async () => {
    const text = '{"__proto__":{"polluted":true},"constructor":1,"toString":null,"big":9007199254740993}'
    const { resource } = shop.openNotification(await platform.notification(JSON.parse(text)))
    assert.deepEqual(Object.keys(resource), ['__proto__', 'constructor', 'toString', 'big'])
    assert.equal(Object.getPrototypeOf(resource), Object.prototype)
    assert.equal({}.polluted, undefined)
    assert.equal(resource.big, 9007199254740992)
  })
}

/** Each wrong value for one argument, refused with its name in the message. */
function wrong(cases, name, values, run) {
  for (const [at, value] of values.entries()) {
    cases.refuses(`${name} ${at}: ${show(value)}`, no, () => {
      try {
        return run(value)
      } catch (error) {
        assert.ok(error.message.includes(name), `${name} is named in: ${error.message}`)
        throw error
      }
    })
  }
}
