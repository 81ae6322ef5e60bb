import type * as declared from '../../types/client.js'
import { kind, reading, text } from '../arguments.js'
import { invalidArgument } from '../errors.js'
import type { Tools } from '../tools.js'
import type { Call } from './call.js'

/** What the typed calls are made of. */
export interface Api {
  merchant: declared.ClientOptions['merchant']
  tools: Tools
  send(
    method: string,
    path: string,
    body?: unknown,
    options?: declared.RequestOptions,
    changes?: Partial<Call>,
  ): Promise<declared.Answer>
}

/** A body in which the merchant's own number need not be written. */
export function withMchid<B extends object>(api: Api, body: B, name = 'mchid'): B & Record<string, unknown> {
  const given = object(body, 'the request')
  return { ...(given as B), [name]: given[name] ?? mchid(api) }
}

export function mchid(api: Api): string {
  return text(api.merchant.mchid, 'mchid')
}

/** The members that an object has itself. */
export function object(value: unknown, name: string): Record<string, unknown> {
  const isObject = reading(name, () => typeof value === 'object' && value !== null && !Array.isArray(value))
  if (isObject) return reading(name, () => ({ ...(value as Record<string, unknown>) }))
  throw invalidArgument(`${name} must be an object; got ${kind(value)}`)
}

export async function bodyOf<T>(answer: Promise<declared.Answer>): Promise<T> {
  return (await answer).body as T
}

/** Encrypts the named fields where they are given, all under one key, and names that key. */
export async function encrypted<B extends object>(
  api: Api,
  body: B,
  names: readonly (keyof B & string)[],
): Promise<{ body: B; wechatpaySerial: string | undefined }> {
  let wechatpaySerial: string | undefined
  const sealed = object(body, 'the request')
  for (const name of names) {
    if (sealed[name] === undefined) continue
    const { ciphertext, serial } = await api.merchant.encryptSensitive(text(sealed[name], name))
    sealed[name] = ciphertext
    wechatpaySerial = serial
  }
  return { body: sealed as B, wechatpaySerial }
}

/** Members of an object that go into a query, where they are checked. */
export function picked(of: unknown, names: readonly string[]): Exclude<declared.RequestOptions['query'], undefined> {
  const given = object(of, 'the object beside the number')
  return Object.fromEntries(names.map((name) => [name, given[name] as string | undefined]))
}

/** The options of the caller, and what the call itself adds to them. */
export function adding<More extends object>(options: declared.CallOptions | undefined, more: More): More {
  return options === undefined ? more : { ...object(options, 'options'), ...more }
}
