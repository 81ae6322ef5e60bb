// /v3/certificates, rotation, chains, and everything that comes as a file.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'

import { DownloadDigest, responseSignature, verifyCertificateChain, WechatPayApiError } from 'wechatpay-wasm'

import { suite } from './support/cases.mjs'
import { seeded } from './support/random.mjs'
import { key, vectors } from './support/vectors.mjs'
import { API_V3_KEY, CERTIFICATE_SERIAL, encrypt, merchant, notification, NOW, signed } from './support/wechat-pay.mjs'

const entry = (serial, certificate, changes) => ({
  serial_no: serial,
  effective_time: '2026-01-01T00:00:00+08:00',
  expire_time: '2031-01-01T00:00:00+08:00',
  encrypt_certificate: { ...encrypt(certificate, { associatedData: 'certificate' }), ...changes },
})
const current = entry(CERTIFICATE_SERIAL, key('throwaway-platform-cert'))
const answer = (...data) => signed(JSON.stringify({ data }), { serial: CERTIFICATE_SERIAL })
const newcomer = () => merchant({ platformKeys: [] })

const list = suite('certificates')
list.accepts('the first download checks itself, and its keys serve', () => {
  const shop = newcomer()
  const [certificate, ...more] = shop.openCertificates({ ...answer(current), first: true })
  assert.equal(more.length, 0)
  assert.deepEqual(certificate, {
    serial: CERTIFICATE_SERIAL,
    certificate: key('throwaway-platform-cert'),
    effectiveTime: '2026-01-01T00:00:00+08:00',
    expireTime: '2031-01-01T00:00:00+08:00',
  })
  shop.addPlatformKey({ key: certificate.certificate })
  shop.verifyResponse(signed('{}', { serial: CERTIFICATE_SERIAL }))
})
list.accepts('a rotation adds the next one', () => {
  const shop = merchant({ platformKeys: [{ key: key('throwaway-platform-cert') }] })
  const next = entry('F4B2100000000000000000000000000000000001', key('throwaway-platform-next-cert'))
  for (const { certificate } of shop.openCertificates(answer(next, current))) shop.addPlatformKey({ key: certificate })
  assert.equal(shop.authorize({ method: 'GET', url: '/', timestamp: 1_800_000_000 }).headers['Wechatpay-Serial'].length, 40)
})
list.refuses('not the first, with no key known', 'ERR_SERIAL_UNKNOWN', () => newcomer().openCertificates(answer(current)))
const wrong = {
  'an empty list': [answer(), 'ERR_SERIAL_UNKNOWN'],
  'another serial than announced': [
    answer(entry('F4B2100000000000000000000000000000000001', key('throwaway-platform-cert'))),
    'ERR_CERTIFICATE_INVALID',
  ],
  'no certificate': [answer(entry(CERTIFICATE_SERIAL, 'hello')), 'ERR_CERTIFICATE_INVALID'],
  'another algorithm': [answer(entry(CERTIFICATE_SERIAL, 'x', { algorithm: 'AEAD_SM4_GCM' })), 'ERR_ALGORITHM_MISMATCH'],
  'a nonce of 16 bytes': [answer(entry(CERTIFICATE_SERIAL, 'x', { nonce: '0123456789abcdef' })), 'ERR_DECRYPT_FAILED'],
  'the list in a list': [signed(JSON.stringify([[current]]), { serial: CERTIFICATE_SERIAL }), 'ERR_BODY_MALFORMED'],
  'no list': [signed('{}', { serial: CERTIFICATE_SERIAL }), 'ERR_BODY_MALFORMED'],
  'no JSON': [signed('<html>', { serial: CERTIFICATE_SERIAL }), 'ERR_BODY_MALFORMED'],
  'altered after signing': [{ ...answer(current), body: `${answer(current).body} ` }, 'ERR_SIGNATURE_INVALID'],
  'of yesterday': [{ ...answer(current), now: NOW + 86_400 }, 'ERR_TIMESTAMP_OUTSIDE_WINDOW'],
}
for (const [label, [message, code]] of Object.entries(wrong)) {
  list.refuses(label, code, () => newcomer().openCertificates({ ...message, first: true }))
}
list.refuses('another APIv3 key', 'ERR_DECRYPT_FAILED', () =>
  merchant({ platformKeys: [], apiV3Key: API_V3_KEY.toUpperCase() }).openCertificates({ ...answer(current), first: true }),
)
list.refuses('first that is no boolean', 'ERR_ARGUMENT_INVALID', () =>
  newcomer().openCertificates({ ...answer(current), first: 'yes' }),
)
list.refuses("the merchant's own certificate as a platform key", 'ERR_ARGUMENT_INVALID', () =>
  newcomer().addPlatformKey({ key: key('throwaway-merchant-cert') }),
)
list.refuses('a public key without its serial', 'ERR_ARGUMENT_INVALID', () =>
  newcomer().addPlatformKey({ key: key('throwaway-platform-pub') }),
)
list.refuses('another key under a serial that is taken', 'ERR_ARGUMENT_INVALID', () => {
  const shop = merchant()
  shop.addPlatformKey({ serial: CERTIFICATE_SERIAL, key: key('throwaway-platform-next-pub') })
})

