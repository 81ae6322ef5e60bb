// Each package, called as its documentation says, with its keys parsed beforehand where it can do that.
import crypto, { constants, webcrypto } from 'node:crypto'
import { createRequire } from 'node:module'

import * as fixtures from './fixtures.mjs'

const { API_V3_KEY, APPID, FIELD, MCHID, NONCE, ORDER, ownKey, PATH, PREPAY_ID, PUBLIC_KEY_ID, SERIAL_NO, theirPublicKey } = fixtures
const require = createRequire(import.meta.url)

const timestamp = String(fixtures.now())
const requestMessage = `POST\n${PATH}\n${timestamp}\n${NONCE}\n${ORDER}\n`
const payMessage = `${APPID}\n${timestamp}\n${NONCE}\nprepay_id=${PREPAY_ID}\n`
const arrived = fixtures.notification()
const { headers, body } = arrived
const responseMessage = `${headers['wechatpay-timestamp']}\n${headers['wechatpay-nonce']}\n${body}\n`
const signature = Buffer.from(headers['wechatpay-signature'], 'base64')
const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }
const field = crypto.publicEncrypt({ key: crypto.createPublicKey(ownKey), ...oaep }, Buffer.from(FIELD)).toString('base64')

export const packages = { ...ours(), ...nodeV3(), ...axiosPlugin(), ...(await easywechat()), ...node(), ...(await web()) }

/** `authorize` and so on of everybody who has it: what to run, and what its result must hold. */
export const operations = {
  'request authorization': { name: 'authorize', isRight: (result) => /[A-Za-z0-9+/]{342}==/.test(result) },
  'pay parameters': { name: 'payParameters', isRight: (result) => Buffer.from(result, 'base64').length === 256 },
  'notification to object': { name: 'notify', isRight: (result) => result.out_trade_no === '1217752501201407033233368018' },
  'response verification': { name: 'verify', isRight: (result) => result === true },
  'OAEP encryption': { name: 'encrypt', isRight: (result) => decrypted(result) === FIELD },
  'OAEP decryption': { name: 'decrypt', isRight: (result) => result === FIELD },
}

function decrypted(ciphertext) {
  const key = fixtures.key('throwaway-platform-next-key')
  return crypto.privateDecrypt({ key, ...oaep }, Buffer.from(ciphertext, 'base64')).toString()
}

function ours() {
  const { Merchant } = require('wechatpay-wasm')
  const url = `https://api.mch.weixin.qq.com${PATH}`
  const merchant = (engine) => {
    const shop = new Merchant({
      mchid: MCHID,
      serialNo: SERIAL_NO,
      privateKey: ownKey,
      apiV3Key: API_V3_KEY,
      platformKeys: [{ serial: PUBLIC_KEY_ID, key: theirPublicKey }],
      engine,
    })
    return {
      authorize: () => shop.authorize({ method: 'POST', url, body: ORDER }).authorization,
      payParameters: () => shop.requestPayment({ appid: APPID, prepayId: PREPAY_ID }).paySign,
      notify: () => shop.openNotification(arrived).resource,
      verify: () => shop.verifyResponse(arrived) !== undefined,
      encrypt: () => shop.encryptSensitive(FIELD).ciphertext,
      decrypt: () => shop.decryptSensitive(field),
    }
  }
  return { ours: merchant('auto'), 'ours, wasm only': merchant('wasm') }
}

function nodeV3() {
  const WxPay = require('wechatpay-node-v3')
  const pay = new WxPay({
    appid: APPID,
    mchid: MCHID,
    publicKey: Buffer.from(fixtures.key('throwaway-merchant-cert')),
    privateKey: Buffer.from(ownKey),
    key: API_V3_KEY,
  })
  WxPay.certificates[PUBLIC_KEY_ID] = theirPublicKey
  const verify = () =>
    pay.verifySign({
      timestamp: headers['wechatpay-timestamp'],
      nonce: headers['wechatpay-nonce'],
      body,
      serial: headers['wechatpay-serial'],
      signature: headers['wechatpay-signature'],
    })
  return {
    'wechatpay-node-v3': {
      authorize: () => pay.getAuthorization(NONCE, timestamp, pay.getSignature('POST', NONCE, timestamp, PATH, ORDER)),
      payParameters: () => pay.sha256WithRsa(payMessage),
      async notify() {
        if (!(await verify())) throw new Error('refused')
        const { ciphertext, associated_data, nonce } = JSON.parse(body).resource
        return pay.decipher_gcm(ciphertext, associated_data, nonce)
      },
      async verify() {
        return await verify()
      },
      encrypt: () => pay.publicEncrypt(FIELD, Buffer.from(theirPublicKey)),
      decrypt: () => pay.privateDecrypt(field),
    },
  }
}

function axiosPlugin() {
  const { Aes, Formatter, Rsa } = require('wechatpay-axios-plugin')
  const own = Rsa.from(ownKey, 'private')
  const theirs = Rsa.from(theirPublicKey, 'public')
  const verify = () => {
    const message = Formatter.response(headers['wechatpay-timestamp'], headers['wechatpay-nonce'], body)
    return Rsa.verify(message, headers['wechatpay-signature'], theirs)
  }
  return {
    'wechatpay-axios-plugin': {
      authorize() {
        const signed = Rsa.sign(Formatter.request('POST', PATH, timestamp, NONCE, ORDER), own)
        return Formatter.authorization(MCHID, NONCE, signed, timestamp, SERIAL_NO)
      },
      payParameters: () => Rsa.sign(Formatter.joinedByLineFeed(APPID, timestamp, NONCE, `prepay_id=${PREPAY_ID}`), own),
      notify() {
        if (!verify()) throw new Error('refused')
        const { ciphertext, nonce, associated_data } = JSON.parse(body).resource
        return JSON.parse(Aes.AesGcm.decrypt(ciphertext, API_V3_KEY, nonce, associated_data))
      },
      verify,
      encrypt: () => Rsa.encrypt(FIELD, theirs),
      decrypt: () => Rsa.decrypt(field, own),
    },
  }
}

