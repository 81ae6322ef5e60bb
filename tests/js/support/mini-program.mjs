// WeChat as a mini program meets it, on node:crypto alone: what the package opens was never made by the package.
import assert from 'node:assert/strict'
import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  sign,
  verify,
} from 'node:crypto'

import { MiniProgram } from 'wechatpay-wasm'

import { engine } from './engine.mjs'
import { key } from './vectors.mjs'

export const NOW = 1_795_000_000
export const APPID = 'wx4f4bc4dec97d474b'
export const SESSION_KEY = 'tiihtNczf5v6AKRyjwEUhQ=='
export const APP_SECRET = '0123456789abcdef0123456789abcdef'
export const APP_KEYS = { live: 'live-app-key', sandbox: 'sandbox-app-key' }
export const URL_OF_API = 'https://api.weixin.qq.com/wxa/getuserriskrank'
export const SYMMETRIC_KEY = {
  sn: 'fa05fe1e5bcc79b81ad5ad4b58acf787',
  key: 'otUpngOjU+nVQaWJIC3D/yMLV17RKaP6t4Ot9tbnzLY=',
}
export const CERTIFICATE_SN = '79ba700ea147819f640941bceb38b1d1'

export const secureApi = {
  key: SYMMETRIC_KEY,
  privateKey: key('throwaway-merchant-key'),
  certificates: [{ sn: CERTIFICATE_SN, certificate: key('throwaway-platform-cert') }],
  engine,
}

export const options = { appid: APPID, appSecret: APP_SECRET, appKeys: APP_KEYS, secureApi }
export const program = (changes = {}) => new MiniProgram({ ...options, ...changes })

export const sha1 = (...parts) =>
  createHash('sha1')
    .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
    .digest('hex')
export const hmac = (secret, text) => createHmac('sha256', secret).update(text).digest('hex')

/** `encryptedData` and `iv` around whole blocks, whose padding is up to the caller. */
export function encryptBlocks(sessionKey, iv, blocks) {
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(sessionKey, 'base64'), iv).setAutoPadding(false)
  const encryptedData = Buffer.concat([cipher.update(blocks), cipher.final()]).toString('base64')
  return { sessionKey, encryptedData, iv: iv.toString('base64') }
}

export function encrypt(sessionKey, iv, text) {
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(sessionKey, 'base64'), iv)
  const encryptedData = Buffer.concat([cipher.update(text), cipher.final()]).toString('base64')
  return { sessionKey, encryptedData, iv: iv.toString('base64') }
}

const platformKey = createPrivateKey(key('throwaway-platform-key'))
const nextKey = createPrivateKey(key('throwaway-platform-next-key'))

export const signPss = (message, { next = false, saltLength = 32 } = {}) =>
  sign('sha256', Buffer.from(message), {
    key: next ? nextKey : platformKey,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength,
  }).toString('base64')

/** What WeChat answers to an encrypted request; each part can be another than it should be. */
export function response(changes = {}) {
  const { url = URL_OF_API, appid = APPID, timestamp = NOW, sn = SYMMETRIC_KEY.sn } = changes
  const {
    plaintext = { _n: 'ShYZpqdVgY+yQVAxNSWhYg', _appid: appid, _timestamp: timestamp, errcode: 0, risk_rank: 0 },
    iv = Buffer.alloc(12, 7),
    signed = {},
  } = changes
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(SYMMETRIC_KEY.key, 'base64'), iv)
  cipher.setAAD(Buffer.from(`${url}|${appid}|${timestamp}|${sn}`))
  const text = typeof plaintext === 'string' ? plaintext : JSON.stringify(plaintext)
  const data = Buffer.concat([cipher.update(text), cipher.final()]).toString('base64')
  const body =
    changes.body ?? JSON.stringify({ iv: iv.toString('base64'), data, authtag: cipher.getAuthTag().toString('base64') })
  const headers = {
    'content-type': 'application/json',
    'Wechatmp-Appid': appid,
    'Wechatmp-TimeStamp': String(timestamp),
    'Wechatmp-Serial': CERTIFICATE_SN,
    'Wechatmp-Signature': signPss(`${url}\n${appid}\n${timestamp}\n${body}`, signed),
  }
  return { url, headers, body, now: NOW }
}

/** What is inside a sealed request, as WeChat opens it. */
export const opened = (body, timestamp, sn = SYMMETRIC_KEY.sn) => {
  const { iv, data, authtag, ...rest } = JSON.parse(body)
  assert.deepEqual(rest, {})
  const decipher = createDecipheriv('aes-256-gcm', Buffer.from(SYMMETRIC_KEY.key, 'base64'), Buffer.from(iv, 'base64'))
  decipher.setAAD(Buffer.from(`${URL_OF_API}|${APPID}|${timestamp}|${sn}`)).setAuthTag(Buffer.from(authtag, 'base64'))
  return JSON.parse(decipher.update(data, 'base64', 'utf8') + decipher.final('utf8'))
}
const publicKey = createPublicKey(secureApi.privateKey)
/** Whether a sealed request is signed, with a salt of just this length. */
export const isSigned = ({ headers, body }, saltLength = 32) => {
  const message = `${URL_OF_API}\n${headers['Wechatmp-Appid']}\n${headers['Wechatmp-TimeStamp']}\n${body}`
  const pss = { key: publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }
  return verify('sha256', Buffer.from(message), pss, Buffer.from(headers['Wechatmp-Signature'], 'base64'))
}
