import { Merchant } from 'wechatpay-wasm'

export const merchant = new Merchant({ mchid: 1, serialNo: 'AB', privateKey: '', apiV3Key: '', platformKeys: [] })