async function easywechat() {
  const { Pay } = require('node-easywechat')
  const app = new Pay({
    app_id: APPID,
    mch_id: MCHID,
    certificate: fixtures.keyFile('throwaway-merchant-cert'),
    private_key: fixtures.keyFile('throwaway-merchant-key'),
    secret_key: API_V3_KEY,
    platform_certs: { [PUBLIC_KEY_ID]: fixtures.keyFile('throwaway-platform-next-pub') },
  })
  const [Signature, Validator, Server] = ['Signature', 'Validator', 'Server'].map((name) => {
    const loaded = require(`node-easywechat/dist/Pay/${name}`)
    return loaded.default ?? loaded
  })
  const request = {
    hasHeader: (name) => headers[name.toLowerCase()] !== undefined,
    getHeader: (name) => headers[name.toLowerCase()],
    getBody: () => body,
  }
  const signer = new Signature(app.getMerchant())
  const validator = new Validator(app.getMerchant())
  const server = new Server(app.getMerchant(), null)
  const encryptor = await app.getUtils().getEncryptor()
  return {
    'node-easywechat': {
      authorize: () => signer.createHeader('POST', PATH, { data: ORDER }, NONCE, timestamp),
      payParameters: () => app.getUtils().createSignature(payMessage),
      async notify() {
        await validator.validate(request)
        const opened = await server.decodeJsonMessage(JSON.parse(body))
        return opened
      },
      verify: () => validator.validate(request),
      encrypt: () => encryptor.encrypt(FIELD),
      decrypt: () => encryptor.decrypt(field),
    },
  }
}

function node() {
  const own = crypto.createPrivateKey(ownKey)
  const theirs = crypto.createPublicKey(theirPublicKey)
  const message = Buffer.from(requestMessage)
  const payload = Buffer.from(payMessage)
  const response = Buffer.from(responseMessage)
  const withKeys = (own, theirs) => ({
    authorize: () => crypto.sign('sha256', message, own).toString('base64'),
    payParameters: () => crypto.sign('sha256', payload, own).toString('base64'),
    notify() {
      if (!crypto.verify('sha256', response, theirs, signature)) throw new Error('refused')
      const { ciphertext, nonce, associated_data } = JSON.parse(body).resource
      const sealed = Buffer.from(ciphertext, 'base64')
      const decipher = crypto.createDecipheriv('aes-256-gcm', API_V3_KEY, nonce, { authTagLength: 16 })
      decipher.setAAD(Buffer.from(associated_data)).setAuthTag(sealed.subarray(-16))
      return JSON.parse(decipher.update(sealed.subarray(0, -16), undefined, 'utf8') + decipher.final('utf8'))
    },
    verify: () => crypto.verify('sha256', response, theirs, signature),
    encrypt: () => crypto.publicEncrypt({ key: theirs, ...oaep }, Buffer.from(FIELD)).toString('base64'),
    decrypt: () => crypto.privateDecrypt({ key: own, ...oaep }, Buffer.from(field, 'base64')).toString(),
  })
  return { 'node:crypto, KeyObject': withKeys(own, theirs), 'node:crypto, PEM': withKeys(ownKey, theirPublicKey) }
}

async function web() {
  const { subtle } = webcrypto
  const der = (key) => key.export({ type: key.type === 'private' ? 'pkcs8' : 'spki', format: 'der' })
  const own = crypto.createPrivateKey(ownKey)
  const theirs = crypto.createPublicKey(theirPublicKey)
  const rsassa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const rsaes = { name: 'RSA-OAEP', hash: 'SHA-1' }
  const signing = await subtle.importKey('pkcs8', der(own), rsassa, false, ['sign'])
  const verifying = await subtle.importKey('spki', der(theirs), rsassa, false, ['verify'])
  const encrypting = await subtle.importKey('spki', der(theirs), rsaes, false, ['encrypt'])
  const decrypting = await subtle.importKey('pkcs8', der(own), rsaes, false, ['decrypt'])
  const aes = await subtle.importKey('raw', Buffer.from(API_V3_KEY), 'AES-GCM', false, ['decrypt'])
  const [message, payload, response] = [requestMessage, payMessage, responseMessage].map((text) => Buffer.from(text))
  const base64 = (bytes) => Buffer.from(bytes).toString('base64')
  const verify = () => subtle.verify(rsassa, verifying, signature, response)
  return {
    WebCrypto: {
      authorize: async () => base64(await subtle.sign(rsassa, signing, message)),
      payParameters: async () => base64(await subtle.sign(rsassa, signing, payload)),
      async notify() {
        if (!(await verify())) throw new Error('refused')
        const { ciphertext, nonce, associated_data } = JSON.parse(body).resource
        const parameters = { name: 'AES-GCM', iv: Buffer.from(nonce), additionalData: Buffer.from(associated_data) }
        return JSON.parse(Buffer.from(await subtle.decrypt(parameters, aes, Buffer.from(ciphertext, 'base64'))).toString())
      },
      verify,
      encrypt: async () => base64(await subtle.encrypt(rsaes, encrypting, Buffer.from(FIELD))),
      decrypt: async () => Buffer.from(await subtle.decrypt(rsaes, decrypting, Buffer.from(field, 'base64'))).toString(),
    },
  }
}
