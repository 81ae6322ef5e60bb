/**
 * WeChat Pay (微信支付) API v3 on every JavaScript runtime: sign requests and payment parameters, verify and decrypt
 * what WeChat Pay sends. Synchronous, nothing to initialise, no dependencies.
 *
 * Page numbers such as `4012365336` are pages of the official documentation,
 * `https://pay.weixin.qq.com/doc/v3/merchant/<number>`.
 *
 * @module wechatpay-wasm
 */

export * from './api-error.js'
export * from './errors.js'
export * from './explain.js'
export * from './files.js'
export * from './jssdk.js'
export * from './merchant.js'
export * from './message-push.js'
export * from './mini-program.js'
export * from './signers.js'
export * from './v2.js'
