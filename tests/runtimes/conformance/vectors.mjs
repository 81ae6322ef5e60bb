// The published vectors of APIv3.
import * as assert from './assert.mjs'
import { utf8 } from './bytes.mjs'
import { envelope } from './platform.mjs'

export function vectors(context) {
  for (const [kind, run] of Object.entries(kinds)) {
    const cases = context.suite(kind)
    for (const vector of context.vectors(kind)) run(cases, context, vector)
  }
}

/** The layout with a mock signer, and one entry with a real signature. */
function apiv3_authorization(cases, { merchant, options: { privateKey } }, { name, inputs, expected }) {
  const authorize = ({ mchid, serial_no, private_key_pem = privateKey, ...request }) =>
    merchant({ mchid, serialNo: serial_no, privateKey: private_key_pem }).authorize({
      method: request.method,
      url: request.url ?? request.canonical_url,
      body: request.body,
      timestamp: Number(request.timestamp),
      nonceStr: request.nonce_str,
    })
  cases.accepts(name, () => {
    // Two entries are about reading the header: the order of its members is free.
    const request = inputs.method === undefined ? { ...parts(header(inputs, expected)), method: 'GET', url: '/' } : inputs
    const { authorization, message, headers } = authorize(request)
    assert.equal(headers.Authorization, authorization)
    const ours = parts(authorization)
    if (inputs.private_key_pem !== undefined) {
      assert.equal(sorted(authorization), sorted(expected.authorization))
      return
    }
    if (expected.message !== undefined) assert.equal(message, expected.message)
    const theirs = parts(header(inputs, expected))
    delete ours.signature
    delete theirs.signature
    assert.deepEqual({ ...ours, serial_no: ours.serial_no.toUpperCase() }, theirs)
  })

  function header(given, wanted) {
    return given.header ?? wanted.authorization
  }
  function parts(text) {
    const pairs = [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, member, value]) => [member, value])
    assert.equal(pairs.length, 5)
    return Object.fromEntries(pairs)
  }
  function sorted(text) {
    const [scheme, members] = text.split(' ')
    return `${scheme} ${members.split(',').sort().join()}`
  }
}

function apiv3_request_sign(cases, { merchant }, { name, inputs, expected, exception }) {
  const authorize = () =>
    merchant({ privateKey: inputs.private_key_pem }).authorize({
      method: inputs.method,
      url: inputs.canonical_url,
      body: inputs.body,
      timestamp: Number(inputs.timestamp),
      nonceStr: inputs.nonce_str,
    })
  if (exception !== undefined) return cases.refuses(name, exception, authorize)
  return cases.accepts(name, () => {
    const { authorization, message } = authorize()
    assert.equal(message, inputs.message)
    assert.equal(/signature="([^"]+)"/.exec(authorization)[1], expected.signature_base64)
  })
}

/** The official values, to the byte. */
function apiv3_paysign(cases, { merchant, options: { mchid } }, { name, inputs, expected, ok }) {
  const paySign = () => {
    const payer = merchant({ privateKey: inputs.private_key_pem })
    const request = {
      appid: inputs.appid,
      prepayId: inputs.prepay_id,
      timestamp: Number(inputs.timestamp),
      nonceStr: inputs.nonce_str,
    }
    if (inputs.mode === 'app') {
      const params = payer.appPayment(request)
      assert.deepEqual(
        { ...params, sign: '' },
        {
          appid: inputs.appid,
          partnerid: mchid,
          prepayid: inputs.prepay_id,
          package: 'Sign=WXPay',
          noncestr: inputs.nonce_str,
          timestamp: inputs.timestamp,
          sign: '',
        },
      )
      return params.sign
    }
    const params = payer.requestPayment(request)
    assert.deepEqual(
      { ...params, paySign: '' },
      {
        timeStamp: inputs.timestamp,
        nonceStr: inputs.nonce_str,
        package: `prepay_id=${inputs.prepay_id}`,
        signType: 'RSA',
        paySign: '',
      },
    )
    return params.paySign
  }
  if (ok) return cases.accepts(name, () => assert.equal(paySign(), expected.sign))
  // It holds the signature of the other form.
  return cases.denies(name, () => assert.notEqual(paySign(), expected.sign))
}

const CODES = [
  [/trailing newline|re-serialised|timestamp changed|nonce changed/, 'ERR_SIGNATURE_INVALID'],
  [/SIGNTEST/, 'ERR_SIGNATURE_PROBE'],
  [/clock 301/, 'ERR_TIMESTAMP_OUTSIDE_WINDOW'],
  [/serial/, 'ERR_SERIAL_UNKNOWN'],
  [/AEAD_SM4_GCM/, 'ERR_ALGORITHM_MISMATCH'],
  [/nonce of 13/, 'ERR_DECRYPT_FAILED'],
  [/resource missing|resource null|not JSON/, 'ERR_BODY_MALFORMED'],
  [/PAYSCORE/, 'ERR_API_V3_KEY_INVALID'],
]

function code(name) {
  const [, found] = CODES.find(([pattern]) => pattern.test(name)) ?? assert.fail(`no code for "${name}"`)
  return found
}

