import type * as declared from '../../types/client.js'
import { kind, members, reading, text } from '../arguments.js'
import { invalidArgument } from '../errors.js'
import { TOOLS, type Tools } from '../tools.js'
import { Hosts } from './hosts.js'

const ORIGIN = 'https://api.mch.weixin.qq.com'
const BACKUP = 'https://api2.mch.weixin.qq.com'

export interface Settings {
  merchant: declared.ClientOptions['merchant']
  tools: Tools
  fetch: declared.Fetch
  hosts: Hosts
  timeout: number
  retries: number
  backOff: (attempt: number) => number
  coolDown: number
}

export function settings(options: declared.ClientOptions): Settings {
  const given = members(options, 'new Client', [
    'merchant',
    'fetch',
    'origin',
    'backupOrigin',
    'timeout',
    'retries',
    'backOff',
    'certificateCoolDown',
  ])
  const own = given.origin !== undefined
  const origin = own ? originOf(given.origin, 'origin') : ORIGIN
  const backup = given.backupOrigin === undefined ? (own ? null : BACKUP) : given.backupOrigin
  return {
    ...merchantOf(given.merchant),
    fetch: callable(given.fetch, 'fetch') ?? ((url, init) => fetch(url, init)),
    hosts: new Hosts(origin, backup === null ? undefined : originOf(backup, 'backupOrigin')),
    timeout: timeoutOf(given.timeout) ?? 10,
    retries: retriesOf(given.retries) ?? 2,
    backOff: callable(given.backOff, 'backOff') ?? exponential,
    coolDown: within(given.certificateCoolDown, 'certificateCoolDown', 1, 86_400, 'seconds') ?? 60,
  }
}

export function timeoutOf(value: unknown): number | undefined {
  return within(value, 'timeout', 0.001, 600, 'seconds (not milliseconds)')
}

export function retriesOf(value: unknown): number | undefined {
  const retries = within(value, 'retries', 0, 10, 'whole times')
  if (retries === undefined || Number.isInteger(retries)) return retries
  throw invalidArgument('retries must be a whole number')
}

function merchantOf(value: unknown): { merchant: declared.ClientOptions['merchant']; tools: Tools } {
  const tools = reading('merchant', () => (value as { [TOOLS]?: Tools } | null | undefined)?.[TOOLS])
  if (tools === undefined) throw invalidArgument(`merchant must be a Merchant of this package; got ${kind(value)}`)
  return { merchant: value as declared.ClientOptions['merchant'], tools }
}

function originOf(value: unknown, name: string): string {
  const given = text(value, name)
  if (/^https?:\/\/[^/?#@\s]+$/.test(given)) return given
  throw invalidArgument(`${name} must be a scheme and a host without a path, such as ${ORIGIN}`)
}

function callable<F>(value: unknown, name: string): F | undefined {
  if (value === undefined || typeof value === 'function') return value as F | undefined
  throw invalidArgument(`${name} must be a function; got ${kind(value)}`)
}

function within(value: unknown, name: string, least: number, most: number, unit: string): number | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'number' && value >= least && value <= most) return value
  throw invalidArgument(
    `${name} must be a number of ${unit} from ${least} to ${most}; got ${typeof value === 'number' ? value : kind(value)}`,
  )
}

function exponential(attempt: number): number {
  return Math.min(8, 0.5 * 2 ** (attempt - 2)) * (0.5 + Math.random() / 2)
}
