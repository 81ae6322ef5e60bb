// Instances that end, merchants that end, and what goes on after them.
import * as assert from './assert.mjs'
import { transaction } from './platform.mjs'

const request = { appid: 'wx8888888888888888', prepayId: 'wx1', timestamp: 1, nonceStr: 'n' }

export async function lifecycle({ suite, merchant, platform, refused }) {
  const genuine = await platform.notification()
  const expected = merchant().requestPayment(request)
  const works = (shop) => {
    assert.deepEqual(shop.requestPayment(request), expected)
    assert.deepEqual(shop.openNotification(genuine).resource, transaction)
  }
  /** More than the module can allocate: it stops in the middle. The pages are never touched. */
  const trap = (shop) => {
    const { buffer } = new WebAssembly.Memory({ initial: 2 ** 15 })
    return shop.openNotification({ ...genuine, body: new Uint8Array(buffer) })
  }

  const traps = suite('lifecycle/traps')
  traps.refuses('a trap is an error', 'ERR_WASM_TRAP', () => trap(merchant()))
  traps.accepts('with its cause', async () => {
    const { cause } = await refused('ERR_WASM_TRAP', () => trap(merchant()))
    assert.equal(cause.name, 'RuntimeError')
  })
  traps.accepts('merchants made before and after go on', async () => {
    const [before, untouched] = [merchant(), merchant()]
    await refused('ERR_WASM_TRAP', () => trap(before))
    for (const shop of [before, untouched, merchant()]) works(shop)
  })
  traps.accepts('three in a row', async () => {
    const shop = merchant()
    for (let round = 0; round < 3; round += 1) await refused('ERR_WASM_TRAP', () => trap(shop))
    works(shop)
  })

  const freed = suite('lifecycle/free')
  for (const method of ['authorize', 'requestPayment', 'appPayment', 'openNotification', 'verifyResponse']) {
    freed.refuses(`${method} after free`, 'ERR_ARGUMENT_INVALID', () => {
      const shop = merchant()
      shop.free()
      return shop[method]({ ...request, ...genuine, method: 'GET', url: '/' })
    })
  }
  freed.accepts('twice is once, and others go on', () => {
    const [shop, untouched] = [merchant(), merchant()]
    shop.free()
    shop.free()
    works(untouched)
  })
  freed.refuses('after Symbol.dispose', 'ERR_ARGUMENT_INVALID', () => {
    const shop = merchant()
    // Older browsers have no such symbol, and then free() is what there is.
    if (Symbol.dispose === undefined) shop.free()
    else shop[Symbol.dispose]()
    return shop.requestPayment(request)
  })
}
