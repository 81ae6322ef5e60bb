import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { Client } from 'wechatpay-wasm/client'

import type { Command } from './command.js'
import { merchantOf } from './merchant.js'
import { CREDENTIALS_HELP, options } from './options.js'

export const certificates: Command = {
  summary: 'download the platform certificates',
  help: `wechatpay-wasm certificates [options]

Downloads the platform certificates, verifies and decrypts them:

  wechatpay-wasm certificates --out . --platform-key platform.pem

  --out <folder>                   write each as <serial>.pem
  --origin <url>                   default https://api.mch.weixin.qq.com
${CREDENTIALS_HELP}

With no platform key the first download is verified with a certificate out of itself. A merchant in public key mode has
no certificates and gets a 404.
`,
  async run(args) {
    const given = options(args, { own: ['out', 'origin'] })
    const client = new Client({ merchant: merchantOf(given), origin: given.own['origin'] })
    const found = await client.refreshCertificates()
    const folder = given.own['out']
    for (const { serial, certificate } of folder === undefined ? [] : found) {
      writeFileSync(join(folder as string, `${serial}.pem`), certificate)
    }
    const text = found.map(({ serial, effectiveTime, expireTime }) => `${serial}  ${effectiveTime} – ${expireTime}`)
    return { ok: true, json: found, text: text.join('\n') }
  },
}
