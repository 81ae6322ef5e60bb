// The glue checks no types: a string taken for bytes becomes zeros, a BigInt wraps. So everything is checked here.

import { WechatPayError, invalidArgument } from './errors.js'

/** Reads what the caller gave. A getter, a Proxy or an iterator may throw; so does a Proxy that was revoked. */
export function reading<T>(what: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof WechatPayError) throw cause
    const message = `${what} could not be read: something in it throws. What it throws is the cause`
    throw new WechatPayError('ERR_ARGUMENT_INVALID', message, { cause })
  }
}

/** The named members of an options object; a name that is almost one of them is a mistake. */
export function members<Name extends string>(
  value: unknown,
  of: string,
  names: readonly Name[],
): Record<Name, unknown> {
  return reading(`what ${of} was given`, () => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw invalidArgument(`${of} takes one object with ${names.join(', ')}; got ${kind(value)}`)
    }
    for (const given of Object.keys(value)) {
      if (names.includes(given as Name)) continue
      const meant = names.find((name) => folded(name) === folded(given))
      if (meant !== undefined) throw invalidArgument(`${of} knows no ${short(given)}; write ${meant}`)
    }
    const source = value as Record<Name, unknown>
    const found = {} as Record<Name, unknown>
    for (const name of names) found[name] = source[name]
    return found
  })
}

/** The items of an array; `of` are what it should hold. */
export function items(value: unknown, name: string, of: string): unknown[] {
  return reading(name, () => {
    if (!Array.isArray(value)) throw invalidArgument(`${name} must be an array of ${of}; got ${kind(value)}`)
    return Array.from(value as unknown[])
  })
}

/** A `URL` of any realm as its text. */
export function href(url: unknown, name = 'url'): string {
  return text(
    reading(name, () => (typeof url === 'object' && url !== null && 'href' in url ? url.href : url)),
    name,
  )
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
  const milliseconds = timeOf(value)
  return seconds(milliseconds === undefined ? value : Math.floor(milliseconds / 1000), name)
}

/** Of a `Date` of any realm. */
function timeOf(value: unknown): number | undefined {
  if (typeof value !== 'object') return undefined
  try {
    return Date.prototype.getTime.call(value as Date)
  } catch {
    return undefined
  }
}

const DAY = 86_400

export function tolerance(value: unknown): number {
  if (value === undefined) return 300
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= DAY) return value
  throw invalidArgument(
    `tolerance must be whole seconds from 0 to ${DAY}, best left at 300; got ${numberOr(value)}`,
  )
}

/**
 * A view of bytes that were made anywhere, another realm included; undefined if it is something else, or if its memory
 * was transferred away. Memory that is shared is copied: it could change between the check of a signature and the use.
 */
export function bytesOf(value: unknown): Uint8Array | undefined {
  try {
    const tag = tagOf(value)
    if (tag === 'Uint8Array' && ArrayBuffer.isView(value)) {
      const view = new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      return tagOf(value.buffer) === 'SharedArrayBuffer' ? view.slice() : view
    }
    // Throws unless it is one, whatever its tag says.
    if (tag === 'ArrayBuffer' && ArrayBuffer.prototype.slice.call(value as ArrayBuffer, 0, 0)) {
      return new Uint8Array(value as ArrayBuffer)
    }
  } catch {
    // No bytes.
  }
  return undefined
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1)
}

/** What a value is, in words, never what is in it. */
export function kind(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value !== 'object') return `a ${typeof value}`
  try {
    if (Array.isArray(value)) return 'an array'
    const name: unknown = value.constructor?.name
    if (typeof name !== 'string' || name === '' || name === 'Object' || short(name) !== name) return 'an object'
    if (/^(Uint8Array|ArrayBuffer)$/.test(name) && bytesOf(value) === undefined) return 'bytes that were transferred away'
    return /KeyObject$/.test(name) ? 'a KeyObject' : `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`
  } catch {
    return 'an object that throws when it is read'
  }
}

/** A text for an error: what is long is nothing that was meant. */
export function short(text: string, longest = 40): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text
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
