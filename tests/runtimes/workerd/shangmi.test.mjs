// wechatpay-wasm/shangmi on workerd: its own module is found, and RSA works in it as well.
import assert from 'node:assert/strict'

import { counting } from '../../js/support/counting.mjs'
import { API_V3_KEY, merchantOptions, notification, NOW, transaction } from '../../js/support/platform.mjs'
import { decrypt, sign, verify } from '../../js/support/shangmi.mjs'
import { key, vectors } from '../../js/support/vectors.mjs'
import { bundled, running } from './support/worker.mjs'

const own = key('wechatpay-java-sm2-merchant-key')
const platform = key('flurl-sm2-key')
const PUBLIC_KEY_ID = 'PUB_KEY_ID_02'
const options = {
  mchid: '1900000001',
  serialNo: '54E7F59ED8DF4570CFB14780EA8152D45A675EE6',
  privateKey: own,
  apiV3Key: API_V3_KEY,
  platformKeys: [{ serial: PUBLIC_KEY_ID, key: key('flurl-sm2-pub') }],
}

const WORKER = `
import { Merchant, WechatPayError } from 'wechatpay-wasm/shangmi'

export default {
  async fetch(request) {
    const { options, method, argument } = await request.json()
    try {
      return Response.json({ result: new Merchant(options)[method](argument) })
    } catch (error) {
      if (!(error instanceof WechatPayError)) throw error
      return Response.json({ code: error.code })
    }
  },
}`

const miniflare = await running({ name: 'worker', modules: await bundled(WORKER) })
const call = async (method, argument, changes) => {
  const body = JSON.stringify({ options: { ...options, ...changes }, method, argument })
  return (await miniflare.dispatchFetch('https://worker.example/', { method: 'POST', body })).json()
}
const signed = async (body) => {
  const signature = await sign(platform, `${NOW}\nnonce\n${body}\n`)
  return {
    headers: {
      'Wechatpay-Timestamp': String(NOW),
      'Wechatpay-Nonce': 'nonce',
      'Wechatpay-Serial': PUBLIC_KEY_ID,
      'Wechatpay-Signature': signature.toString('base64'),
      'Wechatpay-Signature-Type': 'WECHATPAY2-SM2-WITH-SM3',
    },
    body,
    now: NOW,
  }
}

const shangmi = counting('shangmi')
shangmi.accepts('OpenSSL verifies what is signed here', async () => {
  const { result } = await call('authorize', { method: 'POST', url: '/v3/x', body: '{}' })
  const signature = Buffer.from(/signature="([^"]+)"$/.exec(result.authorization)[1], 'base64')
  assert.ok(await verify(own, result.message, signature))
})
shangmi.accepts('what OpenSSL signs, is verified here', async () => {
  assert.deepEqual(await call('verifyResponse', await signed('{"text":"国密"}')), { result: { text: '国密' } })
})
shangmi.accepts('OpenSSL decrypts what is encrypted here', async () => {
  const { result } = await call('encryptSensitive', '张三')
  assert.equal((await decrypt(platform, Buffer.from(result.ciphertext, 'base64'))).toString(), '张三')
})
shangmi.accepts('RSA', async () => {
  const { result } = await call('openNotification', notification(), merchantOptions)
  assert.deepEqual(result.resource, transaction)
})
shangmi.denies('another body', async () => {
  const message = await signed('{}')
  assert.deepEqual(await call('verifyResponse', { ...message, body: '{} ' }), { code: 'ERR_SIGNATURE_INVALID' })
})
shangmi.denies('payment parameters signed with SM2', async () => {
  const request = { appid: 'wx8888888888888888', prepayId: 'wx1' }
  assert.deepEqual(await call('requestPayment', request), { code: 'ERR_SCHEME_UNSUPPORTED' })
})

const published = counting('sm2_decrypt')
for (const { name, inputs, expected, ok } of vectors('sm2_decrypt')) {
  const keys = { privateKey: inputs.private_key_pem, platformKeys: [] }
  const outcome = () => call('decryptSensitive', inputs.ciphertext_der_base64, keys)
  if (ok) published.accepts(name, async () => assert.deepEqual(await outcome(), { result: expected.plaintext }))
  else published.denies(name, async () => assert.deepEqual(await outcome(), { code: 'ERR_DECRYPT_FAILED' }))
}
