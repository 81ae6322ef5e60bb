import { kind, reading, short } from './arguments.js'
import { WechatPayError, invalidArgument } from './errors.js'

const NAMES: readonly string[] = [
  'wechatpay-nonce',
  'wechatpay-serial',
  'wechatpay-signature',
  'wechatpay-signature-type',
  'wechatpay-timestamp',
]

const OF_SERVER_API: readonly string[] = [
  'wechatmp-appid',
  'wechatmp-serial',
  'wechatmp-serial-deprecated',
  'wechatmp-signature',
  'wechatmp-signature-deprecated',
  'wechatmp-timestamp',
]

/** Those of the server API of mini programs, in the same form. */
export function wechatmpHeaders(headers: unknown): string {
  return joined(namedHeaders(headers, OF_SERVER_API))
}

/** The headers that a signature needs, as the module takes them. A repeated one stays repeated and is refused. */
export function securityHeaders(headers: unknown): string {
  return joined(namedHeaders(headers, NAMES))
}

/** The value of one header that must be there once. */
export function header(headers: unknown, name: string): string {
  const [, value, ...more] = namedHeaders(headers, [name.toLowerCase()])
  if (value === undefined) throw new WechatPayError('ERR_HEADER_MISSING', `header ${name} is missing`)
  if (more.length > 0) throw new WechatPayError('ERR_HEADER_INVALID', `header ${name} came more than once`)
  return value
}

/** All headers, as they were captured. */
export function everyHeader(headers: unknown): string {
  return joined(namedHeaders(headers, undefined))
}

/** With a NUL between them. One inside, which no header can have, becomes another control character. */
function joined(namesAndValues: readonly string[]): string {
  return namesAndValues.map((text) => (text.includes('\0') ? text.replaceAll('\0', '\u0001') : text)).join('\0')
}

function namedHeaders(headers: unknown, names: readonly string[] | undefined): string[] {
  return reading('headers', () => found(headers, names))
}

function found(headers: unknown, names: readonly string[] | undefined): string[] {
  if (typeof headers !== 'object' || headers === null) {
    throw invalidArgument(`headers must be a Headers or an object of headers; got ${kind(headers)}`)
  }
  const found: string[] = []
  for (const [name, value] of pairs(headers)) {
    if (names?.includes(name) === false && !names.includes(name.toLowerCase())) continue
    if (typeof value === 'string') {
      found.push(name, value)
      continue
    }
    for (const single of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (single === undefined || single === null) continue
      if (typeof single !== 'string') {
        throw new WechatPayError('ERR_HEADER_INVALID', `header ${short(name)} must be a string; got ${kind(single)}`)
      }
      found.push(name, single)
    }
  }
  if (found.length === 0 && 'headers' in headers) {
    throw invalidArgument('headers has a member called headers: pass request.headers, not the request')
  }
  return found
}

function pairs(headers: object): [string, unknown][] {
  if (!(Symbol.iterator in headers)) return Object.entries(headers)
  const given = [...(headers as Iterable<unknown>)]
  if (given.every((pair) => Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string')) {
    return given as [string, unknown][]
  }
  throw invalidArgument('headers must give pairs of name and value; rawHeaders of Node does not, headers does')
}
