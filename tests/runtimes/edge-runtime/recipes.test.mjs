// The recipe for Vercel Edge in the README.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'

import { counting } from '../../js/support/counting.mjs'
import { environment } from '../../js/support/environment.mjs'
import { answersPayments, genuine, refusesTheRest } from '../../js/support/notify.mjs'
import { transaction } from '../../js/support/platform.mjs'
import { recipes } from '../../js/support/recipes.mjs'
import { running } from './support/edge.mjs'

const folder = fileURLToPath(new URL('dist/', import.meta.url))
mkdirSync(folder, { recursive: true })
writeFileSync(`${folder}notify.mjs`, recipes('wasm/README.md').get('Vercel Edge'))
const SCRIPT = `
import handler from './dist/notify.mjs'
addEventListener('fetch', (event) => event.respondWith(handler(event.request)))`

/** The endpoint, and a backend that takes what it is handed, or not. */
async function endpoint(status) {
  const taken = []
  const backend = createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    taken.push({ authorization: request.headers.authorization, ...JSON.parse(Buffer.concat(chunks)) })
    response.writeHead(status).end()
  })
  await new Promise((resolve) => backend.listen(0, '127.0.0.1', resolve))
  after(() => backend.close())
  const env = { ...environment, SETTLE_URL: `http://127.0.0.1:${backend.address().port}/`, SETTLE_TOKEN: 'token' }
  const runtime = await running(SCRIPT, { process: { env } })
  const post = async ({ headers, body }) => {
    const response = await runtime.dispatchFetch('https://shop.example/api/wechatpay/notify', { method: 'POST', headers, body })
    return response.status
  }
  return { post, taken }
}

const recipe = counting('readme/edge-runtime')
recipe.accepts('Vercel Edge: 204 for a payment, which the backend got once', async () => {
  const { post, taken } = await endpoint(200)
  await answersPayments(post)
  const [{ authorization, eventType, resource }, ...more] = taken
  assert.deepEqual([authorization, eventType, resource, more], ['Bearer token', 'TRANSACTION.SUCCESS', transaction, []])
})
recipe.denies('Vercel Edge: a forged body, a probe, an old message or an unsigned one passes', async () => {
  const { post, taken } = await endpoint(200)
  await refusesTheRest(post)
  assert.deepEqual(taken, [])
})
recipe.denies('Vercel Edge: what the backend did not take is lost', async () => {
  const { post, taken } = await endpoint(503)
  const message = genuine()
  assert.deepEqual([await post(message), await post(message)], [500, 500])
  assert.equal(taken.length, 2)
})
