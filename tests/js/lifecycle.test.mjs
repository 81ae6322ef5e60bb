// Instances that end, merchants that end, and what is left of them.
import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { inspect } from 'node:util'

import { memories, remembered } from './support/memories.mjs'

import * as shangmi from 'wechatpay-wasm/shangmi'

import { refused, suite } from './support/cases.mjs'
import { leakIn } from './support/leaks.mjs'
import * as push from './support/message-push.mjs'
import * as mini from './support/mini-program.mjs'
import * as v2 from './support/v2.mjs'
import { key } from './support/vectors.mjs'
import { API_V3_KEY, merchant, merchantOptions, notification, transaction } from './support/wechat-pay.mjs'

const request = { appid: 'wx8888888888888888', prepayId: 'wx1', timestamp: 1, nonceStr: 'n' }
const expected = merchant().requestPayment(request)
const other = {
  mchid: '1900000002',
  privateKey: key('docs-apiclient-test-key'),
  apiV3Key: 'another key of 32 bytes in total',
}

/** More than the module can allocate: it stops in the middle. The pages are never touched. */
const trap = (shop) => shop.openNotification({ ...notification(), body: new Uint8Array(2 ** 31) })

const traps = suite('lifecycle/traps')
traps.refuses('a trap is an error', 'ERR_WASM_TRAP', () => trap(merchant()))
traps.accepts('with its cause', async () => {
  const error = await refused('ERR_WASM_TRAP', () => trap(merchant()))
  assert.ok(error.cause instanceof WebAssembly.RuntimeError)
})
traps.accepts('merchants made before and after go on, on a fresh instance', async () => {
  const [before, untouched] = [merchant(), merchant(other)]
  const expectedOfOther = untouched.requestPayment(request)
  const instances = memories.length
  await refused('ERR_WASM_TRAP', () => trap(before))
  assert.deepEqual(before.requestPayment(request), expected)
  assert.deepEqual(before.openNotification(notification()).resource, transaction)
  assert.deepEqual(untouched.requestPayment(request), expectedOfOther)
  assert.deepEqual(merchant().requestPayment(request), expected)
  assert.equal(memories.length, instances + 1)
})
traps.accepts('many in a row', async () => {
  const shop = merchant()
  for (let round = 0; round < 50; round += 1) await refused('ERR_WASM_TRAP', () => trap(shop))
  assert.deepEqual(shop.requestPayment(request), expected)
})
traps.accepts('nothing is left in the instance that ended', async () => {
  const shop = merchant()
  await refused('ERR_WASM_TRAP', () => trap(shop))
  const ended = memories.at(-1)
  shop.requestPayment(request)
  assert.notEqual(memories.at(-1), ended)
  assert.ok(Buffer.from(ended.buffer).every((byte) => byte === 0))
})
traps.accepts('a refusal is none: the instance stays', async () => {
  const shop = merchant()
  const instances = memories.length
  await refused('ERR_ARGUMENT_INVALID', () => shop.requestPayment({ ...request, appid: '' }))
  await refused('ERR_KEY_INVALID', () => merchant({ privateKey: 'x' }))
  assert.deepEqual(shop.requestPayment(request), expected)
  assert.equal(memories.length, instances)
})
traps.accepts('at the end of the stack, wherever it comes: an error or the right result', () => {
  const shop = merchant()
  const outcomes = { right: 0, refused: 0 }
  const attempt = () => {
    let result
    try {
      result = shop.requestPayment(request)
    } catch {
      outcomes.refused += 1
      return
    }
    assert.deepEqual(result, expected)
    outcomes.right += 1
  }
  // Compiled beforehand: the compiler needs more of the stack than what it compiles.
  for (let round = 0; round < 3; round += 1) attempt()
  const dive = () => {
    try {
      dive()
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
    }
    if (outcomes.right < 8) attempt()
  }
  dive()
  assert.ok(outcomes.refused > 0 && outcomes.right === 8, JSON.stringify(outcomes))
})
traps.accepts('randomness that fails is an error that says so', async () => {
  const shop = merchant()
  const { getRandomValues } = crypto
  crypto.getRandomValues = () => {
    throw new Error('not at global scope')
  }
  try {
    const error = await refused('ERR_SIGNING_FAILED', () => shop.requestPayment(request))
    assert.equal(error.cause.message, 'not at global scope')
    assert.deepEqual(shop.openNotification(notification()).resource, transaction)
  } finally {
    crypto.getRandomValues = getRandomValues
  }
  assert.deepEqual(shop.requestPayment(request), expected)
})

