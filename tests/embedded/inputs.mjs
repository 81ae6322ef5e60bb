// Makes fresh keys and what OpenSSL answers, for the terminal to compare with: `node inputs.mjs <folder>` writes the
// file `inputs` there. Keys, certificates, signatures and MACs come from the openssl command; AES-GCM, which that command
// does not offer, from the OpenSSL inside Node.

import { execFileSync } from 'node:child_process'
import { createCipheriv, createPrivateKey, randomBytes, randomInt } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2]
const at = name => join(folder, name)
const openssl = (args, input) => execFileSync('openssl', args, { input, stdio: ['pipe', 'pipe', 'ignore'] })
const hex = length => randomBytes(length / 2).toString('hex')

const inputs = {}
const NOW = 1_795_000_000 + randomInt(1_000_000)
const API_V3_KEY = hex(32)
const API_V2_KEY = hex(32)

function key(name, bits = 2048) {
  openssl(['genpkey', '-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${bits}`, '-out', at(`${name}.pem`)])
  return at(`${name}.pem`)
}

const sign = (keyFile, message) =>
  openssl(['dgst', '-sha256', '-sign', keyFile, '-binary'], message).toString('base64')

// The merchant's key in every form, and two keys of WeChat Pay: one with an id, one with a certificate.
const merchant = key('merchant')
const platform = key('platform')
const certified = key('certified')
const long = key('long', 3072)
inputs.merchant_pem = readFileSync(merchant)
inputs.merchant_pkcs8 = openssl(['pkcs8', '-topk8', '-nocrypt', '-in', merchant, '-outform', 'DER'])
inputs.merchant_pkcs1 = openssl(['rsa', '-in', merchant, '-traditional', '-outform', 'DER'])
inputs.platform_pem = openssl(['pkey', '-in', platform, '-pubout'])
inputs.platform_der = openssl(['pkey', '-in', platform, '-pubout', '-outform', 'DER'])
for (const [name, file] of Object.entries({ merchant, platform })) {
  const { n, e, d, p, q, dp, dq, qi } = createPrivateKey(readFileSync(file)).export({ format: 'jwk' })
  const numbers = name === 'merchant' ? { n, e, d, p, q, dp, dq, qi } : { n, e }
  for (const [letter, number] of Object.entries(numbers)) inputs[`${name}_${letter}`] = Buffer.from(number, 'base64url')
}
inputs.long_pem = openssl(['pkey', '-in', long, '-pubout'])
inputs.long_signature = sign(long, 'a longer signature')
inputs.platform_id = 'PUB_KEY_ID_' + String(randomInt(2 ** 40)).padStart(28, '0')
const request = ['req', '-x509', '-key', certified, '-subj', '/C=CN/O=Tenpay.com/CN=Tenpay.com sign', '-days', '1825']
openssl([...request, '-out', at('certificate.pem')])
const x509 = (...args) => openssl(['x509', '-in', at('certificate.pem'), ...args])
const field = option => x509('-noout', option).toString().trim().split('=')[1]
inputs.certificate_pem = x509()
inputs.certificate_der = x509('-outform', 'DER')
inputs.certificate_serial = field('-serial')
inputs.certificate_not_before = Date.parse(field('-startdate')) / 1000
inputs.certificate_not_after = Date.parse(field('-enddate')) / 1000

inputs.now = NOW
inputs.mchid = '1900007291'
inputs.serial_no = hex(40).toUpperCase()
inputs.nonce_str = hex(32)
inputs.api_v3_key = API_V3_KEY
inputs.api_v2_key = API_V2_KEY
inputs.seed = randomInt(2 ** 32)

// The order, its request, and the parameters that the payment is invoked with.
const order = {
  appid: 'wxd678efh567hg6787', mchid: inputs.mchid, description: '扫码支付', out_trade_no: hex(32),
  notify_url: 'https://terminal.example/notify', amount: { total: randomInt(1, 100_000), currency: 'CNY' },
}
inputs.url = 'https://api.mch.weixin.qq.com/v3/pay/transactions/native?terminal=7'
inputs.order = JSON.stringify(order)
inputs.out_trade_no = order.out_trade_no
inputs.total = order.amount.total
const requestMessage = `POST\n/v3/pay/transactions/native?terminal=7\n${NOW}\n${inputs.nonce_str}\n${inputs.order}\n`
inputs.request_message = requestMessage
inputs.authorization =
  `WECHATPAY2-SHA256-RSA2048 mchid="${inputs.mchid}",nonce_str="${inputs.nonce_str}",timestamp="${NOW}",` +
  `serial_no="${inputs.serial_no}",signature="${sign(merchant, requestMessage)}"`
inputs.prepay_id = 'wx' + hex(34)
const packageField = `prepay_id=${inputs.prepay_id}`
inputs.request_payment = JSON.stringify({
  timeStamp: String(NOW), nonceStr: inputs.nonce_str, package: packageField, signType: 'RSA',
  paySign: sign(merchant, `${order.appid}\n${NOW}\n${inputs.nonce_str}\n${packageField}\n`),
})
inputs.app_payment = JSON.stringify({
  appid: order.appid, partnerid: inputs.mchid, prepayid: inputs.prepay_id, package: 'Sign=WXPay',
  noncestr: inputs.nonce_str, timestamp: String(NOW),
  sign: sign(merchant, `${order.appid}\n${NOW}\n${inputs.nonce_str}\n${inputs.prepay_id}\n`),
})

// Notifications: `<name>_body`, `<name>_signature`, signed by the platform's key unless said otherwise.
const resource = {
  mchid: inputs.mchid, appid: order.appid, out_trade_no: order.out_trade_no, transaction_id: '42000' + hex(22),
  trade_type: 'NATIVE', trade_state: 'SUCCESS', trade_state_desc: '支付成功', bank_type: 'OTHERS', attach: '',
  success_time: '2026-11-18T16:26:40+08:00', payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
  amount: { ...order.amount, payer_total: order.amount.total, payer_currency: 'CNY' },
}
inputs.resource = JSON.stringify(resource)

function seal(plaintext, associated, nonce = hex(12)) {
  const cipher = createCipheriv('aes-256-gcm', API_V3_KEY, nonce)
  cipher.setAAD(Buffer.from(associated))
  return { nonce, bytes: Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]) }
}

