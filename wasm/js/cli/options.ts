import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

import type { PlatformKey } from 'wechatpay-wasm'

import { UsageError } from './usage-error.js'

/** The options that most commands share. */
export const CREDENTIALS_HELP = `
  --mchid <number>                 or WECHATPAY_MCHID
  --serial-no <hex>                or WECHATPAY_SERIAL_NO; else it is read from the certificate
  --private-key-file <file>        apiclient_key.pem; or the key itself in WECHATPAY_PRIVATE_KEY
  --certificate-file <file>        apiclient_cert.pem; or itself in WECHATPAY_CERTIFICATE
  --api-v3-key-file <file>         or the key itself in WECHATPAY_API_V3_KEY
  --platform-key [<id>=]<file>     a PUB_KEY_ID_… and its pub_key.pem, or a platform certificate; as often as needed.
                                   Or WECHATPAY_PUBLIC_KEY_ID and WECHATPAY_PUBLIC_KEY`

const STRINGS = ['mchid', 'serial-no', 'private-key-file', 'certificate-file', 'api-v3-key-file'] as const

export interface Given {
  mchid: string | undefined
  serialNo: string | undefined
  privateKey: string | undefined
  certificate: string | undefined
  apiV3Key: string | undefined
  platformKeys: PlatformKey[]
  /** Options of this command alone. */
  own: Readonly<Record<string, string | undefined>>
  flags: ReadonlySet<string>
  positionals: readonly string[]
}

export function options(
  args: readonly string[],
  { own = [], flags = [] }: { own?: readonly string[]; flags?: readonly string[] } = {},
): Given {
  const { values, positionals } = parsed(args, [...STRINGS, ...own], flags)
  const environment = process.env
  return {
    mchid: values['mchid'] ?? environment['WECHATPAY_MCHID'],
    serialNo: values['serial-no'] ?? environment['WECHATPAY_SERIAL_NO'],
    privateKey: content(values, 'private-key-file') ?? environment['WECHATPAY_PRIVATE_KEY'],
    certificate: content(values, 'certificate-file') ?? environment['WECHATPAY_CERTIFICATE'],
    apiV3Key: content(values, 'api-v3-key-file')?.replace(/\r?\n$/, '') ?? environment['WECHATPAY_API_V3_KEY'],
    platformKeys: platformKeys(values.platformKeys),
    own: values,
    flags: new Set(flags.filter((flag) => values.flags.has(flag))),
    positionals,
  }
}

type Values = Record<string, string | undefined> & { platformKeys: string[]; flags: Set<string> }

function parsed(
  args: readonly string[],
  strings: readonly string[],
  flags: readonly string[],
): { values: Values; positionals: string[] } {
  const declared = {
    ...Object.fromEntries(strings.map((name) => [name, { type: 'string' as const }])),
    ...Object.fromEntries(flags.map((name) => [name, { type: 'boolean' as const }])),
    'platform-key': { type: 'string' as const, multiple: true },
  }
  let result
  try {
    result = parseArgs({ args: [...args], options: declared, allowPositionals: true })
  } catch (error) {
    // Its message may repeat an argument, and that one may have been meant as a key.
    throw new UsageError(
      (error as { code?: string }).code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION'
        ? 'an option is unknown; --help tells which there are'
        : 'an option lacks its value, or has one too many; --help tells which take one',
    )
  }
  const given = result.values as Record<string, string | boolean | string[] | undefined>
  const named = Object.fromEntries(strings.map((name) => [name, given[name] as string | undefined]))
  const values = Object.assign(named, {
    platformKeys: (given['platform-key'] as string[] | undefined) ?? [],
    flags: new Set(flags.filter((name) => given[name] === true)),
  }) as unknown as Values
  return { values, positionals: result.positionals }
}

function platformKeys(given: readonly string[]): PlatformKey[] {
  const { WECHATPAY_PUBLIC_KEY_ID: serial, WECHATPAY_PUBLIC_KEY: key } = process.env
  const ofFiles = given.map((entry) => {
    const [, id, file] = /^(?:(PUB_KEY_ID_\w+)=)?(.*)$/s.exec(entry) ?? []
    return { serial: id, key: fileNamed(file ?? '', '--platform-key') }
  })
  return ofFiles.length > 0 || key === undefined ? ofFiles : [{ serial, key }]
}

function content(values: Values, name: string): string | undefined {
  const file = values[name]
  return file === undefined ? undefined : fileNamed(file, `--${name}`)
}

/** The name stays out of the error: it may be a key that was meant to be in the file. */
export function fileNamed(file: string, option: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    throw new UsageError(`${option} names a file that cannot be read: ${(error as { code?: string }).code ?? 'unknown'}`)
  }
}

/** Says what a command cannot do without. */
export function needed(given: Given, names: readonly (keyof Given & string)[]): void {
  const missing = names.filter((name) => given[name] === undefined)
  if (missing.length > 0) {
    throw new UsageError(`${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} not given; see --help`)
  }
}
