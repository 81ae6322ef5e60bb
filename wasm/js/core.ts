// Over the module `wechatpay`.
export { WechatPayApiError } from './api-error.js'
export { DownloadDigest } from './download-digest.js'
export { WechatPayError } from './errors.js'
export { responseSignature } from './files.js'
export { Merchant } from './merchant.js'
export { webCryptoSigner } from './signers.js'
