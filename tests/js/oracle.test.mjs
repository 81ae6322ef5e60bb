// Random cases against node:crypto, which shares no code with the package.
import assert from 'node:assert/strict'
import { constants, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'

import { suite } from './support/cases.mjs'
import { seeded } from './support/random.mjs'
import { key } from './support/vectors.mjs'
import { encrypt, envelope, merchant, NOW, signed } from './support/wechat-pay.mjs'

const { below, pick, text } = seeded('oracle')
const TOKEN = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
const ANY = [...TOKEN, ...'"\\/\n\t {}[]:,é微信支付☃\u0000\u007f']
const anyText = () => text(ANY, below(300))

const keys = {
  'RSA-2048': key('throwaway-merchant-key'),
  'RSA-3072': key('throwaway-rsa3072-key'),
  'RSA-4096': key('flurl-4096-key'),
  'a fresh RSA-2048': generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
}

const signing = suite('oracle/sign')
for (const [label, privateKey] of Object.entries(keys)) {
  const shop = merchant({ privateKey })
  const oracle = createPrivateKey(privateKey)
  for (let round = 0; round < 10; round += 1) {
    signing.accepts(`${label} ${round}`, () => {
      const url = `/v3/${text(TOKEN, below(30))}?${text(`${TOKEN}%=&-_.~`, below(60))}`
      const body = anyText()
      const timestamp = below(2 ** 32)
      const nonceStr = text(TOKEN, 1 + below(32))
      const method = pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
      const { authorization, message } = shop.authorize({ method, url, body, timestamp, nonceStr })
      assert.equal(message, `${method}\n${url}\n${timestamp}\n${nonceStr}\n${body}\n`)
      const expected = sign('sha256', Buffer.from(message), oracle).toString('base64')
      assert.equal(/signature="([^"]+)"$/.exec(authorization)[1], expected)

      const appid = `wx${text(TOKEN, 16)}`
      const prepayId = `wx${text(TOKEN, 34)}`
      const { paySign } = shop.requestPayment({ appid, prepayId, timestamp, nonceStr })
      const payMessage = `${appid}\n${timestamp}\n${nonceStr}\nprepay_id=${prepayId}\n`
      assert.ok(verify('sha256', Buffer.from(payMessage), createPublicKey(privateKey), Buffer.from(paySign, 'base64')))
    })
  }
}

const opening = suite('oracle/open')
const shop = merchant()
for (let round = 0; round < 60; round += 1) {
  opening.accepts(`notification ${round}`, () => {
    const resource = { text: anyText(), number: below(2 ** 31), nested: { list: [anyText(), null, true] } }
    const sealed = encrypt(JSON.stringify(resource), { associatedData: pick(['', 'transaction', anyText(), undefined]) })
    const head = { summary: anyText(), id: text(TOKEN, 36) }
    const message = signed(JSON.stringify(envelope(sealed, head), null, pick([0, 2, '\t'])))
    const opened = shop.openNotification({ ...message, now: NOW + below(601) - 300 })
    assert.deepEqual(opened.resource, resource)
    assert.equal(opened.summary, head.summary)
    assert.equal(opened.id, head.id)
  })
  opening.refuses(`notification ${round} with one bit changed`, 'ERR_SIGNATURE_INVALID', () => {
    const message = signed(JSON.stringify(envelope(encrypt(anyText()))))
    const bytes = Buffer.from(message.body)
    bytes[below(bytes.length)] ^= 1 << below(8)
    return shop.openNotification({ ...message, body: bytes })
  })
}
opening.refuses('a signature of another padding', 'ERR_SIGNATURE_INVALID', () => {
  const message = signed('{}')
  const bytes = Buffer.from(`${NOW}\n${message.headers['Wechatpay-Nonce']}\n{}\n`)
  const pss = { key: key('throwaway-platform-next-key'), padding: constants.RSA_PKCS1_PSS_PADDING }
  message.headers['Wechatpay-Signature'] = sign('sha256', bytes, pss).toString('base64')
  return shop.openNotification(message)
})
opening.refuses('a signature of another hash', 'ERR_SIGNATURE_INVALID', () => {
  const message = signed('{}')
  const bytes = Buffer.from(`${NOW}\n${message.headers['Wechatpay-Nonce']}\n{}\n`)
  message.headers['Wechatpay-Signature'] = sign('sha1', bytes, key('throwaway-platform-next-key')).toString('base64')
  return shop.openNotification(message)
})
