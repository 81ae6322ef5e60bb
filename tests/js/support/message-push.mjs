// WeChat's pushes, on node:crypto alone.
import { createCipheriv, createHash } from 'node:crypto'

import { MessagePush } from 'wechatpay-wasm'

export const NOW = 1_795_000_000
export const APPID = 'wxba5fad812f8e6fb9'
export const TOKEN = 'AAAAAtoken1'
export const AES_KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'
export const TEXT = '{"ToUserName":"gh_1","Event":"xpay_goods_deliver_notify","OutTradeNo":"支付1"}'

export const options = { appid: APPID, token: TOKEN, encodingAESKey: AES_KEY }
export const receiver = (changes = {}) => new MessagePush({ ...options, ...changes })

export const sha1Sorted = (...texts) =>
  createHash('sha1')
    .update(
      texts
        .map((text) => Buffer.from(text))
        .sort(Buffer.compare)
        .join(''),
    )
    .digest('hex')

/** The 32 bytes of an EncodingAESKey; Node drops the stray bits. */
export const keyBytes = (encodingAESKey) => Buffer.from(`${encodingAESKey}=`, 'base64')

/** `random(16) ‖ length(4) ‖ message ‖ appid`. */
export function framed(message, appid = APPID, length = Buffer.byteLength(message)) {
  const head = Buffer.from('0123456789abcdef....')
  head.writeUInt32BE(length, 16)
  return Buffer.concat([head, Buffer.from(message), Buffer.from(appid)])
}

export function pad(plaintext) {
  const count = 32 - (plaintext.length % 32)
  return Buffer.concat([plaintext, Buffer.alloc(count, count)])
}

export function encryptBlocks(blocks, encodingAESKey = AES_KEY) {
  const key = keyBytes(encodingAESKey)
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  return Buffer.concat([cipher.update(blocks), cipher.final()]).toString('base64')
}

/** A push around this `Encrypt`. */
export function push(encrypt, { token = TOKEN, timestamp = String(NOW), nonce = '415670741', xml = false } = {}) {
  return {
    query: {
      signature: sha1Sorted(token, timestamp, nonce),
      timestamp,
      nonce,
      openid: 'o9AgO5Kd5',
      encrypt_type: 'aes',
      msg_signature: sha1Sorted(token, timestamp, nonce, encrypt),
    },
    body: xml
      ? `<xml>\n<ToUserName><![CDATA[gh_1]]></ToUserName>\n<Encrypt><![CDATA[${encrypt}]]></Encrypt>\n</xml>`
      : JSON.stringify({ ToUserName: 'gh_1', Encrypt: encrypt }),
    now: NOW,
  }
}

export const good = (changes) => push(encryptBlocks(pad(framed(TEXT))), changes)
