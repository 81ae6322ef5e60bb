import { verify as verifies } from 'node:crypto'

import { Merchant } from 'wechatpay-wasm'
import { Client, WechatPayRequestError } from 'wechatpay-wasm/client'

import type { Command } from './command.js'
import { certificateOf, merchantOf, serialNoOf } from './merchant.js'
import { CREDENTIALS_HELP, type Given, options } from './options.js'

type Status = 'ok' | 'wrong' | 'skipped'

interface Check {
  name: string
  status: Status
  message: string
}

export const doctor: Command = {
  summary: 'check keys, certificate, serials and clock; with --live also against WeChat Pay',
  help: `wechatpay-wasm doctor [options]

Says of each part of a merchant's configuration whether it is ok, wrong or was skipped, and why:

  wechatpay-wasm doctor --mchid 1900000001 --private-key-file apiclient_key.pem --certificate-file apiclient_cert.pem \\
    --api-v3-key-file key.txt --platform-key PUB_KEY_ID_0119…=pub_key.pem --live

  --live                           send POST /v3/security/echo, which signs, verifies and changes nothing
  --origin <url>                   default https://api.mch.weixin.qq.com
${CREDENTIALS_HELP}
`,
  async run(args) {
    const given = options(args, { own: ['origin'], flags: ['live'] })
    const checks = [
      privateKey(given),
      certificate(given),
      match(given),
      serialNo(given),
      mchid(given),
      apiV3Key(given),
      ...platformKeys(given),
      ...(given.flags.has('live') ? await live(given) : notLive('not asked for: --live')),
    ]
    const marks = { ok: '✓', wrong: '✗', skipped: '–' }
    return {
      ok: checks.every(({ status }) => status !== 'wrong'),
      json: { checks },
      text: checks.map(({ name, status, message }) => `${marks[status]} ${name}: ${message}`).join('\n'),
    }
  },
}

function privateKey(given: Given): Check {
  if (given.privateKey === undefined) return wrong('private key', 'not given')
  return tried('private key', 'can be read', () => void merchantWith(given))
}

function certificate(given: Given): Check {
  if (given.certificate === undefined) return skipped('certificate', 'not given: key and serial cannot be held against it')
  const read = certificateOf(given.certificate)
  if (read === undefined) return wrong('certificate', 'it is no X.509 certificate in PEM')
  const [from, to] = [new Date(read.validFrom), new Date(read.validTo)]
  const period = `valid from ${from.toISOString()} to ${to.toISOString()}`
  return Date.now() >= from.getTime() && Date.now() <= to.getTime() ? ok('certificate', period) : wrong('certificate', period)
}

function match(given: Given): Check {
  const name = 'key and certificate'
  const read = certificateOf(given.certificate)
  if (read === undefined || given.privateKey === undefined) return skipped(name, 'both are needed')
  try {
    const message = 'wechatpay-wasm doctor'
    const signature = Buffer.from(merchantWith(given).signMessage(message), 'base64')
    if (verifies('sha256', Buffer.from(message), read.publicKey, signature)) return ok(name, 'belong together')
    return wrong(name, 'do not belong together: the certificate was issued for another private key')
  } catch {
    return skipped(name, 'the private key cannot be used')
  }
}

function serialNo(given: Given): Check {
  const read = certificateOf(given.certificate)?.serialNumber
  if (given.serialNo === undefined) {
    return read === undefined ? wrong('serial number', 'not given') : ok('serial number', `${read}, from the certificate`)
  }
  const plain = (serial: string): string => serial.replaceAll(/^0+|:/g, '').toUpperCase()
  if (read === undefined) return skipped('serial number', 'given, but there is no certificate to hold it against')
  if (plain(read) === plain(given.serialNo)) return ok('serial number', `${read}, that of the certificate`)
  return wrong('serial number', `it is not that of the certificate, ${read}`)
}

