/** From package.json, put in by the build. */
declare const PACKAGE_VERSION: string

export const USER_AGENT = `wechatpay-wasm/${PACKAGE_VERSION}`
