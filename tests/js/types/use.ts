// Compiled, never run: what a TypeScript project may write, and what it must not be able to.
import {
  type AppPaymentParams,
  type Authorization,
  Merchant,
  type MerchantOptions,
  type Notification,
  type RequestPaymentParams,
  WechatPayError,
  type WechatPayErrorCode,
} from 'wechatpay-wasm'
import { Merchant as ShangmiMerchant } from 'wechatpay-wasm/shangmi'
import { init as initModule, initExtras, Merchant as SlimMerchant } from 'wechatpay-wasm/slim'

declare const nodeHeaders: import('node:http').IncomingHttpHeaders
declare const fetchHeaders: Headers

const options: MerchantOptions = {
  mchid: '1900000001',
  serialNo: 'AB',
  privateKey: Buffer.from(''),
  apiV3Key: new Uint8Array(32),
  platformKeys: [{ serial: 'PUB_KEY_ID_1', key: '' }, { key: new Uint8Array() }],
}
const merchant = new Merchant(options)
const shangmi: Merchant = new ShangmiMerchant(options)
const slim: Merchant = new SlimMerchant(options)

initModule(new Uint8Array())
initExtras(new ArrayBuffer(0))
// @ts-expect-error a path is no module
initModule('wechatpay.wasm')
// @ts-expect-error a promise is none yet
initModule(Promise.resolve(new Uint8Array()))

const authorization: Authorization = merchant.authorize({ method: 'POST', url: new URL('https://x/'), body: '{}' })
const init: RequestInit = { headers: authorization.headers }
const params: RequestPaymentParams = merchant.requestPayment({ appid: 'wx', prepayId: 'wx' })
const rsa: 'RSA' = params.signType
const inApp: AppPaymentParams = merchant.appPayment({ appid: 'wx', prepayId: 'wx', partnerid: '1' })

interface Transaction {
  out_trade_no: string
}
const notification: Notification<Transaction> = merchant.openNotification<Transaction>({ headers: nodeHeaders, body: Buffer.from('') })
const number: string = notification.resource.out_trade_no
const unknown: unknown = merchant.openNotification({ headers: fetchHeaders, body: '', now: new Date() }).resource
const answer = merchant.verifyResponse<{ prepay_id: string }>({ headers: { 'wechatpay-nonce': ['a'] }, body: new ArrayBuffer(0), now: 1 })

function status(error: unknown): number {
  if (!(error instanceof WechatPayError)) throw error
  const code: WechatPayErrorCode = error.code
  return code === 'ERR_SIGNATURE_PROBE' ? 400 : 401
}

{
  using temporary = new Merchant(options)
  temporary.free()
}

// @ts-expect-error a number is no merchant number
new Merchant({ ...options, mchid: 1900000001 })
// @ts-expect-error the APIv3 key is missing
new Merchant({ mchid: '1', serialNo: 'AB', privateKey: '', platformKeys: [] })
// @ts-expect-error a parsed body
merchant.openNotification({ headers: fetchHeaders, body: { id: '' } })
// @ts-expect-error headers are missing
merchant.openNotification({ body: '' })
// @ts-expect-error nothing is known about a resource without saying so
merchant.openNotification({ headers: fetchHeaders, body: '' }).resource.out_trade_no
// @ts-expect-error no such code
const code: WechatPayErrorCode = 'ERR_NONE'
// @ts-expect-error another spelling
merchant.requestPayment({ appid: 'wx', prepay_id: 'wx' })

export { answer, code, inApp, init, number, params, rsa, shangmi, status, unknown }
