/**
 * 国密: the same package with SM2, SM3 and SM4 in its module, 105 kB larger. Import everything from here, in place of
 * `wechatpay-wasm`; RSA works as it does there.
 *
 * A `Merchant` takes an SM2 `privateKey` (PKCS#8 or SEC1, PEM or DER), and SM2 public keys and certificates among its
 * `platformKeys`. Its requests are then signed by `WECHATPAY2-SM2-WITH-SM3`, its sensitive fields encrypted with SM2,
 * and notifications decrypted with AEAD_SM4_GCM (`docs/merchant/development/shangmi/guide.html`). What WeChat's clients
 * take is signed with RSA only: `requestPayment` and `appPayment` of such a merchant throw `ERR_SCHEME_UNSUPPORTED`, so
 * keep a second `Merchant` with the RSA key for them. WeChat Pay enables 国密 for a merchant on request.
 */

export * from './index.js'
export { TestPlatform } from './testing.js'
