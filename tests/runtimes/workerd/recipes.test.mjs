// The recipes for workers in the READMEs, run as they stand there.
import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'

import { counting } from '../../js/support/counting.mjs'
import { environment } from '../../js/support/environment.mjs'
import { encrypt, envelope, merchantOptions, notification, signed, transaction } from '../../js/support/platform.mjs'
import { recipes } from '../../js/support/recipes.mjs'
import { bundled, running } from './support/worker.mjs'

const genuine = () =>
  signed(JSON.stringify(envelope(encrypt(JSON.stringify(transaction)))), { timestamp: Math.floor(Date.now() / 1000) })

/** Takes what the recipe queues and keeps it where the test can look. */
const BACKEND = `export default {
  async queue({ messages }, env) {
    for (const { body } of messages) await env.SETTLED.put(body.id, JSON.stringify(body))
  },
}`

async function withQueue() {
  const recipe = recipes('wasm/README.md').get('Cloudflare Worker')
  const miniflare = await running(
    {
      name: 'shop',
      modules: await bundled(recipe),
      bindings: environment,
      queueProducers: { NOTIFICATIONS: { queueName: 'notifications' } },
    },
    {
      name: 'backend',
      modules: await bundled(BACKEND),
      kvNamespaces: ['SETTLED'],
      queueConsumers: { notifications: { maxBatchSize: 1, maxBatchTimeout: 0 } },
    },
  )
  return { miniflare, kept: async (id) => (await miniflare.getKVNamespace('SETTLED', 'backend')).get(id, 'json') }
}

async function withStore() {
  const recipe = recipes('README.md').get('Edge')
  const miniflare = await running({
    name: 'shop',
    modules: await bundled(recipe),
    bindings: environment,
    kvNamespaces: ['ORDERS'],
  })
  return { miniflare, kept: async (number) => (await miniflare.getKVNamespace('ORDERS', 'shop')).get(number) }
}

const post = async ({ miniflare }, { headers, body }) => {
  const response = await miniflare.dispatchFetch('https://shop.example/', { method: 'POST', headers, body })
  await response.arrayBuffer()
  return response.status
}

const recipe = counting('readme/workers')
for (const [readme, worker] of [
  ['wasm/README.md', withQueue()],
  ['README.md', withStore()],
]) {
  recipe.denies(`${readme}: a forged body, a probe, an old message or an unsigned one passes`, async () => {
    const message = genuine()
    const probe = genuine()
    probe.headers['Wechatpay-Signature'] = 'WECHATPAY/SIGNTEST/x'
    assert.equal(await post(await worker, { ...message, body: `${message.body} ` }), 401)
    assert.equal(await post(await worker, probe), 401)
    assert.equal(await post(await worker, notification()), 401)
    assert.equal(await post(await worker, { headers: {}, body: '{}' }), 401)
  })
}
recipe.accepts('wasm/README.md: a payment is queued', async () => {
  const worker = await withQueue()
  const message = genuine()
  assert.equal(await post(worker, message), 204)
  const { id } = JSON.parse(message.body)
  let queued
  for (let round = 0; round < 200 && queued == null; round += 1) {
    queued = await worker.kept(id)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.deepEqual(queued.resource, transaction)
})
recipe.accepts('README.md: a payment is stored', async () => {
  const worker = await withStore()
  assert.equal(await post(worker, genuine()), 204)
  assert.equal(await worker.kept(transaction.out_trade_no), 'SUCCESS')
})
recipe.accepts('wasm/README.md: the worker that brings its module signs', async () => {
  const modules = await bundled(recipes('wasm/README.md').get('Runtimes'))
  const shop = await running({ name: 'shop', modules, bindings: environment })
  const body = JSON.stringify({ appid: 'wx8888888888888888', prepayId: 'wx1' })
  const response = await shop.dispatchFetch('https://shop.example/', { method: 'POST', body })
  const { timeStamp, nonceStr, package: prepay, paySign } = await response.json()
  const message = `wx8888888888888888\n${timeStamp}\n${nonceStr}\n${prepay}\n`
  const publicKey = createPublicKey(merchantOptions.privateKey)
  assert.ok(verify('sha256', Buffer.from(message), publicKey, Buffer.from(paySign, 'base64')))
})
