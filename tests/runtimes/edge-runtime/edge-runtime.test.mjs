// The package on Vercel's edge runtime.
import assert from 'node:assert/strict'

import { counting } from '../../js/support/counting.mjs'
import { data } from '../conformance/data.mjs'
import { conforms } from '../support/conforms.mjs'
import { bundled, running } from './support/edge.mjs'

const PACKAGE = `
import * as wechatpay from 'wechatpay-wasm'
import * as shangmi from 'wechatpay-wasm/shangmi'
const packages = { wechatpay, shangmi }`

const SLIM = `
import * as wechatpay from 'wechatpay-wasm/slim'
import wechatpayModule from 'wechatpay-wasm/wechatpay.wasm?module'
import extrasModule from 'wechatpay-wasm/extras.wasm?module'
wechatpay.init(wechatpayModule)
wechatpay.initExtras(extrasModule)
const packages = { wechatpay }`

const HANDLER = `
import { conformance } from '../conformance/index.mjs'
addEventListener('fetch', (event) => event.respondWith(answer(event.request)))
const answer = async (request) => Response.json(await conformance({ ...packages, data: await request.json() }))`

async function run(source) {
  const runtime = await running(source)
  const response = await runtime.dispatchFetch('https://edge.example/', { method: 'POST', body: JSON.stringify(data) })
  return response.json()
}

conforms('edge-runtime', () => run(PACKAGE + HANDLER))
conforms('edge-runtime-slim', () => run(SLIM + HANDLER))

const bundles = counting('bundle')
for (const [label, source, count] of [['the package', PACKAGE + HANDLER, 3], ['slim', SLIM + HANDLER, 2]]) {
  bundles.accepts(`edge: ${label} takes its modules from the platform`, async () => {
    const { script, modules } = await bundled(source)
    assert.equal(Object.keys(modules).length, count)
    assert.doesNotMatch(script, /[A-Za-z0-9+/]{100000}/)
  })
  bundles.denies(`edge: ${label} asks for a module of Node`, async () => {
    assert.doesNotMatch((await bundled(source)).script, /['"`]node:|getBuiltinModule|\brequire\(/)
  })
}
