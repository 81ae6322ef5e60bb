import wechatpay = require('wechatpay-wasm')
import shangmi = require('wechatpay-wasm/shangmi')

const merchant: wechatpay.Merchant = new wechatpay.Merchant({
  mchid: '1900000001',
  serialNo: 'AB',
  privateKey: '',
  apiV3Key: '',
  platformKeys: [],
})
const codes: readonly wechatpay.WechatPayErrorCode[] = wechatpay.WechatPayError.codes

const other: wechatpay.Merchant = shangmi.Merchant.prototype

export = { codes, merchant, other }
