// Cloudflare's runtime, by itself and in miniflare, with and without its Node compatibility.
import { data } from '../conformance/data.mjs'
import { conforms } from '../support/conforms.mjs'
import { bundled, running } from './support/worker.mjs'
import { serving } from './support/workerd.mjs'

const WORKER = `
import { conformance } from '../conformance/index.mjs'
import * as wechatpay from 'wechatpay-wasm'
import * as shangmi from 'wechatpay-wasm/shangmi'

export default {
  fetch: async (request) => Response.json(await conformance({ wechatpay, shangmi, data: await request.json() })),
}`

const SLIM = `
import { conformance } from '../conformance/index.mjs'
import * as wechatpay from 'wechatpay-wasm/slim'
import wechatpayModule from 'wechatpay-wasm/wechatpay.wasm'
import extrasModule from 'wechatpay-wasm/extras.wasm'

wechatpay.init(wechatpayModule)
wechatpay.initExtras(extrasModule)

export default {
  fetch: async (request) => Response.json(await conformance({ wechatpay, data: await request.json() })),
}`

const question = { method: 'POST', body: JSON.stringify(data) }

for (const [suffix, source, compatibilityFlags] of [
  ['', WORKER, []],
  ['-nodejs-compat', WORKER, ['nodejs_compat']],
  ['-slim', SLIM, []],
]) {
  conforms(`workerd${suffix}`, async () => {
    const origin = await serving({ modules: await bundled(source), compatibilityFlags })
    return (await fetch(origin, question)).json()
  })
  conforms(`miniflare${suffix}`, async () => {
    const miniflare = await running({ name: 'worker', modules: await bundled(source), compatibilityFlags })
    return (await miniflare.dispatchFetch('https://worker.example/', question)).json()
  })
}
