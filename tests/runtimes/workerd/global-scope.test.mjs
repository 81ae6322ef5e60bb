// What works while a worker loads, where there is no randomness, with and without Node compatibility.
import assert from 'node:assert/strict'

import { counting } from '../../js/support/counting.mjs'
import { merchantOptions, notification, transaction } from '../../js/support/platform.mjs'
import { bundled, running } from './support/worker.mjs'

const WORKER = `
import { Merchant } from 'wechatpay-wasm'

const said = {}
try {
  const merchant = new Merchant(${JSON.stringify(merchantOptions)})
  said.opened = merchant.openNotification(${JSON.stringify(notification())}).resource
  merchant.requestPayment({ appid: 'wx1', prepayId: 'wx2' })
} catch ({ code, message }) {
  Object.assign(said, { code, message })
}

export default { fetch: () => Response.json(said) }`

const scope = counting('global_scope')
const modules = await bundled(WORKER)
for (const compatibilityFlags of [[], ['nodejs_compat']]) {
  const miniflare = await running({ name: 'worker', modules, compatibilityFlags })
  const said = async () => (await miniflare.dispatchFetch('https://worker.example/')).json()
  const under = compatibilityFlags.length > 0 ? ` under ${compatibilityFlags}` : ''
  scope.accepts(`a merchant is made and a notification opened${under}`, async () => {
    assert.deepEqual((await said()).opened, transaction)
  })
  scope.denies(`anything is signed${under}: the error says why`, async () => {
    const { code, message } = await said()
    assert.equal(code, 'ERR_SIGNING_FAILED')
    assert.match(message, /sign inside a request/)
  })
}
