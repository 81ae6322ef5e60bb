// The command `wechatpay-wasm`, run as npx runs it.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createPublicKey, verify } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'

import { suite } from './support/cases.mjs'
import { merchantApi, refuses, says, saysUnsigned } from './support/merchant-api.mjs'
import { key } from './support/vectors.mjs'
import { API_V3_KEY, CERTIFICATE_SERIAL, encrypt, merchantOptions, notification, NOW, PUBLIC_KEY_ID } from './support/wechat-pay.mjs'

const manifest = JSON.parse(readFileSync(new URL('node_modules/wechatpay-wasm/package.json', import.meta.url), 'utf8'))
const command = fileURLToPath(new URL(`node_modules/wechatpay-wasm/${manifest.bin['wechatpay-wasm']}`, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'cli-'))
after(() => rmSync(folder, { recursive: true }))
const file = (name, content) => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

const SECRETS = [API_V3_KEY, ...merchantOptions.privateKey.split('\n').filter((line) => line.length > 40)]

/** Runs it with nothing of the environment but this; nothing that it says is ever a secret. */
function run(args, { env = {}, input } = {}) {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [command, ...args], { env: { PATH: process.env.PATH, ...env } }, (error, stdout, stderr) => {
      for (const secret of SECRETS) assert.ok(!`${stdout}${stderr}`.includes(secret), 'a secret was printed')
      resolve({ code: error?.code ?? 0, stdout, stderr })
    })
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}

const files = {
  privateKey: file('apiclient_key.pem', merchantOptions.privateKey),
  certificate: file('apiclient_cert.pem', key('throwaway-merchant-cert')),
  apiV3Key: file('api_v3_key', `${API_V3_KEY}\n`),
  publicKey: file('pub_key.pem', key('throwaway-platform-next-pub')),
  platformCertificate: file('platform.pem', key('throwaway-platform-cert')),
}
const credentials = {
  '--mchid': merchantOptions.mchid,
  '--private-key-file': files.privateKey,
  '--certificate-file': files.certificate,
  '--api-v3-key-file': files.apiV3Key,
  '--platform-key': `${PUBLIC_KEY_ID}=${files.publicKey}`,
}
const given = (changes = {}) =>
  Object.entries({ ...credentials, ...changes }).flatMap(([name, value]) => (value === undefined ? [] : [name, value]))
const inEnvironment = {
  WECHATPAY_MCHID: merchantOptions.mchid,
  WECHATPAY_SERIAL_NO: merchantOptions.serialNo,
  WECHATPAY_PRIVATE_KEY: merchantOptions.privateKey.replaceAll('\n', '\\n'),
  WECHATPAY_API_V3_KEY: API_V3_KEY,
  WECHATPAY_PUBLIC_KEY_ID: PUBLIC_KEY_ID,
  WECHATPAY_PUBLIC_KEY: key('throwaway-platform-next-pub'),
}

const help = suite('cli/help')
help.accepts('of the command and of each of its own', async () => {
  const { code, stdout } = await run(['--help'])
  assert.equal(code, 0)
  for (const name of ['doctor', 'verify', 'sign', 'certificates']) {
    assert.match(stdout, new RegExp(`^  ${name} `, 'm'))
    const own = await run([name, '--help'])
    assert.equal(own.code, 0)
    assert.match(own.stdout, new RegExp(`^wechatpay-wasm ${name} [^]*^  wechatpay-wasm ${name} `, 'm'), 'an example')
    for (const said of ['--private-key-file', '--json', 'Ends with 0', 'never printed']) assert.ok(own.stdout.includes(said), said)
    // Every option that the help names is one.
    for (const [, option] of own.stdout.matchAll(/^  (--[a-z0-9-]+)/gm)) {
      const { code: exit, stderr } = await run([name, option])
      assert.ok(!stderr.includes('an option is unknown'), `${name} ${option}: ${exit} ${stderr}`)
    }
  }
})
help.accepts('--version', async () => assert.equal((await run(['--version'])).stdout, `${manifest.version}\n`))
for (const [label, args] of [
  ['nothing', []],
  ['no such command', ['dance']],
  ['a member of every object', ['constructor']],
  ['no such option', ['sign', '--privatekey', API_V3_KEY]],
  ['an option without its value', ['sign', 'GET', '/', '--mchid']],
  ['no request', ['sign', ...given()]],
  ['no file', ['verify', ...given()]],
  ['a file that is not there', ['verify', join(folder, 'none'), ...given()]],
  ['a key where its file is meant', ['sign', 'GET', '/', ...given({ '--api-v3-key-file': API_V3_KEY })]],
  ['no keys', ['sign', 'GET', '/']],
  ['a time that is none', ['verify', files.publicKey, '--now', 'yesterday', ...given()]],
]) {
  help.denies(`${label} ends in anything but 2`, async () => {
    const { code, stderr, stdout } = await run(args)
    assert.equal(code, 2, stderr)
    assert.ok(`${stdout}${stderr}`.length > 20)
  })
}

