// What must be refused, and with which code: every case differs from an accepted one in one place.
import * as assert from './assert.mjs'
import { base64, concat, fromBase64, utf8 } from './bytes.mjs'
import { CERTIFICATE_SERIAL, encrypt, envelope, NOW, PUBLIC_KEY_ID, transaction } from './platform.mjs'

export async function negative({ suite, merchant, platform }) {
  const shop = merchant()
  const genuine = await platform.notification()
  const open = (message) => shop.openNotification(message)
  const headers = (changes) => ({ ...genuine, headers: { ...genuine.headers, ...changes } })
  const resource = async (changes) =>
    platform.signed(JSON.stringify(envelope({ ...(await encrypt(JSON.stringify(transaction))), ...changes })))
  const flipped = (text, at) => {
    const bytes = fromBase64(text)
    bytes[at < 0 ? bytes.length + at : at] ^= 1
    return base64(bytes)
  }

  const missing = suite('negative/headers')
  missing.accepts('the message that all cases start from', () => {
    assert.deepEqual(open(genuine).resource, transaction)
  })
  for (const name of ['Timestamp', 'Nonce', 'Serial', 'Signature']) {
    const header = `Wechatpay-${name}`
    missing.refuses(`${header} missing`, 'ERR_HEADER_MISSING', () => open(headers({ [header]: undefined })))
    missing.refuses(`${header} empty list`, 'ERR_HEADER_MISSING', () => open(headers({ [header]: [] })))
    missing.refuses(`${header} twice`, 'ERR_HEADER_INVALID', () =>
      open(headers({ [header.toLowerCase()]: genuine.headers[header] })),
    )
    missing.refuses(`${header} twice in a list`, 'ERR_HEADER_INVALID', () =>
      open(headers({ [header]: [genuine.headers[header], genuine.headers[header]] })),
    )
    missing.refuses(`${header} is a number`, 'ERR_HEADER_INVALID', () => open(headers({ [header]: 1 })))
  }
  missing.refuses('no headers at all', 'ERR_HEADER_MISSING', () => open({ ...genuine, headers: {} }))
  missing.refuses('two signatures joined as proxies do', 'ERR_SIGNATURE_INVALID', () => {
    const signature = genuine.headers['Wechatpay-Signature']
    return open(headers({ 'Wechatpay-Signature': `${signature}, ${signature}` }))
  })
  for (const nonce of ['', 'a b', 'a\nb', 'é', 'a'.repeat(129)]) {
    missing.refuses(`nonce ${JSON.stringify(nonce.slice(0, 8))}`, 'ERR_HEADER_INVALID', () =>
      open(headers({ 'Wechatpay-Nonce': nonce })),
    )
  }
  missing.refuses('signature type of another scheme', 'ERR_SCHEME_UNSUPPORTED', () =>
    open(headers({ 'Wechatpay-Signature-Type': 'WECHATPAY2-SM2-WITH-SM3' })),
  )
  missing.accepts('no signature type', () => {
    assert.deepEqual(open(headers({ 'Wechatpay-Signature-Type': undefined })).resource, transaction)
  })

  missing.accepts('signature type of what a brand receives', () => {
    const brand = headers({ 'Wechatpay-Signature-Type': 'WECHATPAY-BRAND-SHA256-RSA2048' })
    assert.deepEqual(open(brand).resource, transaction)
  })

  const time = suite('negative/timestamp')
  for (const distance of [-300, -1, 0, 1, 300]) {
    time.accepts(`clock ${distance} s away`, () => {
      assert.deepEqual(open({ ...genuine, now: NOW + distance }).resource, transaction)
    })
  }
  for (const distance of [-100_000, -301, 301, 100_000]) {
    time.refuses(`clock ${distance} s away`, 'ERR_TIMESTAMP_OUTSIDE_WINDOW', () =>
      open({ ...genuine, now: NOW + distance }),
    )
  }
  time.refuses('clock of today', 'ERR_TIMESTAMP_OUTSIDE_WINDOW', () => open({ ...genuine, now: undefined }))
  time.accepts('a wider window', () => {
    const patient = merchant({ tolerance: 3600 })
    assert.deepEqual(patient.openNotification({ ...genuine, now: NOW + 3600 }).resource, transaction)
  })
  time.refuses('no window at all', 'ERR_TIMESTAMP_OUTSIDE_WINDOW', () =>
    merchant({ tolerance: 0 }).openNotification({ ...genuine, now: NOW + 1 }),
  )
  for (const text of ['', ' ', 'abc', '-1', '+1700000000', '1700000000.0', '1.7e9', '0x65', ' 1700000000', '1700000000 ',
    '１７０００', '9999999999999', '-9223372036854775808', '1700000000, 1700000000', 'NaN']) {
    time.refuses(`timestamp ${JSON.stringify(text)}`, 'ERR_HEADER_INVALID', () =>
      open(headers({ 'Wechatpay-Timestamp': text })),
    )
  }

  const serial = suite('negative/serial')
  serial.accepts('certificate beside public key', async () => {
    const body = JSON.stringify(envelope(await encrypt(JSON.stringify(transaction))))
    assert.deepEqual(open(await platform.signed(body, { serial: CERTIFICATE_SERIAL })).resource, transaction)
  })
  for (const [label, value] of [
    ['unknown public key', 'PUB_KEY_ID_0119000000012024010100000000000002'],
    ['unknown certificate', '1A39C0FFEE00112233445566778899AABBCCDDEE'],
    ['leading zero dropped', 'A39C0FFEE00112233445566778899AABBCCDDEE'],
    ["the merchant's own", '1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C'],
  ]) {
    serial.refuses(label, 'ERR_SERIAL_UNKNOWN', () => open(headers({ 'Wechatpay-Serial': value })))
  }
  serial.refuses('no trusted key', 'ERR_SERIAL_UNKNOWN', () =>
    merchant({ platformKeys: [] }).openNotification(genuine),
  )
  serial.refuses('the other trusted key', 'ERR_SIGNATURE_INVALID', () =>
    open(headers({ 'Wechatpay-Serial': CERTIFICATE_SERIAL })),
  )
  for (const value of ['', 'PUB_KEY_ID_', 'not hex', `${'0'.repeat(200)}`, `${PUBLIC_KEY_ID}, ${PUBLIC_KEY_ID}`, '../key']) {
    serial.refuses(`serial ${JSON.stringify(value.slice(0, 20))}`, 'ERR_HEADER_INVALID', () =>
      open(headers({ 'Wechatpay-Serial': value })),
    )
  }

  const signature = suite('negative/signature')
  const genuineSignature = genuine.headers['Wechatpay-Signature']
  for (const at of [0, 128, -1]) {
    signature.refuses(`one bit flipped in the signature at ${at}`, 'ERR_SIGNATURE_INVALID', () =>
      open(headers({ 'Wechatpay-Signature': flipped(genuineSignature, at) })),
    )
  }
  for (const [label, value] of [
    ['not base64', '***'],
    ['empty', ''],
    ['a character outside of base64', genuineSignature.replace(/./, '-')],
    ['padding dropped', genuineSignature.replace(/=+$/, '')],
    ['white space inside', `${genuineSignature.slice(0, 10)} ${genuineSignature.slice(10)}`],
    ['one byte short', base64(fromBase64(genuineSignature).subarray(1))],
    ['one byte long', base64(concat(fromBase64(genuineSignature), new Uint8Array(1)))],
    ['all zero', base64(new Uint8Array(256))],
    ['all ones', base64(new Uint8Array(256).fill(0xff))],
    ['very long', 'A'.repeat(100_000)],
  ]) {
    signature.refuses(label, 'ERR_SIGNATURE_INVALID', () => open(headers({ 'Wechatpay-Signature': value })))
  }
  for (const rest of ['', genuineSignature, '1', 'é'.repeat(3)]) {
    signature.refuses(`probe ${rest.length}`, 'ERR_SIGNATURE_PROBE', () =>
      open(headers({ 'Wechatpay-Signature': `WECHATPAY/SIGNTEST/${rest}` })),
    )
  }
  signature.refuses('one bit flipped in the nonce', 'ERR_SIGNATURE_INVALID', () => {
    const nonce = genuine.headers['Wechatpay-Nonce']
    return open(headers({ 'Wechatpay-Nonce': String.fromCharCode(nonce.charCodeAt(0) ^ 1) + nonce.slice(1) }))
  })
  signature.refuses('timestamp inside the window, but another', 'ERR_SIGNATURE_INVALID', () =>
    open(headers({ 'Wechatpay-Timestamp': String(NOW + 1) })),
  )

  const body = suite('negative/body')
  for (const at of [0, 40, genuine.body.length - 1]) {
    body.refuses(`one bit flipped at ${at}`, 'ERR_SIGNATURE_INVALID', () => {
      const bytes = utf8(genuine.body)
      bytes[at] ^= 1
      return open({ ...genuine, body: bytes })
    })
  }
  for (const [label, changed] of [
    ['re-serialised with spaces', JSON.stringify(JSON.parse(genuine.body), null, 1)],
    ['re-serialised with members in another order', JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(genuine.body)).reverse()))],
    ['line end added', `${genuine.body}\n`],
    ['byte order mark added', `\uFEFF${genuine.body}`],
    ['last byte dropped', genuine.body.slice(0, -1)],
    ['empty', ''],
  ]) {
    body.refuses(label, 'ERR_SIGNATURE_INVALID', () => open({ ...genuine, body: changed }))
  }
  for (const [label, value] of [
    ['parsed', JSON.parse(genuine.body)],
    ['an array', [...utf8(genuine.body)]],
    ['undefined, as without a body parser', undefined],
    ['null', null],
    ['a number', 1],
    ['a promise', Promise.resolve(genuine.body)],
    ['a stream', new ReadableStream()],
    ['a DataView', new DataView(new ArrayBuffer(8))],
    ['words instead of bytes', new Uint16Array(8)],
  ]) {
    body.refuses(label, 'ERR_BODY_NOT_RAW', () => open({ ...genuine, body: value }))
  }
  const empty = await encrypt('{}')
  const OUTER = ['id', 'create_time', 'event_type', 'resource_type', 'summary', 'resource']
  const INNER = ['algorithm', 'ciphertext', 'nonce', 'associated_data', 'original_type']
  for (const [label, text] of [
    ['not JSON', 'success'],
    ['JSON, but a number', '1'],
    ['null', 'null'],
    ['an empty object', '{}'],
    ['cut off', '{"id":"EV-'],
    ['resource missing', JSON.stringify(envelope(undefined))],
    ['resource a string', JSON.stringify(envelope('x'))],
    ['its members in a list', JSON.stringify(OUTER.map((name) => envelope(empty)[name]))],
    ['the members of the resource in a list', JSON.stringify(envelope(INNER.map((name) => empty[name])))],
    ['id a number', JSON.stringify(envelope(empty, { id: 1 }))],
    ['deeply nested', `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
    ['not UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d)],
  ]) {
    body.refuses(`signed, but ${label}`, 'ERR_BODY_MALFORMED', async () => open(await platform.signed(text)))
  }

  const decryption = suite('negative/resource')
  for (const algorithm of ['AEAD_SM4_GCM', 'aead_aes_256_gcm', '', 'AEAD_AES_128_GCM']) {
    decryption.refuses(`algorithm ${JSON.stringify(algorithm)}`, 'ERR_ALGORITHM_MISMATCH', async () =>
      open(await resource({ algorithm })),
    )
  }
  for (const length of [0, 11, 13, 16]) {
    decryption.refuses(`nonce of ${length} bytes`, 'ERR_DECRYPT_FAILED', async () =>
      open(await resource({ nonce: 'x'.repeat(length) })),
    )
  }
  const encrypted = await encrypt(JSON.stringify(transaction))
  for (const [label, changes] of [
    ['one bit flipped in the tag', { ciphertext: flipped(encrypted.ciphertext, -1) }],
    ['one bit flipped in the ciphertext', { ciphertext: flipped(encrypted.ciphertext, 0) }],
    ['tag cut to 12 bytes', { ciphertext: base64(fromBase64(encrypted.ciphertext).subarray(0, -4)) }],
    ['tag alone', { ciphertext: base64(new Uint8Array(16)) }],
    ['shorter than a tag', { ciphertext: base64(new Uint8Array(15)) }],
    ['empty', { ciphertext: '' }],
    ['not base64', { ciphertext: '!!!' }],
    ['associated data absent', { associated_data: undefined }],
    ['associated data null', { associated_data: null }],
    ['associated data changed', { associated_data: 'refund' }],
    ['nonce changed', { nonce: 'aaaaaaaaaaaa' }],
  ]) {
    decryption.refuses(label, 'ERR_DECRYPT_FAILED', async () => open(await resource({ ...encrypted, ...changes })))
  }
  for (const associatedData of ['', undefined]) {
    decryption.accepts(`encrypted with associated data ${JSON.stringify(associatedData)}`, async () => {
      const sealed = await encrypt(JSON.stringify(transaction), { associatedData })
      const message = await platform.signed(JSON.stringify(envelope(sealed)))
      assert.deepEqual(open(message).resource, transaction)
    })
  }
  decryption.refuses('another APIv3 key', 'ERR_DECRYPT_FAILED', () =>
    merchant({ apiV3Key: 'x'.repeat(32) }).openNotification(genuine),
  )
  decryption.refuses('plaintext that is not JSON', 'ERR_BODY_MALFORMED', async () =>
    open(await platform.signed(JSON.stringify(envelope(await encrypt('success'))))),
  )
  decryption.refuses('plaintext that is not UTF-8', 'ERR_BODY_MALFORMED', async () =>
    open(await platform.signed(JSON.stringify(envelope(await encrypt(Uint8Array.of(0x22, 0xff, 0x22)))))),
  )

  const order = suite('negative/order')
  for (const [label, code, message] of [
    ['header before serial', 'ERR_HEADER_MISSING', headers({ 'Wechatpay-Nonce': undefined, 'Wechatpay-Serial': 'AB' })],
    ['serial before time', 'ERR_SERIAL_UNKNOWN', { ...headers({ 'Wechatpay-Serial': 'AB' }), now: 0 }],
    ['time before signature', 'ERR_TIMESTAMP_OUTSIDE_WINDOW', { ...headers({ 'Wechatpay-Signature': '*' }), now: 0 }],
    ['signature before body', 'ERR_SIGNATURE_INVALID', { ...genuine, body: 'success' }],
    ['algorithm before decryption', 'ERR_ALGORITHM_MISMATCH', await resource({ algorithm: 'X', nonce: '' })],
  ]) {
    order.refuses(label, code, () => open(message))
  }

  const response = suite('negative/response')
  response.accepts('an answer', async () => {
    assert.deepEqual(shop.verifyResponse(await platform.signed('{"prepay_id":"wx1"}')), { prepay_id: 'wx1' })
  })
  response.accepts('204 without a body', async () =>
    assert.equal(shop.verifyResponse(await platform.signed('')), undefined),
  )
  response.refuses('unsigned', 'ERR_HEADER_MISSING', () =>
    shop.verifyResponse({ headers: { 'Content-Type': 'application/json' }, body: '{}', now: NOW }),
  )
  response.refuses('answer to something else', 'ERR_SIGNATURE_INVALID', async () =>
    shop.verifyResponse({ ...(await platform.signed('{"prepay_id":"wx1"}')), body: '{"prepay_id":"wx2"}' }),
  )
  response.refuses('parsed', 'ERR_BODY_NOT_RAW', async () => shop.verifyResponse({ ...(await platform.signed('{}')), body: {} }))
  response.refuses('not JSON', 'ERR_BODY_MALFORMED', async () => shop.verifyResponse(await platform.signed('success')))
  response.refuses('not UTF-8', 'ERR_BODY_MALFORMED', async () => shop.verifyResponse(await platform.signed(Uint8Array.of(0x22, 0xff, 0x22))))
  response.refuses('an old answer', 'ERR_TIMESTAMP_OUTSIDE_WINDOW', async () =>
    shop.verifyResponse({ ...(await platform.signed('{}')), now: NOW + 301 }),
  )
  response.refuses('probe', 'ERR_SIGNATURE_PROBE', async () => {
    const message = await platform.signed('{}')
    message.headers['Wechatpay-Signature'] = 'WECHATPAY/SIGNTEST/abc'
    return shop.verifyResponse(message)
  })
}
