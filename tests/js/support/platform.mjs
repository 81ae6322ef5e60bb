// WeChat Pay as a merchant meets it, on node:crypto alone: what the package opens was never made by the package.
// Nothing here imports the package, so that suites of other runtimes can use it.
import { createCipheriv, createPrivateKey, randomBytes, sign } from 'node:crypto'

import {
  API_V3_KEY,
  CERTIFICATE_SERIAL,
  envelope,
  NOW,
  optionsWith,
  PUBLIC_KEY_ID,
  transaction,
} from '../../runtimes/conformance/platform.mjs'
import { engine } from './engine.mjs'
import { key } from './vectors.mjs'

export { API_V3_KEY, CERTIFICATE_SERIAL, envelope, NOW, PUBLIC_KEY_ID, transaction }

export const merchantOptions = { ...optionsWith(key), engine }

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