function envelope(change = {}, sealed = seal(inputs.resource, 'transaction')) {
  return {
    id: 'EV-' + hex(20), create_time: '2026-11-18T16:26:41+08:00', resource_type: 'encrypt-resource',
    event_type: 'TRANSACTION.SUCCESS', summary: '支付成功',
    resource: {
      original_type: 'transaction', algorithm: 'AEAD_AES_256_GCM', ciphertext: sealed.bytes.toString('base64'),
      associated_data: 'transaction', nonce: sealed.nonce, ...change,
    },
  }
}

function signed(name, body, keyFile = platform, timestamp = NOW) {
  inputs[`${name}_body`] = body
  inputs[`${name}_signature`] = sign(keyFile, Buffer.concat([Buffer.from(`${timestamp}\n${inputs.nonce_str}\n`), Buffer.from(body), Buffer.from('\n')]))
}

const good = envelope()
inputs.notification_id = good.id
signed('notification', JSON.stringify(good))
signed('certified', JSON.stringify(good), certified)
const escapedText = text => [...text].map(c => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0')).join('')
signed('escaped', JSON.stringify(good, null, 2).replaceAll('/', '\\/').replace('支付成功', escapedText('支付成功')))
signed('old', JSON.stringify(good), platform, NOW - 301)
signed('early', JSON.stringify(good), platform, NOW + 301)
signed('response', '{"code_url":"weixin://wxpay/bizpayurl?pr=p4lpSuKzz"}')
signed('empty', '')
const damaged = seal(inputs.resource, 'transaction')
damaged.bytes[damaged.bytes.length - 1] ^= 1
for (const [name, body] of Object.entries({
  not_json: 'not JSON',
  no_resource: JSON.stringify({ ...good, resource: undefined }),
  cut: JSON.stringify(good).slice(0, -1),
  other_algorithm: JSON.stringify(envelope({ algorithm: 'AEAD_SM4_GCM' })),
  other_data: JSON.stringify(envelope({ associated_data: 'refund' })),
  no_base64: JSON.stringify(envelope({ ciphertext: '*' + good.resource.ciphertext.slice(1) })),
  bad_tag: JSON.stringify(envelope({}, damaged)),
  only_a_tag_cut: JSON.stringify(envelope({ ciphertext: 'AAAA' })),
  short_nonce: JSON.stringify(envelope({ nonce: good.resource.nonce.slice(1) })),
  no_text: JSON.stringify(envelope({}, seal(Buffer.from([0xff, 0xfe]), 'transaction'))),
})) {
  signed(name, body)
}

// APIv2: both kinds of signature over the same fields.
inputs.v2_message = `appid=${order.appid}&body=扫码支付&mch_id=${inputs.mchid}&nonce_str=${inputs.nonce_str}` +
  `&sign_type=HMAC-SHA256&total_fee=1&key=${API_V2_KEY}`
const digest = (...args) => openssl(['dgst', ...args, '-binary'], inputs.v2_message).toString('hex').toUpperCase()
inputs.v2_hmac = digest('-sha256', '-mac', 'HMAC', '-macopt', `key:${API_V2_KEY}`)
inputs.v2_md5 = digest('-md5')

const chunk = value => {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(String(value))
  return [Buffer.from([bytes.length & 255, bytes.length >> 8]), bytes]
}
writeFileSync(at('inputs'), Buffer.concat(Object.entries(inputs).flatMap(([name, value]) => [...chunk(name), ...chunk(value)])))
