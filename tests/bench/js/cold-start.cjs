// Reads a notification from standard input and opens it with the package named, which nothing has loaded yet.
const { readFileSync } = require('node:fs')
const { join } = require('node:path')

require('node:net').Socket.prototype.connect = () => {
  throw new Error('a package tried to reach the network during a measurement')
}
const keys = join(__dirname, '../../vectors/keys')
const file = (name) => join(keys, `${name}.pem`)
const key = (name) => readFileSync(file(name), 'utf8')
const [mchid, appid] = ['1900000001', 'wx8888888888888888']
const serialNo = '1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C'
const apiV3Key = '0123456789abcdefghijklmnopqrstuv'
const own = key('throwaway-merchant-key')
const theirs = key('throwaway-platform-next-pub')
const certificate = key('throwaway-merchant-cert')
const arrived = JSON.parse(readFileSync(0, 'utf8'))
const { headers, body } = arrived
const serial = headers['wechatpay-serial']

const packages = {
  ours() {
    const { Merchant } = require('wechatpay-wasm')
    const merchant = new Merchant({ mchid, serialNo, privateKey: own, apiV3Key, platformKeys: [{ serial, key: theirs }] })
    return merchant.openNotification(arrived).resource
  },
  async 'wechatpay-node-v3'() {
    const WxPay = require('wechatpay-node-v3')
    const keys = { publicKey: Buffer.from(certificate), privateKey: Buffer.from(own) }
    const pay = new WxPay({ appid, mchid, ...keys, key: apiV3Key })
    WxPay.certificates[serial] = theirs
    const [timestamp, nonceOf, signature] = ['timestamp', 'nonce', 'signature'].map((name) => headers[`wechatpay-${name}`])
    if (!(await pay.verifySign({ timestamp, nonce: nonceOf, body, serial, signature }))) throw new Error('refused')
    const { ciphertext, associated_data, nonce } = JSON.parse(body).resource
    return pay.decipher_gcm(ciphertext, associated_data, nonce)
  },
  'wechatpay-axios-plugin'() {
    const { Aes, Formatter, Rsa } = require('wechatpay-axios-plugin')
    const message = Formatter.response(headers['wechatpay-timestamp'], headers['wechatpay-nonce'], body)
    if (!Rsa.verify(message, headers['wechatpay-signature'], Rsa.from(theirs, 'public'))) throw new Error('refused')
    const { ciphertext, nonce, associated_data } = JSON.parse(body).resource
    return JSON.parse(Aes.AesGcm.decrypt(ciphertext, apiV3Key, nonce, associated_data))
  },
  async 'node-easywechat'() {
    const { Pay } = require('node-easywechat')
    const app = new Pay({
      app_id: appid,
      mch_id: mchid,
      certificate: file('throwaway-merchant-cert'),
      private_key: file('throwaway-merchant-key'),
      secret_key: apiV3Key,
      platform_certs: { [serial]: file('throwaway-platform-next-pub') },
    })
    const [Validator, Server] = ['Validator', 'Server'].map((name) => {
      const loaded = require(`node-easywechat/dist/Pay/${name}`)
      return loaded.default ?? loaded
    })
    const request = {
      hasHeader: (name) => headers[name.toLowerCase()] !== undefined,
      getHeader: (name) => headers[name.toLowerCase()],
      getBody: () => body,
    }
    await new Validator(app.getMerchant()).validate(request)
    return await new Server(app.getMerchant(), null).decodeJsonMessage(JSON.parse(body))
  },
  'node:crypto'() {
    const crypto = require('node:crypto')
    const [timestamp, nonceOf, signature] = ['timestamp', 'nonce', 'signature'].map((name) => headers[`wechatpay-${name}`])
    const message = Buffer.from(`${timestamp}\n${nonceOf}\n${body}\n`)
    if (!crypto.verify('sha256', message, theirs, Buffer.from(signature, 'base64'))) throw new Error('refused')
    const { ciphertext, nonce, associated_data } = JSON.parse(body).resource
    const sealed = Buffer.from(ciphertext, 'base64')
    const decipher = crypto.createDecipheriv('aes-256-gcm', apiV3Key, nonce, { authTagLength: 16 })
    decipher.setAAD(Buffer.from(associated_data)).setAuthTag(sealed.subarray(-16))
    return JSON.parse(decipher.update(sealed.subarray(0, -16), undefined, 'utf8') + decipher.final('utf8'))
  },
}

const start = performance.now()
Promise.resolve(packages[process.argv[2]]()).then((resource) => {
  const time = performance.now() - start
  if (resource.out_trade_no !== '1217752501201407033233368018') throw new Error('it opened something else')
  console.log(JSON.stringify({ time, memory: process.memoryUsage.rss() / 2 ** 20 }))
})
