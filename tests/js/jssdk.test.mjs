// wx.config and wx.requestMerchantTransfer.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'

import { requestMerchantTransfer, wxConfig } from 'wechatpay-wasm'

import { suite } from './support/cases.mjs'

const jsapiTicket = 'sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg'
const request = {
  appid: 'wxd930ea5d5a258f4f',
  url: 'http://mp.weixin.qq.com?params=value',
  jsapiTicket,
  timestamp: 1414587457,
  nonceStr: 'Wm3WZYTPz0wzccnW',
}

const config = suite('jssdk/config')
config.accepts('the example of the documentation', () => {
  assert.deepEqual(wxConfig(request), {
    appId: request.appid,
    timestamp: request.timestamp,
    nonceStr: request.nonceStr,
    signature: '0f9de62fce790f9a083d5c99e95740ceb90c27ed',
  })
})
for (const url of ['https://a.b/c?d=e&f=%E4%B8%AD#/route', 'https://a.b/中文', 'https://a.b:8443/#']) {
  config.accepts(url, () => {
    const signed = url.split('#')[0]
    const text = `jsapi_ticket=${jsapiTicket}&noncestr=${request.nonceStr}&timestamp=${request.timestamp}&url=${signed}`
    const signature = createHash('sha1').update(text).digest('hex')
    assert.equal(wxConfig({ ...request, url, jsapiTicket: Buffer.from(jsapiTicket) }).signature, signature)
  })
}
config.accepts('clock and nonce are there by themselves', () => {
  const { timestamp, nonceStr } = wxConfig({ ...request, timestamp: undefined, nonceStr: undefined })
  assert.ok(Math.abs(timestamp - Date.now() / 1000) < 60)
  assert.match(nonceStr, /^[0-9A-Za-z]{32}$/)
})
for (const [label, changes] of [
  ['no appid', { appid: '' }],
  ['a path', { url: '/index.html' }],
  ['a URL object', { url: new URL('https://a.b/') }],
  ['no scheme', { url: 'a.b/c' }],
  ['milliseconds', { timestamp: Date.now() }],
  ['a nonce with &', { nonceStr: 'a&url=b' }],
  ['no ticket', { jsapiTicket: undefined }],
  ['a misspelled option', { jsapi_ticket: 'x' }],
]) {
  config.refuses(label, 'ERR_ARGUMENT_INVALID', () => wxConfig({ ...request, ...changes }))
}
for (const ticket of ['', 'a b', '{"ticket":"x"}']) {
  config.refuses(`ticket ${ticket}`, 'ERR_KEY_INVALID', () => wxConfig({ ...request, jsapiTicket: ticket }))
}

const transfer = suite('jssdk/merchant_transfer')
const given = { mchid: '1230000000', appid: 'wx8888888888888888', package: 'affffddafdfafddffda==' }
transfer.accepts('direct', () => {
  assert.deepEqual(requestMerchantTransfer(given), {
    params: { mchId: given.mchid, appId: given.appid, package: given.package },
    query: 'mchId=1230000000&appId=wx8888888888888888&package=affffddafdfafddffda%3D%3D',
  })
})
transfer.accepts('partner', () => {
  const { params, query } = requestMerchantTransfer({ ...given, subMchid: '19', subAppid: 'wx9', openid: 'oX' })
  assert.deepEqual(params, {
    mchId: given.mchid,
    subMchId: '19',
    appId: given.appid,
    subAppId: 'wx9',
    package: given.package,
    openId: 'oX',
  })
  assert.deepEqual(Object.fromEntries(new URLSearchParams(query)), params)
})
for (const [label, changes] of [
  ['no mchid', { mchid: '' }],
  ['no appid', { appid: undefined }],
  ['a package URL-encoded already', { package: 'a%3D' }],
  ['an empty openid', { openid: '' }],
  ['a number', { subMchid: 19 }],
]) {
  transfer.refuses(label, 'ERR_ARGUMENT_INVALID', () => requestMerchantTransfer({ ...given, ...changes }))
}