const published = suite('apiv3_certificates')
for (const { name, inputs, expected, ok } of vectors('apiv3_certificates')) {
  const run = () => {
    const data = inputs.response_body
      ? JSON.parse(inputs.response_body).data
      : [{ serial_no: expected.serial_no, encrypt_certificate: inputs.resource }]
    const body = JSON.stringify({ data })
    const shop = merchant({ apiV3Key: inputs.apiv3_key, platformKeys: [{ key: key('throwaway-platform-cert') }] })
    return shop.openCertificates(signed(body, { serial: CERTIFICATE_SERIAL }))
  }
  if (!ok) {
    published.refuses(name, 'ERR_API_V3_KEY_INVALID', run)
    continue
  }
  published.accepts(name, () => {
    const [opened] = run()
    assert.equal(opened.serial, expected.serial_no)
    assert.equal(opened.certificate, expected.certificate_pem)
  })
}

const folder = mkdtempSync(join(tmpdir(), 'chain-'))
after(() => rmSync(folder, { recursive: true }))
const at = (name) => join(folder, name)
const openssl = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
const issue = (name, issuer, extensions) => {
  writeFileSync(at('extensions'), extensions)
  openssl('req', '-new', '-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-subj', `/CN=${name}`, '-out', 'request')
  const signer = issuer === name ? ['-key', `${name}.key`] : ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`, '-CAcreateserial']
  const kind = issuer === name ? '-signkey' : undefined
  const args = kind ? [kind, `${name}.key`] : signer
  openssl('x509', '-req', '-in', 'request', ...args, '-days', '30', '-sha256', '-extfile', 'extensions', '-out', `${name}.pem`)
  return readFileSync(at(`${name}.pem`), 'utf8')
}
const root = issue('root', 'root', 'basicConstraints=critical,CA:TRUE')
const other = issue('other', 'other', 'basicConstraints=critical,CA:TRUE')
const middle = issue('middle', 'root', 'basicConstraints=critical,CA:TRUE')
const leaf = issue('leaf', 'middle', 'basicConstraints=CA:FALSE')
const chain = suite('certificate_chain')
chain.accepts('through an intermediate', () => verifyCertificateChain({ certificate: leaf, intermediates: [middle], root }))
chain.accepts('directly, as bytes', () => verifyCertificateChain({ certificate: Buffer.from(middle), root: Buffer.from(root) }))
const badChains = {
  'another root': { certificate: leaf, intermediates: [middle], root: other },
  'no intermediate': { certificate: leaf, root },
  'the wrong order': { certificate: middle, intermediates: [leaf], root },
  'a root that is no CA': { certificate: leaf, root: leaf },
  'after its time': { certificate: middle, root, now: Math.floor(Date.now() / 1000) + 40 * 86_400 },
  'before its time': { certificate: middle, root, now: new Date(0) },
  'a key': { certificate: readFileSync(at('leaf.key'), 'utf8'), root },
  'no certificate at all': { certificate: 'hello', root },
}
for (const [label, request] of Object.entries(badChains)) {
  chain.refuses(label, 'ERR_CERTIFICATE_INVALID', () => verifyCertificateChain(request))
}
for (const request of [undefined, {}, { certificate: leaf }, { certificate: leaf, root, intermediates: middle }]) {
  chain.refuses(`arguments ${JSON.stringify(Object.keys(request ?? {}))}`, 'ERR_ARGUMENT_INVALID', () =>
    verifyCertificateChain(request),
  )
}

const { below } = seeded('downloads')
const files = suite('downloads')
files.accepts('bills of random length in random pieces', () => {
  const bill = Buffer.alloc(below(20_000), below(256))
  const digest = new DownloadDigest({ hashType: 'SHA1', hashValue: createHash('sha1').update(bill).digest('hex') })
  for (let start = 0; start < bill.length; ) {
    const end = start + 1 + below(5_000)
    digest.update(bill.subarray(start, end))
    start = end
  }
  digest.finish()
}, 1000)
files.refuses('another bill', 'ERR_DIGEST_MISMATCH', () => {
  const bill = Buffer.alloc(1 + below(20_000), below(256))
  const digest = new DownloadDigest({ hashType: 'SHA1', hashValue: createHash('sha1').update(bill).digest('hex') })
  bill[below(bill.length)] ^= 1
  digest.update(bill)
  digest.finish()
}, 1000)
const sha1 = createHash('sha1').update('message').digest('hex')
for (const announced of [{ hashType: 'SHA256', hashValue: sha1 }, { hashType: 'SHA1', hashValue: 'x' }, { hashType: 'SHA1' }, null]) {
  files.refuses(`announced ${JSON.stringify(announced)}`, 'ERR_ARGUMENT_INVALID', () => new DownloadDigest(announced))
}
files.refuses('text as a piece', 'ERR_ARGUMENT_INVALID', () => new DownloadDigest({ hashType: 'SHA1', hashValue: sha1 }).update('x'))
files.refuses('finished twice', 'ERR_ARGUMENT_INVALID', () => {
  const digest = new DownloadDigest({ hashType: 'SHA1', hashValue: sha1 })
  digest.update(Buffer.from('message'))
  digest.finish()
  digest.finish()
})
const statement = (digest = sha1) => {
  const message = signed(`{"sha1":"${digest}"}`)
  return { headers: { ...message.headers, 'wechatpay-statement-sha1': digest }, now: NOW }
}
files.accepts('an overseas statement', () => merchant().verifyStatement({ ...statement(), file: Buffer.from('message') }))
files.refuses('a statement that is another file', 'ERR_DIGEST_MISMATCH', () =>
  merchant().verifyStatement({ ...statement(), file: Buffer.from('other') }),
)
files.refuses('a statement without its digest', 'ERR_HEADER_MISSING', () =>
  merchant().verifyStatement({ ...signed('{}'), body: undefined, file: Buffer.from('message') }),
)
files.refuses('a statement whose digest was changed', 'ERR_SIGNATURE_INVALID', () => {
  const { headers } = statement()
  headers['wechatpay-statement-sha1'] = sha1.replace('6', '7')
  return merchant().verifyStatement({ headers, now: NOW, file: Buffer.from('message') })
})
files.refuses('a probe in place of a statement', 'ERR_SIGNATURE_PROBE', () => {
  const { headers } = statement()
  headers['Wechatpay-Signature'] = 'WECHATPAY/SIGNTEST/abc'
  return merchant().verifyStatement({ headers, now: NOW, file: Buffer.from('message') })
})

const uploads = suite('uploads')
uploads.accepts('the meta is what is signed', () => {
  const file = Buffer.alloc(1 + below(10_000), below(256))
  const { meta, message, headers } = merchant().authorizeUpload({ url: '/v3/merchant/media/upload', filename: '门店.jpg', file })
  const sha256 = createHash('sha256').update(file).digest('hex')
  assert.deepEqual(JSON.parse(meta), { filename: '门店.jpg', sha256 })
  assert.ok(message.startsWith('POST\n/v3/merchant/media/upload\n') && message.endsWith(`\n${meta}\n`))
  assert.equal(headers['Content-Type'], undefined)
}, 100)
for (const filename of ['', 'a/b.jpg', 'a"b.jpg', 'a\nb.jpg', 1]) {
  uploads.refuses(`the name ${JSON.stringify(filename)}`, 'ERR_ARGUMENT_INVALID', () =>
    merchant().authorizeUpload({ url: '/', filename, file: Buffer.from('x') }),
  )
}
uploads.refuses('text as a file', 'ERR_ARGUMENT_INVALID', () => merchant().authorizeUpload({ url: '/', filename: 'a', file: 'x' }))

const answers = suite('answers')
const parse = (status, code) => WechatPayApiError.parse({ status, body: JSON.stringify({ code, message: '错误', detail: { field: '/x' } }) })
for (const [status, code] of [[500, 'SYSTEMERROR'], [429, 'FREQUENCY_LIMITED'], [500, 'BANK_ERROR'], [502, 'X']]) {
  answers.accepts(`${status} ${code} may be sent again`, () => {
    const error = parse(status, code)
    assert.ok(error instanceof Error && error.retryable)
    assert.deepEqual([error.name, error.status, error.code, error.message], ['WechatPayApiError', status, code, '错误'])
    assert.deepEqual(error.detail, { field: '/x' })
  })
}
for (const [status, code] of [[400, 'PARAM_ERROR'], [401, 'SIGN_ERROR'], [403, 'RULELIMIT'], [404, 'ORDERNOTEXIST'], [500, 'OPENID_MISMATCH']]) {
  answers.denies(`${status} ${code} has to be mended first`, () => assert.equal(parse(status, code).retryable, false))
}
answers.accepts('spellings', () => assert.ok(parse(404, 'ORDERNOTEXIST').is('ORDER_NOT_EXIST')))
answers.denies('another code', () => assert.equal(parse(404, 'ORDERNOTEXIST').is('ORDER_CLOSED'), false))
for (const body of ['', '<html>', '{}', '[]', '["SYSTEM_ERROR","busy",null]']) {
  answers.refuses(`${JSON.stringify(body)} is no error answer`, 'ERR_BODY_MALFORMED', () => WechatPayApiError.parse({ status: 502, body }))
}
for (const status of [undefined, '500', 99, 1.5]) {
  answers.refuses(`status ${status}`, 'ERR_ARGUMENT_INVALID', () => WechatPayApiError.parse({ status, body: '{}' }))
}
const kinds = {
  '/v3/pay/transactions/jsapi': 'body',
  'https://api.mch.weixin.qq.com/v3/billdownload/file?token=x': 'none',
  '/v3/merchant-service/images/upload': 'body',
  '/v3/merchant-service/images/': 'body',
  '/v3/merchant-service/images/abc/upload': 'body',
  '/v3/merchant-service/images/abc': 'none',
  '/v3/global/merchant-service/images/abc': 'none',
  '/v3/new-tax-control-fapiao/download?token=x': 'none',
  '/v3/transferdownload/elecvoucherfile?token=x': 'none',
  '/v3/transferdownload/signfile?token=x': 'none',
  '/V3/BILLDOWNLOAD/FILE': 'body',
  '/v3/certificates?x=/v3/billdownload/file': 'body',
  '/v3/global/statements?date=1': 'statementSha1',
  '/hk/v3/statements?date=1': 'statementSha1',
  'https://apihk.mch.weixin.qq.com/v3/statements?date=1': 'statementSha1',
  '/v3/statements/x': 'body',
}
for (const [url, kind] of Object.entries(kinds)) answers.accepts(`${url}: ${kind}`, () => assert.equal(responseSignature(url), kind))
answers.refuses('no URL', 'ERR_ARGUMENT_INVALID', () => responseSignature('billdownload'))
answers.refuses('a path that a client resolves', 'ERR_ARGUMENT_INVALID', () => responseSignature('/v3/merchant-service/images/..'))

const brand = suite('brand')
brand.accepts('a brand signs under its own scheme', () => {
  const shop = merchant({ mchid: undefined, brandId: '1234' })
  const { authorization } = shop.authorize({ method: 'GET', url: '/brand/x' })
  assert.match(authorization, /^WECHATPAY-BRAND-SHA256-RSA2048 brand_id="1234",nonce_str=/)
  assert.equal(shop.brandId, '1234')
  assert.equal(shop.openNotification(notification()).resource.trade_state, 'SUCCESS')
})
brand.refuses('merchant and brand at once', 'ERR_ARGUMENT_INVALID', () => merchant({ brandId: '1234' }))
brand.refuses('neither', 'ERR_ARGUMENT_INVALID', () => merchant({ mchid: undefined }))
brand.refuses('an app payment without payee', 'ERR_ARGUMENT_INVALID', () =>
  merchant({ mchid: undefined, brandId: '1' }).appPayment({ appid: 'wx1', prepayId: 'wx2' }),
)
