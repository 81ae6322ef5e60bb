// What is called, with arguments that are in order. A call that is not in this table is missed by `surface`.
import { createHash, createPrivateKey, webcrypto } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

import * as adapters from 'wechatpay-wasm/adapters'
import * as client from 'wechatpay-wasm/client'
import { nodeSigner } from 'wechatpay-wasm/node'
import * as shangmi from 'wechatpay-wasm/shangmi'
import * as slim from 'wechatpay-wasm/slim'
import * as testing from 'wechatpay-wasm/testing'
import * as usual from 'wechatpay-wasm'

import * as mini from '../support/mini-program.mjs'
import * as push from '../support/message-push.mjs'
import { publicKeyOf, resource as sealedWithSm4 } from '../support/shangmi.mjs'
import { key } from '../support/vectors.mjs'
import { API_V3_KEY, CERTIFICATE_SERIAL, encrypt, merchantOptions, notification, NOW, signed } from '../support/wechat-pay.mjs'
import { clientCalls } from './client-calls.mjs'
import { adapterCalls } from './adapter-calls.mjs'
import { v2Calls } from './v2-calls.mjs'

const APPID = 'wx8888888888888888'
const platformOptions = {
  serial: 'PUB_KEY_ID_0000000000000000000000000001',
  privateKey: key('throwaway-platform-key'),
  publicKey: key('throwaway-platform-pub'),
}
const { Merchant, MiniProgram, MessagePush } = usual

/** What no error may tell. */
export const SECRETS = [
  API_V3_KEY,
  push.AES_KEY,
  mini.SESSION_KEY,
  mini.APP_SECRET,
  mini.SYMMETRIC_KEY.key,
  merchantOptions.privateKey.split('\n')[3],
  key('wechatpay-java-sm2-merchant-key').split('\n')[1],
]

const copied = (value) => structuredClone(value)
const options = () => copied(merchantOptions)
const merchant = new Merchant(merchantOptions)
const bytes = (text) => new Uint8Array(Buffer.from(text))

const certificates = () => {
  const certificate = encrypt(key('throwaway-platform-cert'), { associatedData: 'certificate' })
  const entry = { serial_no: CERTIFICATE_SERIAL, effective_time: '', expire_time: '', encrypt_certificate: certificate }
  return { ...signed(JSON.stringify({ data: [entry] }), { serial: CERTIFICATE_SERIAL }), first: false }
}
const statement = (sign = signed) => {
  const digest = createHash('sha1').update('message').digest('hex')
  const { headers, now } = sign(`{"sha1":"${digest}"}`)
  return { headers: { ...headers, 'wechatpay-statement-sha1': digest }, file: bytes('message'), now }
}
const signature = (sign = signed) => {
  const { headers } = sign('x')
  const message = `${headers['Wechatpay-Timestamp']}\n${headers['Wechatpay-Nonce']}\nx\n`
  return { serial: headers['Wechatpay-Serial'], message, signature: headers['Wechatpay-Signature'] }
}
const { ciphertext } = new Merchant({
  ...merchantOptions,
  serialNo: '01',
  privateKey: key('throwaway-platform-key'),
  platformKeys: [{ serial: 'PUB_KEY_ID_01', key: key('throwaway-merchant-pub') }],
}).encryptSensitive('张三')

const onMerchant = {
  authorize: () => [{ method: 'POST', url: '/v3/pay/transactions/jsapi?a=b', body: '{"a":1}', timestamp: NOW, nonceStr: 'n', wechatpaySerial: CERTIFICATE_SERIAL }],
  authorizeUpload: () => [{ url: '/v3/merchant/media/upload', filename: '店.jpg', file: bytes('x'), timestamp: NOW, nonceStr: 'n', wechatpaySerial: CERTIFICATE_SERIAL }],
  requestPayment: () => [{ appid: APPID, prepayId: 'wx201410272009395522657a690389285100', timestamp: NOW, nonceStr: 'n' }],
  appPayment: () => [{ appid: APPID, prepayId: 'wx201410272009395522657a690389285100', partnerid: '1900000001', timestamp: NOW, nonceStr: 'n' }],
  openNotification: () => [notification()],
  verifyResponse: () => [signed('{"prepay_id":"wx"}')],
  openCertificates: () => [certificates()],
  verifyStatement: () => [statement()],
  encryptSensitive: () => ['张三', { now: new Date(NOW * 1000) }],
  decryptSensitive: () => [ciphertext],
  signMessage: () => ['message'],
  verifyMessage: () => [signature()],
}