const freed = suite('lifecycle/free')
for (const method of ['authorize', 'requestPayment', 'appPayment', 'openNotification', 'verifyResponse']) {
  freed.refuses(`${method} after free`, 'ERR_ARGUMENT_INVALID', () => {
    const shop = merchant()
    shop.free()
    return shop[method]({ ...request, ...notification(), method: 'GET', url: '/' })
  })
}
freed.accepts('twice is once', () => {
  const [shop, untouched] = [merchant(), merchant()]
  shop.free()
  shop.free()
  assert.deepEqual(untouched.requestPayment(request), expected)
})
freed.accepts('after a trap', async () => {
  const [shop, untouched] = [merchant(), merchant()]
  await refused('ERR_WASM_TRAP', () => trap(shop))
  shop.free()
  assert.deepEqual(untouched.requestPayment(request), expected)
})
freed.accepts('by Symbol.dispose', async () => {
  const shop = merchant()
  shop[Symbol.dispose]()
  await refused('ERR_ARGUMENT_INVALID', () => shop.requestPayment(request))
})
freed.accepts('the bytes given stay as they are', () => {
  const privateKey = Buffer.from(merchantOptions.privateKey)
  const apiV3Key = Buffer.from(API_V3_KEY)
  merchant({ privateKey, apiV3Key }).free()
  assert.equal(privateKey.toString(), merchantOptions.privateKey)
  assert.equal(apiV3Key.toString(), API_V3_KEY)
})

const many = suite('lifecycle/merchants')
many.accepts('two side by side keep apart', async () => {
  const [one, two] = [merchant(), merchant(other)]
  const expectedOfTwo = two.requestPayment(request)
  assert.notEqual(expectedOfTwo.paySign, expected.paySign)
  await Promise.all(
    Array.from({ length: 20 }, async (_, round) => {
      await null
      const [shop, result] = round % 2 === 0 ? [one, expected] : [two, expectedOfTwo]
      assert.deepEqual(shop.requestPayment(request), result)
    }),
  )
  await refused('ERR_DECRYPT_FAILED', () => two.openNotification(notification()))
  assert.equal(two.appPayment(request).partnerid, '1900000002')
})
many.accepts('fifty that come and go', () => {
  const shops = Array.from({ length: 50 }, (_, at) => merchant(at % 2 === 0 ? {} : other))
  shops.filter((_, at) => at % 3 === 0).forEach((shop) => shop.free())
  assert.deepEqual(shops[2].requestPayment(request), expected)
  shops.forEach((shop) => shop.free())
})

