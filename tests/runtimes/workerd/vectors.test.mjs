// The published vectors on workerd, with and without its Node compatibility.
import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'

import { counting } from '../../js/support/counting.mjs'
import { merchantOptions, notification, transaction } from '../../js/support/platform.mjs'
import { vectors } from '../../js/support/vectors.mjs'
import { bundled, running } from './support/worker.mjs'

const WORKER = `
import { Merchant, WechatPayError } from 'wechatpay-wasm'

const OPTIONS = ${JSON.stringify(merchantOptions)}
const atGlobalScope = {}
try {
  const merchant = new Merchant(OPTIONS)
  atGlobalScope.opened = merchant.openNotification(${JSON.stringify(notification())}).resource
  merchant.requestPayment({ appid: 'wx1', prepayId: 'wx2' })
} catch (error) {
  atGlobalScope.code = error.code
  atGlobalScope.message = error.message
}

export default {
  async fetch(request) {
    const { options, method, argument } = await request.json()
    if (method === 'atGlobalScope') return Response.json(atGlobalScope)
    try {
      using merchant = new Merchant({ ...OPTIONS, ...options })
      return Response.json({ result: merchant[method](argument) })
    } catch (error) {
      if (!(error instanceof WechatPayError)) throw error
      return Response.json({ code: error.code })
    }
  },
}`

const modules = await bundled(WORKER)
for (const compatibilityFlags of [[], ['nodejs_compat']]) {
  const miniflare = await running({ name: 'worker', modules, compatibilityFlags })
  const call = async (method, options, argument) => {
    const body = JSON.stringify({ options, method, argument })
    return (await miniflare.dispatchFetch('https://worker.example/', { method: 'POST', body })).json()
  }
  const under = compatibilityFlags.length > 0 ? `${compatibilityFlags}/` : ''
  const platformKey = (serial, pem) => ({
    platformKeys: [{ serial, key: createPublicKey(pem).export({ type: 'spki', format: 'pem' }) }],
  })

  const paysign = counting(`${under}apiv3_paysign`)
  for (const { name, inputs, expected, ok } of vectors('apiv3_paysign')) {
    const signature = async () => {
      const { appid, prepay_id: prepayId, timestamp, nonce_str: nonceStr, private_key_pem: privateKey, mode } = inputs
      const argument = { appid, prepayId, nonceStr, timestamp: Number(timestamp) }
      const { result } = await call(mode === 'app' ? 'appPayment' : 'requestPayment', { privateKey }, argument)
      return result.sign ?? result.paySign
    }
    if (ok) paysign.accepts(name, async () => assert.equal(await signature(), expected.sign))
    else paysign.denies(name, async () => assert.notEqual(await signature(), expected.sign))
  }

  const request = counting(`${under}apiv3_request_sign`)
  for (const { name, inputs, expected, exception } of vectors('apiv3_request_sign')) {
    const { method, canonical_url: url, body, timestamp, nonce_str: nonceStr, private_key_pem: privateKey } = inputs
    const argument = { method, url, body, nonceStr, timestamp: Number(timestamp) }
    const authorize = () => call('authorize', { privateKey }, argument)
    if (exception !== undefined) request.denies(name, async () => assert.equal((await authorize()).code, exception))
    else {
      request.accepts(name, async () => {
        const { result } = await authorize()
        assert.ok(result.authorization.endsWith(`signature="${expected.signature_base64}"`))
        assert.equal(result.message, inputs.message)
      })
    }
  }

  const verify = counting(`${under}apiv3_verify`)
  for (const { name, inputs, ok } of vectors('apiv3_verify')) {
    const { key_id: serial, public_key_pem: pem, headers, body, now } = inputs
    const outcome = () => call('verifyResponse', platformKey(serial, pem), { headers, body, now })
    if (ok) verify.accepts(name, async () => assert.deepEqual(await outcome(), { result: JSON.parse(body) }))
    else verify.denies(name, async () => assert.match((await outcome()).code, /^ERR_(SIGNATURE|TIMESTAMP|SERIAL)_/))
  }

  const notify = counting(`${under}apiv3_notify`)
  for (const { name, inputs, expected, ok, exception } of vectors('apiv3_notify')) {
    const { headers, body, now, apiv3_key: apiV3Key } = inputs
    const keys = platformKey(headers['Wechatpay-Serial'], inputs.platform_public_key_pem ?? inputs.platform_cert_pem)
    const open = () => call('openNotification', { ...keys, apiV3Key }, { headers, body, now })
    if (ok && exception === undefined) {
      notify.accepts(name, async () => assert.deepEqual((await open()).result.resource, JSON.parse(expected.plaintext)))
    } else notify.denies(name, async () => assert.match((await open()).code, /^ERR_/))
  }

  const scope = counting(`${under}global_scope`)
  scope.accepts('while the worker loads, a merchant is made and a notification opened', async () => {
    assert.deepEqual((await call('atGlobalScope')).opened, transaction)
  })
  scope.denies('while the worker loads, anything is signed: the error says why', async () => {
    const { code, message } = await call('atGlobalScope')
    assert.equal(code, 'ERR_SIGNING_FAILED')
    assert.match(message, /sign inside a request/)
  })
}
