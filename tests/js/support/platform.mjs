// WeChat Pay as a merchant meets it, on node:crypto alone: what the package opens was never made by the package.
// Nothing here imports the package, so that suites of other runtimes can use it.
import { createCipheriv, createPrivateKey, randomBytes, sign } from 'node:crypto'

import { engine } from './engine.mjs'
import { key } from './vectors.mjs'

export const NOW = 1_700_000_000
export const PUBLIC_KEY_ID = 'PUB_KEY_ID_0119000000012024010100000000000001'
export const CERTIFICATE_SERIAL = '0A39C0FFEE00112233445566778899AABBCCDDEE'
export const API_V3_KEY = '0123456789abcdefghijklmnopqrstuv'

export const merchantOptions = {
  mchid: '1900000001',
  serialNo: '1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C',
  privateKey: key('throwaway-merchant-key'),
  apiV3Key: API_V3_KEY,
  platformKeys: [
    { serial: PUBLIC_KEY_ID, key: key('throwaway-platform-next-pub') },
    { key: key('throwaway-platform-cert') },
  ],
  engine,
}

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

const signingKeys = {
  [PUBLIC_KEY_ID]: createPrivateKey(key('throwaway-platform-next-key')),
  [CERTIFICATE_SERIAL]: createPrivateKey(key('throwaway-platform-key')),
}

export function encrypt(plaintext, changes = {}) {
  const { apiV3Key = API_V3_KEY, nonce = randomBytes(6).toString('hex'), associatedData = 'transaction' } = changes
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(apiV3Key), Buffer.from(nonce))
  if (associatedData !== undefined) cipher.setAAD(Buffer.from(associatedData))
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
  return {
    original_type: 'transaction',
    algorithm: 'AEAD_AES_256_GCM',
    ciphertext: ciphertext.toString('base64'),
    associated_data: associatedData,
    nonce,
  }
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

/** Headers and body as they arrive. */
export function signed(body, { timestamp = NOW, nonce = randomBytes(16).toString('hex'), serial = PUBLIC_KEY_ID } = {}) {
  const bytes = Buffer.from(body)
  const message = Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), bytes, Buffer.from('\n')])
  return {
    headers: {
      'Content-Type': 'application/json',
      'Wechatpay-Timestamp': String(timestamp),
      'Wechatpay-Nonce': nonce,
      'Wechatpay-Serial': serial,
      'Wechatpay-Signature': sign('sha256', message, signingKeys[serial]).toString('base64'),
      'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
      'Request-ID': '08F78BB5AF0610D302189AF5A1BB0520',
    },
    body,
    now: NOW,
  }
}

export const notification = (resource = transaction) =>
  signed(JSON.stringify(envelope(encrypt(JSON.stringify(resource)))))