const secrecy = suite('lifecycle/secrecy')
secrecy.accepts('printing or copying a merchant shows no secret', () => {
  const shop = merchant()
  const shown = [inspect(shop, { depth: 9, showHidden: true }), JSON.stringify(shop), JSON.stringify(structuredClone(shop)), String(shop)].join()
  for (const secret of [API_V3_KEY, merchantOptions.privateKey.slice(40, 80)]) assert.ok(!shown.includes(secret))
  assert.deepEqual(JSON.parse(JSON.stringify(shop)), { mchid: merchantOptions.mchid, serialNo: merchantOptions.serialNo })
})
secrecy.accepts('errors hold no secret and no body', async () => {
  const errors = [
    await refused('ERR_KEY_INVALID', () => merchant({ privateKey: merchantOptions.privateKey.replace('MII', 'MIJ') })),
    await refused('ERR_API_V3_KEY_INVALID', () => merchant({ apiV3Key: `${API_V3_KEY}!` })),
    await refused('ERR_SIGNATURE_INVALID', () => merchant().openNotification({ ...notification(), body: 'the body' })),
    await refused('ERR_BODY_NOT_RAW', () => merchant().openNotification({ ...notification(), body: { text: 'the body' } })),
  ]
  for (const error of errors) {
    const text = inspect(error)
    for (const secret of [API_V3_KEY, merchantOptions.privateKey.slice(40, 80), 'the body']) {
      assert.ok(!text.includes(secret), text)
    }
  }
})
secrecy.denies('the search through errors misses a secret', () => {
  const { privateKey } = merchantOptions
  for (const leak of [API_V3_KEY, [...Buffer.from(API_V3_KEY)].join(', '), Buffer.from(API_V3_KEY).toString('base64'), privateKey, transaction.payer.openid]) {
    assert.notEqual(leakIn(`Error: ${leak}`), undefined, leak)
  }
  const { live, sandbox } = mini.APP_KEYS
  for (const text of [v2.KEY, push.TOKEN, push.AES_KEY, mini.SESSION_KEY, mini.APP_SECRET, mini.SYMMETRIC_KEY.key, live, sandbox]) {
    assert.notEqual(leakIn(`Error: ${text}`), undefined, text)
  }
  assert.equal(leakIn(inspect(new Error('Wechatpay-Signature is missing'))), undefined)
})
secrecy.accepts('after free, the memory of the module holds no trace of the keys', () => {
  const privateKey = key('wechatpy-key-pkcs1')
  const apiV3Key = 'a key that nothing else is like..'.slice(0, 32)
  const shop = merchant({ privateKey, apiV3Key })
  const components = createPrivateKey(privateKey).export({ format: 'jwk' })
  const secrets = {
    apiV3Key: Buffer.from(apiV3Key),
    pem: Buffer.from(privateKey.slice(100, 160)),
    ...Object.fromEntries(['d', 'p', 'q', 'dp', 'dq', 'qi'].map((name) => [name, Buffer.from(components[name], 'base64url')])),
  }
  shop.requestPayment(request)
  assert.ok(remembered(secrets.apiV3Key), 'the search finds what is there')
  assert.ok(remembered(secrets.p), 'the search finds what is there')
  shop.free()
  const left = Object.keys(secrets).filter((name) => remembered(secrets[name]))
  assert.deepEqual(left, [])
})
secrecy.accepts('after free, the memory of the module of 国密 holds no trace of an SM2 key', async () => {
  const privateKey = key('wechatpay-java-sm2-merchant-key')
  const apiV3Key = 'a key that nothing is like either'.slice(0, 32)
  const shop = new shangmi.Merchant({ ...merchantOptions, privateKey, apiV3Key })
  const der = Buffer.from(privateKey.replaceAll(/-----.*-----|\s/g, ''), 'base64')
  const at = der.indexOf(Buffer.from([4, 32])) + 2
  const number = der.subarray(at, at + 32)
  const secrets = { apiV3Key: Buffer.from(apiV3Key), pem: Buffer.from(privateKey.slice(40, 90)), number, montgomery: montgomery(number) }
  shop.authorize({ method: 'GET', url: '/v3/certificates' })
  await refused('ERR_DECRYPT_FAILED', () => shop.decryptSensitive('MGkCIQ=='))
  assert.ok(remembered(secrets.apiV3Key), 'the search finds what is there')
  assert.ok(remembered(secrets.number), 'the search finds what is there')
  shop.free()
  const left = Object.keys(secrets).filter((name) => remembered(secrets[name]))
  assert.deepEqual(left, [])
})

/** A number as it stands while SM2 computes with it: times 2^256, modulo the order of the curve. */
function montgomery(number) {
  const order = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n
  const product = ((BigInt(`0x${number.toString('hex')}`) << 256n) % order).toString(16)
  return Buffer.from(product.padStart(64, '0'), 'hex')
}

const nonces = suite('lifecycle/nonces')
nonces.accepts('32 characters of 62, never the same twice', () => {
  const shop = merchant()
  const drawn = Array.from({ length: 50 }, () => shop.requestPayment({ appid: 'wx1', prepayId: 'wx2' }).nonceStr)
  for (const nonce of drawn) assert.match(nonce, /^[0-9A-Za-z]{32}$/)
  assert.equal(new Set(drawn).size, drawn.length)
})
nonces.accepts('each of the 256 values of a byte gives every character equally often', () => {
  const shop = merchant()
  const { getRandomValues } = crypto
  const FILLER = 10
  let value = 0
  crypto.getRandomValues = (array) => {
    if (array.length !== 64) return getRandomValues.call(crypto, array)
    return array.fill(FILLER).map((filler, at) => (at < 32 ? (array[at] = value++) : filler))
  }
  let drawn = ''
  try {
    while (value < 256) drawn += shop.requestPayment({ appid: 'wx1', prepayId: 'wx2' }).nonceStr
  } finally {
    crypto.getRandomValues = getRandomValues
  }
  const counts = new Map()
  for (const character of drawn) counts.set(character, (counts.get(character) ?? 0) + 1)
  // 248 values are taken, four for each character; eight are passed over for the filler.
  assert.equal(counts.size, 62)
  assert.deepEqual(new Set(counts.values()), new Set([4, 4 + 8]))
})
