// The glue checks no types: a string taken for bytes becomes zeros, a BigInt wraps. So everything is checked here.

import { invalidArgument } from './errors.js'

/** The named members of an options object; a name that is almost one of them is a mistake. */
export function members<Name extends string>(
  value: unknown,
  of: string,
  names: readonly Name[],
): Record<Name, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidArgument(`${of} takes one object with ${names.join(', ')}; got ${kind(value)}`)
  }
  for (const given of Object.keys(value)) {
    if (names.includes(given as Name)) continue
    const meant = names.find((name) => folded(name) === folded(given))
    if (meant !== undefined) throw invalidArgument(`${of} knows no ${given}; write ${meant}`)
  }
  const source = value as Record<Name, unknown>
  const found = {} as Record<Name, unknown>
  for (const name of names) found[name] = source[name]
  return found
}

export function text(value: unknown, name: string): string {
  if (typeof value === 'string') return value
  const hint = typeof value === 'number' ? '; write it in quotes' : ''
  throw invalidArgument(`${name} must be a string; got ${kind(value)}${hint}`)
}

export function optionalText(value: unknown, name: string): string | undefined {
  return value === undefined ? undefined : text(value, name)
}

/** A string as UTF-8, bytes as a copy: what is given back belongs to the caller. */
export function keyBytes(value: unknown, name: string): Uint8Array {
  if (typeof value === 'string') return new TextEncoder().encode(value)
  const view = bytesOf(value)
  if (view !== undefined) return view.slice()
  const hint = kind(value) === 'a KeyObject' ? "; export it: key.export({ type: 'pkcs8', format: 'pem' })" : ''
  throw invalidArgument(`${name} must be a string or a Uint8Array; got ${kind(value)}${hint}`)
}

/** The largest UNIX time taken, in the year 2106. Milliseconds are always larger. */
const LATEST = 0xffff_ffff

export function seconds(value: unknown, name: string): number {
  if (value === undefined) return Math.floor(Date.now() / 1000)
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
    throw invalidArgument(`${name} must be UNIX time in whole seconds; got ${numberOr(value)}`)
  }
  if (value > LATEST) {
    throw invalidArgument(`${name} must be UNIX time in seconds; ${value} looks like milliseconds`)
  }
  return value
}

/** A clock: as {@link seconds}, or a `Date`. */
export function clock(value: unknown, name: string): number {
  if (Object.prototype.toString.call(value) !== '[object Date]') return seconds(value, name)
  return seconds(Math.floor((value as Date).getTime() / 1000), name)
}

const DAY = 86_400

export function tolerance(value: unknown): number {
  if (value === undefined) return 300
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= DAY) return value
  throw invalidArgument(
    `tolerance must be whole seconds from 0 to ${DAY}, best left at 300; got ${numberOr(value)}`,
  )
}

/** A view of bytes that were made anywhere, another realm included; undefined if it is something else. */
export function bytesOf(value: unknown): Uint8Array | undefined {
  const tag = Object.prototype.toString.call(value)
  if (tag === '[object Uint8Array]' && ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  }
  return tag === '[object ArrayBuffer]' ? new Uint8Array(value as ArrayBuffer) : undefined
}

/** What a value is, in words, never what is in it. */
export function kind(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value !== 'object') return `a ${typeof value}`
  if (Array.isArray(value)) return 'an array'
  const name: unknown = value.constructor?.name
  if (typeof name !== 'string' || name === '' || name === 'Object') return 'an object'
  return /KeyObject$/.test(name) ? 'a KeyObject' : `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`
}

function numberOr(value: unknown): string {
  return typeof value === 'number' ? String(value) : kind(value)
}

function folded(name: string): string {
  return name.replaceAll(/[_-]/g, '').toLowerCase()
}

/** The bytes of a file. */
export function fileBytes(value: unknown, name: string): Uint8Array {
  const view = bytesOf(value)
  if (view !== undefined) return view
  throw invalidArgument(`${name} must be the bytes of the file, a Uint8Array or ArrayBuffer; got ${kind(value)}`)
}

export function flag(value: unknown, name: string): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? false
  throw invalidArgument(`${name} must be true or false; got ${kind(value)}`)
}