/** A key under the serial that the entry maps it to, which for a certificate need not be its own. */
const platformKey = (serial, key) => ({ platformKeys: [{ serial, key }] })

function apiv3_verify(cases, { merchant, publicKey }, { name, inputs, ok }) {
  const verify = () =>
    merchant(platformKey(inputs.key_id, publicKey(inputs.public_key_pem))).verifyResponse({
      headers: inputs.headers,
      body: inputs.body,
      now: inputs.now,
    })
  if (!ok) return cases.refuses(name, code(name), verify)
  return cases.accepts(name, () => assert.deepEqual(verify(), JSON.parse(inputs.body)))
}

function apiv3_notify(cases, { merchant, publicKey }, { name, inputs, expected, ok, exception }) {
  const pem = inputs.platform_public_key_pem ?? inputs.platform_cert_pem
  const open = () =>
    merchant({
      ...platformKey(inputs.headers['Wechatpay-Serial'], publicKey(pem)),
      apiV3Key: inputs.apiv3_key,
    }).openNotification({ headers: inputs.headers, body: inputs.body, now: inputs.now })
  if (!ok || exception !== undefined) return cases.refuses(name, exception ?? code(name), open)
  return cases.accepts(name, () => {
    const opened = open()
    assert.deepEqual(opened.resource, JSON.parse(expected.plaintext))
    const envelope = JSON.parse(inputs.body)
    assert.deepEqual(opened, {
      id: envelope.id,
      createTime: envelope.create_time,
      eventType: envelope.event_type,
      resourceType: envelope.resource_type,
      summary: envelope.summary,
      ...(envelope.resource.original_type === undefined ? {} : { originalType: envelope.resource.original_type }),
      resource: opened.resource,
    })
  })
}

/** Put into notifications that are signed here. Decryption of what is no JSON shows in the code of the error. */
function aes_256_gcm(cases, { merchant, platform, refused }, { name, inputs, expected, ok }) {
  const open = async () => {
    const resource = {
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext: inputs.ciphertext_base64,
      nonce: inputs.nonce,
      associated_data: inputs.associated_data,
    }
    const message = await platform.signed(JSON.stringify(envelope(resource)))
    return merchant({ apiV3Key: inputs.key }).openNotification(message)
  }
  if (!ok) return cases.refuses(name, inputs.key.length === 32 ? 'ERR_DECRYPT_FAILED' : 'ERR_API_V3_KEY_INVALID', open)
  if (expected.plaintext.startsWith('{')) {
    return cases.accepts(name, async () => assert.deepEqual((await open()).resource, JSON.parse(expected.plaintext)))
  }
  return cases.accepts(name, async () => {
    const { message } = await refused('ERR_BODY_MALFORMED', open)
    assert.match(message, /^the decrypted resource is signed .* not JSON/)
  })
}

function x509_serial(cases, { merchant }, { name, inputs, expected, exception }) {
  // While it is valid, WeChat Pay is asked to sign with it, by its serial.
  const timestamp = expected.not_before === undefined ? undefined : Date.parse(expected.not_before) / 1000
  const serial = () => {
    const shop = merchant({ platformKeys: [{ key: inputs.certificate_pem }] })
    return shop.authorize({ method: 'GET', url: '/v3/certificates', timestamp }).headers['Wechatpay-Serial']
  }
  if (exception !== undefined) return cases.refuses(name, exception, serial)
  return cases.accepts(name, () => assert.equal(serial(), expected.serial_no))
}

function rsa_sha256_sign(cases, { merchant }, { name, inputs, expected }) {
  cases.accepts(name, () => {
    const shop = merchant({ privateKey: inputs.private_key_pem })
    assert.equal(shop.signMessage(inputs.message), expected.signature_base64)
    assert.equal(shop.signMessage(utf8(inputs.message)), expected.signature_base64)
  })
}

function rsa_sha256_verify(cases, { merchant, publicKey }, { name, inputs, ok }) {
  // "K" in the published tests is no serial that WeChat Pay could send.
  const named = (serial) => (serial === 'K' ? 'PUB_KEY_ID_1' : serial)
  const pem = inputs.public_key_or_cert_pem
  const trusted = pem.includes('CERTIFICATE')
    ? platformKey(named(inputs.key_id), publicKey(pem))
    : { platformKeys: [{ serial: named(inputs.key_id), key: pem }] }
  const { message, signature_base64: signature } = inputs
  const verify = () => merchant(trusted).verifyMessage({ serial: named(inputs.serial), message, signature })
  if (ok) return cases.accepts(name, verify)
  return cases.refuses(name, /serial/.test(name) ? 'ERR_ARGUMENT_INVALID' : 'ERR_SIGNATURE_INVALID', verify)
}

export const kinds = {
  apiv3_authorization,
  apiv3_request_sign,
  apiv3_paysign,
  apiv3_verify,
  apiv3_notify,
  aes_256_gcm,
  rsa_sha256_sign,
  rsa_sha256_verify,
  x509_serial,
}
