import type { Command } from './command.js'
import { merchantOf } from './merchant.js'
import { CREDENTIALS_HELP, fileNamed, options } from './options.js'
import { UsageError } from './usage-error.js'

export const sign: Command = {
  summary: 'sign a request: its headers, and the message that is signed',
  help: `wechatpay-wasm sign <METHOD> <path or URL> [options]

Prints the headers that a request has to be sent with, such as for curl:

  wechatpay-wasm sign POST /v3/pay/transactions/jsapi --body-file order.json

  --body-file <file>               the very bytes that will be sent; - for standard input
  --show-message                   print the message that was signed, which holds the body
${CREDENTIALS_HELP}
`,
  async run(args) {
    const given = options(args, { own: ['body-file'], flags: ['show-message'] })
    const [method, url, ...more] = given.positionals
    if (method === undefined || url === undefined || more.length > 0) {
      throw new UsageError('sign takes a method and a path, such as: sign GET /v3/certificates')
    }
    const file = given.own['body-file']
    const body = file === undefined ? undefined : fileNamed(file, '--body-file')
    const { headers, message } = merchantOf(given).authorize({ method, url, body })
    const shown = given.flags.has('show-message') ? { headers, message } : { headers }
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    if (shown.message !== undefined) lines.push('', message)
    return { ok: true, json: shown, text: lines.join('\n') }
  },
}
