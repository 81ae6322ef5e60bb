import { explainNotification, Merchant, WechatPayError } from 'wechatpay-wasm'

import { capture } from './capture.js'
import type { Command } from './command.js'
import { serialNoOf } from './merchant.js'
import { CREDENTIALS_HELP, fileNamed, type Given, needed, options } from './options.js'
import { UsageError } from './usage-error.js'

export const verify: Command = {
  summary: 'verify and decrypt a captured notification, or say why it is refused',
  help: `wechatpay-wasm verify <file> [options]

The file holds the HTTP message as it arrived (headers, empty line, body), or JSON { "headers": {…}, "body": "…" } with
the raw body as a string; - for standard input. A refusal is explained.

  wechatpay-wasm verify capture.txt --api-v3-key-file key.txt --platform-key PUB_KEY_ID_0119…=pub_key.pem

  --now <unix seconds>             the clock when it arrived; default: the clock of this machine
  --show-resource                  print the decrypted resource, which is about people and money
${CREDENTIALS_HELP}
The private key is not needed.
`,
  async run(args) {
    const given = options(args, { own: ['now'], flags: ['show-resource'] })
    const [file, ...more] = given.positionals
    if (file === undefined || more.length > 0) throw new UsageError('verify takes one file; see --help')
    needed(given, ['apiV3Key'])
    const { headers, body } = capture(fileNamed(file, 'verify'))
    const now = clock(given.own['now'])
    try {
      const opened = opener(given).openNotification({ headers, body, now })
      const { resource, ...rest } = opened
      const json = { verified: true, ...rest, ...(given.flags.has('show-resource') ? { resource } : {}) }
      const lines = Object.entries(json).map(([name, value]) => {
        return `${name}: ${typeof value === 'object' ? JSON.stringify(value, null, 2) : String(value)}`
      })
      return { ok: true, json, text: lines.join('\n') }
    } catch (error) {
      if (!(error instanceof WechatPayError)) throw error
      const explanations = explainNotification({
        headers,
        body,
        now,
        platformKeys: given.platformKeys,
        apiV3Key: given.apiV3Key,
        merchantCertificate: given.certificate,
      })
      const lines = [`refused: ${error.code}`, error.message, ...explanations.map(({ cause, message }) => `${cause}: ${message}`)]
      return {
        ok: false,
        json: { verified: false, code: error.code, message: error.message, explanations },
        text: lines.join('\n'),
      }
    }
  },
}

/** It opens and never signs, so it has no private key. */
function opener(given: Given): Pick<Merchant, 'openNotification'> {
  return new Merchant({
    mchid: given.mchid ?? '0',
    serialNo: serialNoOf(given) ?? '00',
    signer: () => Promise.reject(new Error('nothing is signed here')),
    apiV3Key: given.apiV3Key as string,
    platformKeys: given.platformKeys,
  })
}

function clock(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (/^\d{1,10}$/.test(value)) return Number(value)
  throw new UsageError('--now takes UNIX time in seconds')
}