function mchid(given: Given): Check {
  if (given.mchid === undefined) return wrong('mchid', 'not given')
  const subject = certificateOf(given.certificate)?.subject
  const [, name] = /^CN=(\d+)$/m.exec(subject ?? '') ?? []
  if (name === undefined) return skipped('mchid', 'given, but no certificate names a merchant')
  return name === given.mchid ? ok('mchid', `${name}, that of the certificate`) : wrong('mchid', `the certificate is that of ${name}`)
}

function apiV3Key(given: Given): Check {
  const key = given.apiV3Key
  if (key === undefined) return wrong('APIv3 key', 'not given')
  return tried('APIv3 key', 'has 32 bytes; whether it is the right one shows when a notification is decrypted', () => {
    new Merchant({ ...opening, apiV3Key: key, platformKeys: [] })
  })
}

function platformKeys(given: Given): Check[] {
  if (given.platformKeys.length === 0) {
    return [wrong('platform keys', 'none: no answer and no notification can be verified')]
  }
  return given.platformKeys.map((key) => {
    const name = `platform key ${key.serial ?? certificateOf(String(key.key))?.serialNumber ?? ''}`.trim()
    return tried(name, 'can be read, and is not the merchant’s own', () => {
      const serial = serialNoOf(given) ?? '00'
      new Merchant({ ...opening, serialNo: serial, apiV3Key: 'x'.repeat(32), platformKeys: [key] })
      if (given.privateKey !== undefined) merchantWith({ ...given, platformKeys: [key] })
    })
  })
}

async function live(given: Given): Promise<Check[]> {
  let client: Client
  let date: string | null = null
  try {
    client = new Client({
      merchant: merchantOf(given),
      origin: given.own['origin'],
      retries: 0,
      fetch: async (url, init) => {
        const response = await fetch(url, init)
        date = response.headers.get('Date')
        return response
      },
    })
  } catch {
    return notLive('first mend what is wrong above')
  }
  const echo_message = 'wechatpay-wasm doctor'
  let echoed: Check
  try {
    const { body, requestId } = await client.request<{ echo_message?: string }>('POST', '/v3/security/echo', { echo_message })
    echoed =
      body?.echo_message === echo_message
        ? ok('live', `WeChat Pay accepted the signature and signed its answer [Request-ID ${requestId ?? 'none'}]`)
        : wrong('live', 'WeChat Pay answered something else than what was sent')
  } catch (error) {
    const code = error instanceof WechatPayRequestError ? (error.refusal?.code ?? error.code) : 'ERROR'
    echoed = wrong('live', `${code}: ${(error as Error).message}`)
  }
  return [echoed, clock(date)]
}

function notLive(why: string): Check[] {
  return [skipped('live', why), skipped('clock', 'is compared with WeChat Pay’s by --live')]
}

function clock(date: string | null): Check {
  if (date === null || Number.isNaN(Date.parse(date))) return skipped('clock', 'the answer told no time')
  const off = Math.round((Date.now() - Date.parse(date)) / 1000)
  const text = `${Math.abs(off)} s ${off < 0 ? 'behind' : 'ahead of'} WeChat Pay`
  return Math.abs(off) < 300 ? ok('clock', text) : wrong('clock', `${text}; it refuses more than 300`)
}

/** Enough to open messages, and for nothing else. */
const opening = { mchid: '0', serialNo: '00', signer: () => Promise.reject(new Error('nothing is signed here')) }

/** With what is not in question made up. */
function merchantWith(given: Given): Merchant {
  return new Merchant({
    mchid: '0',
    serialNo: serialNoOf(given) ?? '00',
    privateKey: given.privateKey as string,
    apiV3Key: 'x'.repeat(32),
    platformKeys: given.platformKeys,
  })
}

function tried(name: string, message: string, work: () => void): Check {
  try {
    work()
    return ok(name, message)
  } catch (error) {
    return wrong(name, (error as Error).message)
  }
}

const ok = (name: string, message: string): Check => ({ name, status: 'ok', message })
const wrong = (name: string, message: string): Check => ({ name, status: 'wrong', message })
const skipped = (name: string, message: string): Check => ({ name, status: 'skipped', message })
