import type * as declared from '../types/index.js'

/**
 * What the client needs of the module, found on the merchant it is given: so it works with the merchant of every entry
 * of the package and brings no second instance along.
 */
export interface Tools {
  responseSignature: typeof declared.responseSignature
  DownloadDigest: typeof declared.DownloadDigest
  parseApiError: typeof declared.WechatPayApiError.parse
}

export const TOOLS: unique symbol = Symbol.for('wechatpay-wasm/tools') as never
