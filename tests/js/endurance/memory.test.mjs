// A million operations, as a busy server would have them, and the memory stays where it is.
import assert from 'node:assert/strict'
import { constants, publicEncrypt } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const memories = watchedMemories()

const { MerchantV2, MiniProgram, responseSignature } = await import('wechatpay-wasm')
const { suite } = await import('../support/cases.mjs')
const { options: pushOptions, receiver, sha1Sorted } = await import('../support/message-push.mjs')
const { merchant, merchantOptions, notification, signed, transaction } = await import('../support/wechat-pay.mjs')

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc')

const request = { appid: 'wx8888888888888888', prepayId: 'wx1', timestamp: 1, nonceStr: 'n' }
const genuine = notification()
const answer = signed('{"prepay_id":"wx1"}')
const old = { ...genuine, now: 0 }
const query = { signature: sha1Sorted(pushOptions.token, '1', '2'), timestamp: '1', nonce: '2', echostr: '3' }
const session = { sessionKey: 'tiihtNczf5v6AKRyjwEUhQ==', postData: '{}' }

let shop = merchant()
const expected = shop.requestPayment(request)
const oaep = { key: merchantOptions.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }
const sealed = publicEncrypt(oaep, Buffer.from('张三')).toString('base64')
const v2 = new MerchantV2({ mchid: '1900000109', apiKey: 'throw-away-APIv2-key-of-32-chars' })
const push = receiver()
const [known] = merchantOptions.platformKeys
const mini = new MiniProgram({ appid: 'wx4f4bc4dec97d474b', appSecret: '0123456789abcdef0123456789abcdef' })

/** How often in a round, and what. */
const MIX = [
  [20, () => assert.deepEqual(merchant().requestPayment(request), expected)], // and nobody frees it
  [2, renewed],
  [40, () => shop.authorize({ method: 'POST', url: '/v3/pay/transactions/jsapi', body: '{"description":"支付"}' })],
  [18, () => shop.decryptSensitive(sealed)],
  [20, () => shop.encryptSensitive('张三')],
  [600, () => assert.deepEqual(shop.openNotification(genuine).resource, transaction)],
  [400, () => shop.verifyResponse(answer)],
  [2_000, () => refusedAtOnce('ERR_TIMESTAMP_OUTSIDE_WINDOW', () => shop.openNotification(old))],
  [900, () => refusedAtOnce('ERR_ARGUMENT_INVALID', () => shop.requestPayment({ ...request, appid: '' }))],
  [2_000, () => v2.sign({ appid: 'wx1', mch_id: '1900000109', body: '支付', total_fee: 1 })],
  [1_000, () => push.verifyUrl({ query })],
  [500, () => push.sealReply({ message: '<xml>支付</xml>', timestamp: 1, nonce: '1' })],
  [1_000, () => mini.userSignature(session)],
  [100, () => shop.addPlatformKey(known)],
  [1_500, () => responseSignature('https://api.mch.weixin.qq.com/v3/certificates')],
]
const OPERATIONS = MIX.reduce((sum, [count]) => sum + count, 0)
const ROUNDS = 1_000_000 / OPERATIONS
const WARM_UP = 10
/** Half of what a leak of one word an operation would be. */
const SLACK = 4 * 2 ** 20
/** The allocator of the host keeps more, and less, than is in use. */
const SLACK_OF_PROCESS = 96 * 2 ** 20

const memory = suite('lifecycle/memory')
let before
memory.accepts(`${OPERATIONS} operations`, async (round) => {
  for (const [count, operation] of MIX) {
    for (let at = 0; at < count; at += 1) operation()
  }
  if (round % WARM_UP !== WARM_UP - 1) return
  const now = await inUse()
  before ??= now
  assert.equal(now.modules, before.modules, 'the memory of the modules')
  assert.ok(now.heap < before.heap + SLACK, `the heap grew from ${before.heap} to ${now.heap} bytes`)
  assert.ok(now.process < before.process + SLACK_OF_PROCESS, `the process grew from ${before.process} to ${now.process} bytes`)
}, ROUNDS)
memory.denies('a leak goes unseen', async () => {
  const { heap } = await inUse()
  const kept = Array.from({ length: SLACK / 8 + 1 }, (_, at) => ({ at }))
  assert.ok((await inUse()).heap > heap + SLACK, 'what is kept is measured')
  assert.equal(kept.length, SLACK / 8 + 1)
})

/** One ends, with its instance, and another takes its place. */
function renewed() {
  shop.free()
  shop = merchant()
}

function refusedAtOnce(code, run) {
  assert.throws(run, { code })
}

async function inUse() {
  // Finalizers run in tasks of their own, and what they free is garbage once more.
  for (let turn = 0; turn < 3; turn += 1) {
    collectGarbage()
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const { heapUsed, rss } = process.memoryUsage()
  return { modules: memories().reduce((sum, { buffer }) => sum + buffer.byteLength, 0), heap: heapUsed, process: rss }
}

/** The memory of the last instance of each module; those before are left to the collector. */
function watchedMemories() {
  const last = new Map()
  const { Instance } = WebAssembly
  WebAssembly.Instance = class extends Instance {
    constructor(module, imports) {
      super(module, imports)
      last.set(module, this.exports.memory)
    }
  }
  return () => [...last.values()]
}