/** What signs outside of the module. */
const cryptoKey = await webcrypto.subtle.importKey(
  'pkcs8',
  createPrivateKey(merchantOptions.privateKey).export({ format: 'der', type: 'pkcs8' }),
  { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  false,
  ['sign'],
)
const signer = nodeSigner(createPrivateKey(merchantOptions.privateKey))
const external = () => {
  const { privateKey, ...rest } = options()
  return { ...rest, signer: { sign: signer.sign, decrypt: signer.decrypt }, certificate: key('throwaway-merchant-pub') }
}

const miniProgram = mini.program()
const encrypted = () => mini.encrypt(mini.SESSION_KEY, Buffer.alloc(16, 7), JSON.stringify({ openId: 'o', watermark: { appid: mini.APPID, timestamp: mini.NOW } }))
const payEvent = () => {
  const [event, payload] = ['minigame_game_pay_goods_deliver_notify', '{"Env":1,"OpenId":"o"}']
  return { event, payload, payEventSig: mini.hmac(mini.APP_KEYS.sandbox, `${event}&${payload}`) }
}
const onMiniProgram = {
  code2SessionUrl: () => ['0b3xY1ml2mvRWd4wxWnl2Lplsz3xY1mk', { backup: true }],
  readSession: () => [`{"openid":"o","session_key":"${mini.SESSION_KEY}","unionid":"u"}`],
  verifyRawData: () => [{ sessionKey: mini.SESSION_KEY, rawData: '{"a":1}', signature: mini.sha1('{"a":1}', mini.SESSION_KEY) }],
  openEncryptedData: () => [{ ...encrypted(), tolerance: 300, now: mini.NOW }],
  userSignature: () => [{ sessionKey: mini.SESSION_KEY, postData: '{"a":1}' }],
  requestVirtualPayment: () => [{ sessionKey: mini.SESSION_KEY, mode: 'short_series_coin', signData: '{"env":0,"a":1}' }],
  virtualPaymentCall: () => [{ uri: '/xpay/query_user_balance', postBody: '{"env":0}', sessionKey: mini.SESSION_KEY }],
  openPayEvent: () => [payEvent()],
  sealRequest: () => [{ url: mini.URL_OF_API, data: { openid: 'o' }, timestamp: mini.NOW }],
  openResponse: () => [mini.response()],
}

const receiver = push.receiver()
const plainReceiver = new MessagePush({ appid: push.APPID, token: push.TOKEN })
const urlCheck = () => ({ query: { ...push.good().query, echostr: '4375120948345356249' }, now: push.NOW })

const testPlatform = new testing.TestPlatform(platformOptions)
const onTestPlatform = {
  notification: () => [{ ...content(), fault: 'tagAltered' }],
  response: () => [{ body: '{}', now: NOW, fault: 'bodyAltered' }],
}
const sm2PlatformOptions = () => ({ ...platformOptions, privateKey: key('flurl-sm2-key'), publicKey: key('flurl-sm2-pub') })
const shangmiPlatform = new shangmi.TestPlatform(sm2PlatformOptions())
const shangmiMerchant = () => ({ ...options(), privateKey: key('wechatpay-java-sm2-merchant-key'), platformKeys: [shangmiPlatform.platformKey] })
const sm2Merchant = new shangmi.Merchant(shangmiMerchant())
/** What only the module of 国密 makes and reads; the rest is as with RSA. */
const onSm2Merchant = {
  ...onMerchant,
  openNotification: () => [{ ...shangmiPlatform.notification(content()), now: NOW }],
  verifyResponse: () => [sm2Signed('{"prepay_id":"wx"}')],
  openCertificates: () => {
    const certificate = sealedWithSm4(API_V3_KEY, key('flurl-sm2-cert'), { associatedData: 'certificate' })
    const entry = { serial_no: 'E5A81B02429D8D08', effective_time: '', expire_time: '', encrypt_certificate: certificate }
    return [{ ...sm2Signed(JSON.stringify({ data: [entry] })), first: false }]
  },
  verifyStatement: () => [statement(sm2Signed)],
  decryptSensitive: () => [sm2Ciphertext],
  verifyMessage: () => [signature(sm2Signed)],
}
const sm2Signed = (body) => ({ ...shangmiPlatform.response({ body, now: NOW }), now: NOW })
const { ciphertext: sm2Ciphertext } = new shangmi.Merchant({
  ...shangmiMerchant(),
  privateKey: key('flurl-sm2-key'),
  platformKeys: [{ serial: 'PUB_KEY_ID_01', key: await publicKeyOf(key('wechatpay-java-sm2-merchant-key')) }],
}).encryptSensitive('张三', { now: NOW })
const notWithSm2 = ({ name, ...call }) => ({ ...call, name, mayRefuse: /Payment$/.test(name) })
const content = () => ({ apiV3Key: API_V3_KEY, resource: { a: 1 }, id: 'i', createTime: 't', eventType: 'A.B', originalType: 'c', summary: 's', now: NOW })

const captured = () => ({ ...notification(), platformKeys: copied(merchantOptions.platformKeys), merchantCertificate: key('throwaway-merchant-cert'), apiV3Key: API_V3_KEY, apiV2Key: 'x', tolerance: 300 })
const capturedRequest = () => {
  const { authorization } = merchant.authorize({ method: 'GET', url: '/v3/x?a=b', timestamp: NOW, nonceStr: 'n' })
  const answer = '{"code":"SIGN_ERROR","detail":{"sign_information":{"method":"GET","url":"/v3/x","sign_message_length":1}}}'
  return { method: 'GET', url: '/v3/x?a=c', body: '', authorization, merchantCertificate: key('throwaway-merchant-pub'), serialNo: '01', answer, now: NOW }
}
const pem = key('throwaway-platform-cert')

const freshDigest = () => new usual.DownloadDigest({ hashType: 'SHA1', hashValue: createHash('sha1').update('x').digest('hex') })

const files = createRequire(import.meta.url)
const moduleBytes = ['wechatpay', 'extras'].map((name) => readFileSync(files.resolve(`wechatpay-wasm/${name}.wasm`)))

/** Of one module with the calls of one object of it. */
const methodsOf = (name, of, calls) =>
  Object.entries(calls).map(([method, make]) => ({ name: `${name}.${method}`, make, run: (args) => of[method](...args) }))

export const CALLS = [
  { name: 'Merchant', make: () => [options()], run: (args) => new Merchant(...args).free() },
  { name: 'Merchant with a signer', make: () => [external()], run: (args) => new Merchant(...args).authorize(...onMerchant.authorize()) },
  { name: 'Merchant with a signer, decrypting', make: () => [external()], run: (args) => new Merchant(...args).decryptSensitive(ciphertext) },
  ...methodsOf('Merchant', merchant, onMerchant),
  ...methodsOf('Merchant on its engine', new Merchant({ ...merchantOptions, engine: 'wasm' }), onMerchant),
  { name: 'Merchant.addPlatformKey', make: () => [{ key: pem }], run: (args) => new Merchant(merchantOptions).addPlatformKey(...args) },
  { name: 'MiniProgram', make: () => [copied(mini.options)], run: (args) => new MiniProgram(...args).free() },
  ...methodsOf('MiniProgram', miniProgram, onMiniProgram),
  { name: 'MessagePush', make: () => [{ ...push.options, tolerance: 300 }], run: (args) => new MessagePush(...args).free() },
  ...methodsOf('MessagePush', receiver, {
    verifyUrl: () => [urlCheck()],
    openMessage: (random) => [push.good({ xml: random.below(2) === 0 })],
    sealReply: () => [{ message: { a: 1 }, format: 'xml', timestamp: push.NOW, nonce: 'n' }],
  }),
  ...methodsOf('MessagePush', plainReceiver, { openPlainMessage: () => [{ ...push.good(), body: '<xml><a>1</a></xml>' }] }),
  ...v2Calls(usual, methodsOf),
  { name: 'TestPlatform', make: () => [{ ...platformOptions, brand: true }], run: (args) => new testing.TestPlatform(...args) },
  { name: 'TestPlatform.generate', make: () => ['PUB_KEY_ID_01', { brand: false }], run: (args) => testing.TestPlatform.generate(...args), isFree: (path) => path[0] === '1' },
  ...methodsOf('TestPlatform', testPlatform, onTestPlatform),
  { name: 'shangmi.Merchant', make: () => [shangmiMerchant()], run: (args) => new shangmi.Merchant(...args).free() },
  ...methodsOf('shangmi.Merchant', sm2Merchant, onSm2Merchant).map(notWithSm2),
  { name: 'shangmi.Merchant.addPlatformKey', make: () => [{ key: key('flurl-sm2-cert') }], run: (args) => new shangmi.Merchant(shangmiMerchant()).addPlatformKey(...args) },
  { name: 'shangmi.TestPlatform', make: () => [sm2PlatformOptions()], run: (args) => new shangmi.TestPlatform(...args) },
  { name: 'shangmi.TestPlatform.generate', make: () => ['PUB_KEY_ID_01', { brand: false }], run: (args) => shangmi.TestPlatform.generate(...args), isFree: (path) => path[0] === '1' },
  ...methodsOf('shangmi.TestPlatform', shangmiPlatform, onTestPlatform),
  { name: 'DownloadDigest', make: () => [{ hashType: 'SHA1', hashValue: '11f6ad8ec52a2984abaafd7c3b516503785c2072' }], run: (args) => new usual.DownloadDigest(...args) },
  { name: 'DownloadDigest.update', make: () => [bytes('x')], run: (args) => freshDigest().update(...args) },
  {
    name: 'DownloadDigest.finish',
    make: () => [bytes('x')],
    run: (args) => {
      const digest = freshDigest()
      digest.update(...args)
      digest.finish()
    },
  },
  ...methodsOf('usual', usual, {
    explainNotification: () => [captured()],
    explainRequest: () => [capturedRequest()],
    requestMerchantTransfer: () => [{ mchid: '1900000001', appid: APPID, package: 'p', subMchid: '1', subAppid: 'wx1', openid: 'o' }],
    responseSignature: () => ['https://api.mch.weixin.qq.com/v3/billdownload/file?token=x'],
    webCryptoSigner: () => [cryptoKey, {}],
    wxConfig: () => [{ appid: APPID, url: 'https://shop.example/?a=b#c', jsapiTicket: 'ticket', timestamp: NOW, nonceStr: 'n' }],
  }),
  { name: 'usual.verifyCertificateChain', make: () => [{ certificate: pem, intermediates: [pem], root: pem, now: NOW }], run: (args) => usual.verifyCertificateChain(...args), mayRefuse: true },
  { name: 'WechatApiError.parse', make: () => ['{"errcode":40029,"errmsg":"invalid code"}'], run: (args) => usual.WechatApiError.parse(...args) },
  { name: 'WechatPayApiError.parse', make: () => [{ status: 400, body: '{"code":"PARAM_ERROR","message":"x","detail":{"a":1}}' }], run: (args) => usual.WechatPayApiError.parse(...args) },
  { name: 'WechatPayApiError.is', make: () => ['PARAM_ERROR'], run: (args) => usual.WechatPayApiError.parse({ status: 400, body: '{"code":"PARAM_ERROR"}' }).is(...args) },
  { name: 'nodeSigner', make: () => [createPrivateKey(merchantOptions.privateKey)], run: (args) => nodeSigner(...args).sign(bytes('x')) },
  ...[slim.init, slim.initExtras].map((init, at) => ({ name: init.name, make: () => [new Uint8Array(moduleBytes[at])], run: (args) => init(...args) })),
  ...adapterCalls(merchant),
  ...clientCalls(merchant),
]

/** Exported functions, and methods of exported classes, that no call of the table is about. */
export function missing() {
  const called = new Set(CALLS.map(({ name }) => name.replace(/^usual\./, '')))
  const left = []
  // Of 国密, what has SM2 in it; the rest is that of the usual module.
  const ofShangmi = { 'shangmi.Merchant': shangmi.Merchant, 'shangmi.TestPlatform': shangmi.TestPlatform }
  for (const exported of [usual, testing, adapters, client, slim, ofShangmi]) {
    for (const [name, value] of Object.entries(exported)) {
      if (typeof value !== 'function' || name === 'default') continue
      if (!/^(shangmi\.)?[A-Z]/.test(name)) {
        left.push(name)
        continue
      }
      const methods = (of) => Object.entries(Object.getOwnPropertyDescriptors(of)).filter(([, { value }]) => typeof value === 'function')
      const own = [...methods(value.prototype), ...methods(value)].map(([method]) => method)
      left.push(...own.filter((method) => !NOT_CALLED.includes(method)).map((method) => `${name}.${method}`))
    }
  }
  return left.filter((name) => !called.has(name))
}

/** Without arguments, or called by other cases of the table. */
const NOT_CALLED = ['constructor', 'free', 'name', 'prototype']
