/** Where the package computes RSA and AES-GCM: the suites run once with each. */
export const engine = process.env.WECHATPAY_ENGINE ?? 'auto'
