// The same input for everybody: keys, an order to be signed, and a notification as it arrives.
import { createCipheriv, randomBytes, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const keys = new URL('../../vectors/keys/', import.meta.url)
export const keyFile = (name) => fileURLToPath(new URL(`${name}.pem`, keys))
export const key = (name) => readFileSync(keyFile(name), 'utf8')
const text = (name) => readFileSync(new URL(`../${name}.json`, import.meta.url), 'utf8').trim()

export const MCHID = '1900000001'
export const APPID = 'wx8888888888888888'
export const SERIAL_NO = '1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C'
export const PUBLIC_KEY_ID = 'PUB_KEY_ID_0119000000012024010100000000000001'
export const API_V3_KEY = '0123456789abcdefghijklmnopqrstuv'
export const PATH = '/v3/pay/transactions/jsapi'
export const PREPAY_ID = 'wx201410272009395522657a690389285100'
export const NONCE = '593BEC0C930BF1AFEB40B4A08C8FB242'
export const FIELD = '440101199003071234'
export const ORDER = text('order')
export const ownKey = key('throwaway-merchant-key')
export const theirPublicKey = key('throwaway-platform-next-pub')

export const now = () => Math.floor(Date.now() / 1000)

/** Headers as Node gives them, with what a proxy adds, and the raw body. */
export function notification() {
  const nonce = randomBytes(6).toString('hex')
  const cipher = createCipheriv('aes-256-gcm', API_V3_KEY, nonce).setAAD(Buffer.from('transaction'))
  const sealed = [cipher.update(text('transaction')), cipher.final(), cipher.getAuthTag()]
  const body = JSON.stringify({
    id: 'EV-2018022511223320873',
    create_time: '2018-06-08T10:34:56+08:00',
    resource_type: 'encrypt-resource',
    event_type: 'TRANSACTION.SUCCESS',
    summary: '支付成功',
    resource: {
      original_type: 'transaction',
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext: Buffer.concat(sealed).toString('base64'),
      associated_data: 'transaction',
      nonce,
    },
  })
  const timestamp = String(now())
  const message = `${timestamp}\n${NONCE}\n${body}\n`
  const headers = {
    host: 'shop.example',
    'user-agent': 'Mozilla/4.0',
    'content-length': String(Buffer.byteLength(body)),
    accept: '*/*',
    'content-type': 'application/json',
    pragma: 'no-cache',
    'request-id': '08F78BB5AF0610D302189AF5A1BB0520',
    'wechatpay-nonce': NONCE,
    'wechatpay-serial': PUBLIC_KEY_ID,
    'wechatpay-signature': sign('sha256', Buffer.from(message), key('throwaway-platform-next-key')).toString('base64'),
    'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
    'wechatpay-timestamp': timestamp,
    'x-forwarded-for': '101.226.103.1',
  }
  return { headers, body }
}
