import type * as declared from '../../types/client.js'
import { kind, members, optionalText, reading, text } from '../arguments.js'
import { sentBody } from '../body.js'
import { invalidArgument } from '../errors.js'
import { retriesOf, type Settings, timeoutOf } from './options.js'
import { target } from './path.js'

/** A request, checked and ready to be signed. */
export interface Call {
  method: string
  target: string
  /** Of `target`, for errors: a query may hold what names people. */
  path: string
  body: Uint8Array<ArrayBuffer> | undefined
  wechatpaySerial: string | undefined
  signal: AbortSignal | undefined
  timeout: number
  retries: number
  /** Gives a file as a stream instead of as bytes. */
  streams: boolean
  /** Whether a refusal proves that nothing was done. Not so with transfers and refunds, which keep their number. */
  refusalIsFinal: boolean
}

export function callOf(
  settings: Settings,
  method: unknown,
  path: unknown,
  body: unknown,
  options: declared.RequestOptions = {},
): Call {
  const given = members(options, 'options', ['query', 'wechatpaySerial', 'signal', 'timeout', 'retries'])
  const checked = text(method, 'method')
  const sent = bodyOf(body)
  if (checked === 'GET' && sent !== undefined) throw invalidArgument('a GET has no body: give it as query')
  const to = target(path, given.query)
  return {
    method: checked,
    target: to,
    path: to.replace(/\?.*$/s, ''),
    body: sent,
    wechatpaySerial: optionalText(given.wechatpaySerial, 'wechatpaySerial'),
    signal: signalOf(given.signal),
    timeout: timeoutOf(given.timeout) ?? settings.timeout,
    retries: retriesOf(given.retries) ?? settings.retries,
    streams: false,
    refusalIsFinal: true,
  }
}

/** Bytes once and for all: every attempt sends the same. */
function bodyOf(body: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (body === undefined) return undefined
  return reading('body', () => {
    const isJson = /^\[object (Object|Array)\]$/.test(Object.prototype.toString.call(body))
    return sentBody(isJson ? JSON.stringify(body) : body).slice()
  })
}

function signalOf(value: unknown): AbortSignal | undefined {
  if (value === undefined) return undefined
  const given = value as Partial<AbortSignal> | null
  const methods = ['addEventListener', 'removeEventListener', 'throwIfAborted'] as const
  const isSignal = reading('signal', () => {
    return typeof given?.aborted === 'boolean' && methods.every((method) => typeof given[method] === 'function')
  })
  if (isSignal) return value as AbortSignal
  throw invalidArgument(`signal must be an AbortSignal; got ${kind(value)}`)
}