for (const [label, args, exit, code] of [
  ['a wrong call', ['sign', '--json'], 2, undefined],
  ['no such command', ['dance', '--json'], 2, undefined],
  ['a key that cannot be used', ['sign', 'GET', '/', '--json', ...given({ '--private-key-file': files.publicKey })], 1, 'ERR_KEY_INVALID'],
  ['a host that is away', ['certificates', '--json', '--origin', 'http://127.0.0.1:1', ...given()], 1, 'ERR_REQUEST_UNANSWERED'],
]) {
  help.denies(`${label} is no JSON for a program`, async () => {
    const result = await run(args)
    assert.deepEqual([result.code, result.stderr], [exit, ''])
    const { error } = JSON.parse(result.stdout)
    assert.equal(error.code, code)
    assert.ok(error.message.length > 20)
  })
}

const sign = suite('cli/sign')
for (const [label, args, env] of [
  ['files', given(), {}],
  ['the environment', [], inEnvironment],
]) {
  sign.accepts(`by ${label}`, async () => {
    const body = file('body.json', '{"红":"茶"}')
    const { code, stdout, stderr } = await run(['sign', 'POST', 'https://api.mch.weixin.qq.com/v3/x?a=1', '--body-file', body, '--json', ...args], { env })
    assert.equal(code, 0, stderr)
    const { headers } = JSON.parse(stdout)
    const { timestamp, nonce_str: nonce, signature, serial_no: serial } = Object.fromEntries(
      [...headers.Authorization.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    )
    const message = `POST\n/v3/x?a=1\n${timestamp}\n${nonce}\n{"红":"茶"}\n`
    assert.ok(verify('sha256', Buffer.from(message), createPublicKey(merchantOptions.privateKey), Buffer.from(signature, 'base64')))
    assert.equal(serial, merchantOptions.serialNo)
  })
}
sign.accepts('shows the message when asked', async () => {
  const { stdout } = await run(['sign', 'GET', '/v3/certificates', '--show-message', ...given()])
  assert.match(stdout, /^Authorization: WECHATPAY2-SHA256-RSA2048 /)
  assert.match(stdout, /\n\nGET\n\/v3\/certificates\n\d+\n\w+\n\n\n$/)
})
sign.denies('a key that is cut off signs', async () => {
  const { code, stderr } = await run(['sign', 'GET', '/', ...given({ '--private-key-file': file('cut.pem', merchantOptions.privateKey.slice(0, 700)) })])
  assert.equal(code, 1)
  assert.match(stderr, /^ERR_KEY_INVALID: /)
})

const verifying = suite('cli/verify')
const { headers, body } = notification()
const http = `${Object.entries(headers).map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n${body}`
for (const [label, content] of [
  ['HTTP', http],
  ['HTTP with its first line', `POST /wechatpay/notify HTTP/1.1\r\n${http}`],
  ['HTTP with plain line ends', http.replaceAll('\r\n', '\n')],
  ['JSON', JSON.stringify({ headers, body })],
]) {
  verifying.accepts(label, async () => {
    const args = ['verify', file('capture', content), '--now', String(NOW), '--json', ...given({ '--private-key-file': undefined, '--mchid': undefined })]
    const { code, stdout, stderr } = await run(args)
    assert.equal(code, 0, stderr)
    const opened = JSON.parse(stdout)
    assert.deepEqual([opened.verified, opened.eventType, opened.resource], [true, 'TRANSACTION.SUCCESS', undefined])
  })
}
verifying.accepts('from standard input, with the resource when asked', async () => {
  const { code, stdout } = await run(['verify', '-', '--now', String(NOW), '--show-resource', ...given()], { input: http })
  assert.equal(code, 0)
  assert.match(stdout, /"out_trade_no": "1217752501201407033233368018"/)
})
for (const [label, content, args, code, explained] of [
  ['parsed and stringified again', http.replace(body, JSON.stringify(JSON.parse(body), null, 1)), {}, 'ERR_SIGNATURE_INVALID', 'BODY_RESERIALISED'],
  ['another APIv3 key', http, { '--api-v3-key-file': file('other_key', 'x'.repeat(32)) }, 'ERR_DECRYPT_FAILED'],
  ['an unknown serial', http, { '--platform-key': files.platformCertificate }, 'ERR_SERIAL_UNKNOWN'],
  ['no signature', http.replace(/^Wechatpay-Signature: .*\r\n/m, ''), {}, 'ERR_HEADER_MISSING'],
  ['the clock of today', http, { '--now': undefined }, 'ERR_TIMESTAMP_OUTSIDE_WINDOW'],
]) {
  verifying.denies(`${label} passes`, async () => {
    const { code: exit, stdout, stderr } = await run(['verify', file('capture', content), '--json', ...given({ '--now': String(NOW), ...args })])
    assert.equal(exit, 1, stderr)
    const { verified, code: found, explanations } = JSON.parse(stdout)
    assert.deepEqual([verified, found], [false, code])
    if (explained !== undefined) assert.ok(explanations.some(({ cause }) => cause === explained), stdout)
  })
}
for (const [label, content] of [
  ['no empty line', 'Wechatpay-Nonce: a'],
  ['broken JSON', '{"headers":'],
  ['JSON with a parsed body', JSON.stringify({ headers, body: JSON.parse(body) })],
]) {
  verifying.denies(`${label} is a capture`, async () => {
    assert.equal((await run(['verify', file('capture', content), ...given()])).code, 2)
  })
}

const doctor = suite('cli/doctor')
const statuses = ({ stdout }) => Object.fromEntries(JSON.parse(stdout).checks.map(({ name, status }) => [name, status]))
doctor.accepts('all in order', async () => {
  const result = await run(['doctor', '--json', ...given({ '--mchid': undefined })], { env: inEnvironment })
  const found = statuses(result)
  assert.equal(found['private key'], 'ok')
  assert.equal(found['key and certificate'], 'ok')
  assert.equal(found['serial number'], 'ok')
  assert.equal(found['APIv3 key'], 'ok')
  assert.equal(found[`platform key ${PUBLIC_KEY_ID}`], 'ok')
  assert.deepEqual([found.live, found.clock], ['skipped', 'skipped'])
})
for (const [label, changes, name] of [
  ['another key than that of the certificate', { '--private-key-file': file('platform_key.pem', key('throwaway-platform-key')) }, 'key and certificate'],
  ['a serial of another', { '--serial-no': CERTIFICATE_SERIAL }, 'serial number'],
  ['an APIv3 key of 31 bytes', { '--api-v3-key-file': file('short', 'x'.repeat(31)) }, 'APIv3 key'],
  ['no platform key', { '--platform-key': undefined }, 'platform keys'],
  ["the merchant's own certificate as a platform key", { '--platform-key': files.certificate }, `platform key ${merchantOptions.serialNo}`],
  ['a private key that is a certificate', { '--private-key-file': files.certificate }, 'private key'],
  ['a certificate that is a key', { '--certificate-file': files.publicKey, '--serial-no': 'AB' }, 'certificate'],
  ['no mchid', { '--mchid': undefined }, 'mchid'],
]) {
  doctor.denies(`${label} is in order`, async () => {
    const result = await run(['doctor', '--json', ...given(changes)])
    assert.equal(result.code, 1, result.stderr)
    assert.equal(statuses(result)[name], 'wrong', result.stdout)
  })
}
const echo = ({ url, body: text }) =>
  url === '/v3/security/echo' ? says({ echo_message: JSON.parse(text).echo_message }) : refuses(404, 'NOT_FOUND')
doctor.accepts('live', async () => {
  const { origin } = await merchantApi(echo)
  const result = await run(['doctor', '--live', '--origin', origin, '--json', ...given()])
  const { live, clock } = statuses(result)
  assert.deepEqual([live, clock], ['ok', 'ok'], result.stdout)
})
for (const [label, answer, changes] of [
  ['a refusal', refuses(403, 'NO_AUTH')],
  ['an answer that nobody signed', { status: 200, headers: {}, body: '{}' }],
  ['another echo', says({ echo_message: 'x' })],
  ['a signature that is refused', echo, { '--private-key-file': file('other_key.pem', key('throwaway-platform-key')) }],
]) {
  doctor.denies(`live: ${label} is in order`, async () => {
    const { origin } = await merchantApi(answer)
    const result = await run(['doctor', '--live', '--origin', origin, '--json', ...given(changes)])
    assert.equal(result.code, 1)
    assert.equal(statuses(result).live, 'wrong', result.stdout)
  })
}
for (const hours of [-1, 1]) {
  doctor.denies(`live: a clock that is ${hours} h off is in order`, async () => {
    const date = new Date(Date.now() + hours * 3_600_000).toUTCString()
    const { origin } = await merchantApi(saysUnsigned(401, '{"code":"SIGN_ERROR","message":"x"}', { Date: date }))
    const result = await run(['doctor', '--live', '--origin', origin, '--json', ...given()])
    const { live, clock } = statuses(result)
    assert.deepEqual([result.code, live, clock], [1, 'wrong', 'wrong'], result.stdout)
  })
}
doctor.accepts('as text', async () => {
  const { stdout } = await run(['doctor', ...given({ '--platform-key': undefined })])
  assert.match(stdout, /^✓ private key: /m)
  assert.match(stdout, /^✗ platform keys: /m)
  assert.match(stdout, /^– live: /m)
})

const certificates = suite('cli/certificates')
const list = says(
  {
    data: [
      {
        serial_no: CERTIFICATE_SERIAL,
        effective_time: '2026-01-01T00:00:00+08:00',
        expire_time: '2031-01-01T00:00:00+08:00',
        encrypt_certificate: encrypt(key('throwaway-platform-cert'), { associatedData: 'certificate' }),
      },
    ],
  },
  { serial: CERTIFICATE_SERIAL },
)
certificates.accepts('the first download, written to a folder', async () => {
  const { origin } = await merchantApi(list)
  const { code, stdout, stderr } = await run(['certificates', '--origin', origin, '--out', folder, ...given({ '--platform-key': undefined })])
  assert.equal(code, 0, stderr)
  assert.match(stdout, new RegExp(`^${CERTIFICATE_SERIAL}  2026-01-01`))
  assert.equal(readFileSync(join(folder, `${CERTIFICATE_SERIAL}.pem`), 'utf8'), key('throwaway-platform-cert'))
})
certificates.denies('a refusal gives certificates', async () => {
  const { origin } = await merchantApi(refuses(404, 'RESOURCE_NOT_EXISTS'))
  const { code, stderr } = await run(['certificates', '--origin', origin, ...given()])
  assert.equal(code, 1)
  assert.match(stderr, /^ERR_REQUEST_REFUSED: .*RESOURCE_NOT_EXISTS/)
})
certificates.denies('another APIv3 key writes anything', async () => {
  const { origin } = await merchantApi(list)
  const out = mkdtempSync(join(folder, 'out-'))
  const args = given({ '--platform-key': undefined, '--api-v3-key-file': file('wrong_key', 'x'.repeat(32)) })
  const { code, stderr } = await run(['certificates', '--origin', origin, '--out', out, ...args])
  assert.equal(code, 1)
  assert.match(stderr, /ERR_DECRYPT_FAILED/)
  assert.ok(!existsSync(join(out, `${CERTIFICATE_SERIAL}.pem`)))
})
