// Both sides: a merchant of the package, and the WeChat Pay it talks to.
import { Merchant } from 'wechatpay-wasm'

import { merchantOptions } from './platform.mjs'

export * from './platform.mjs'

export const merchant = (changes = {}) => new Merchant({ ...merchantOptions, ...changes })
