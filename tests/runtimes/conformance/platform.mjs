// WeChat Pay as a merchant meets it, on WebCrypto alone: what the package opens was never made by the package.
import { base64, concat, fromBase64, utf8 } from './bytes.mjs'

export const NOW = 1_700_000_000
export const PUBLIC_KEY_ID = 'PUB_KEY_ID_0119000000012024010100000000000001'
export const CERTIFICATE_SERIAL = '0A39C0FFEE00112233445566778899AABBCCDDEE'
export const API_V3_KEY = '0123456789abcdefghijklmnopqrstuv'

export const transaction = {
  mchid: '1900000001',
  appid: 'wx8888888888888888',
  out_trade_no: '1217752501201407033233368018',
  transaction_id: '1217752501201407033233368019',
  trade_type: 'JSAPI',
  trade_state: 'SUCCESS',
  success_time: '2018-06-08T10:34:56+08:00',
  payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
  amount: { total: 100, payer_total: 100, currency: 'CNY', payer_currency: 'CNY' },
  attach: '微信支付 – test',
}

export const envelope = (resource, changes = {}) => ({
  id: 'EV-2018022511223320873',
  create_time: '2018-06-08T10:34:56+08:00',
  event_type: 'TRANSACTION.SUCCESS',
  resource_type: 'encrypt-resource',
  summary: '支付成功',
  resource,
  ...changes,
})

/** The options of a merchant; `key` gives a file of tests/vectors/keys. */
export const optionsWith = (key) => ({
  mchid: '1900000001',
  serialNo: '1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C',
  privateKey: key('throwaway-merchant-key'),
  apiV3Key: API_V3_KEY,
  platformKeys: [
    { serial: PUBLIC_KEY_ID, key: key('throwaway-platform-next-pub') },
    { key: key('throwaway-platform-cert') },
  ],
})

export class Platform {
  #signingKeys

  /** `key` gives a file of tests/vectors/keys. */
  static async withKeys(key) {
    const platform = new Platform()
    platform.#signingKeys = {
      [PUBLIC_KEY_ID]: await signingKey(key('throwaway-platform-next-key')),
      [CERTIFICATE_SERIAL]: await signingKey(key('throwaway-platform-key')),
    }
    return platform
  }

  /** Headers and body as they arrive. */
  async signed(body, { timestamp = NOW, nonce = randomText(32), serial = PUBLIC_KEY_ID } = {}) {
    const bytes = typeof body === 'string' ? utf8(body) : body
    const message = concat(utf8(`${timestamp}\n${nonce}\n`), bytes, utf8('\n'))
    const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', this.#signingKeys[serial], message)
    return {
      headers: {
        'Content-Type': 'application/json',
        'Wechatpay-Timestamp': String(timestamp),
        'Wechatpay-Nonce': nonce,
        'Wechatpay-Serial': serial,
        'Wechatpay-Signature': base64(new Uint8Array(signature)),
        'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
        'Request-ID': '08F78BB5AF0610D302189AF5A1BB0520',
      },
      body,
      now: NOW,
    }
  }

  async notification(resource = transaction) {
    return this.signed(JSON.stringify(envelope(await encrypt(JSON.stringify(resource)))))
  }
}

export async function encrypt(plaintext, { nonce = randomText(12), associatedData = 'transaction' } = {}) {
  const key = await crypto.subtle.importKey('raw', utf8(API_V3_KEY), 'AES-GCM', false, ['encrypt'])
  const algorithm = { name: 'AES-GCM', iv: utf8(nonce), additionalData: utf8(associatedData ?? '') }
  const ciphertext = await crypto.subtle.encrypt(algorithm, key, typeof plaintext === 'string' ? utf8(plaintext) : plaintext)
  return {
    original_type: 'transaction',
    algorithm: 'AEAD_AES_256_GCM',
    ciphertext: base64(new Uint8Array(ciphertext)),
    associated_data: associatedData,
    nonce,
  }
}

function signingKey(pem) {
  const der = fromBase64(pem.replaceAll(/-----[^-]+-----|\s/g, ''))
  return crypto.subtle.importKey('pkcs8', der, { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, false, ['sign'])
}

function randomText(length) {
  return Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => (byte & 15).toString(16)).join('')
}
