// Where the module has RSA and AES-GCM computed, if the host does that faster: see core/src/host.rs.

import { kind, short } from './arguments.js'
import { invalidArgument } from './errors.js'

/** A host whose cryptography answers at once. What it cannot do it throws at; the module then does it itself. */
export interface Host {
  /** RSAPrivateKey as DER. */
  rsaPrivateKey(pkcs1: Uint8Array): RsaPrivateKey
  /** RSAPublicKey as DER. */
  rsaPublicKey(pkcs1: Uint8Array): RsaPublicKey
  aesKey(key: Uint8Array): AesKey
}

interface HostKey {
  wipe(): void
}

interface RsaKey extends HostKey {
  /** RSA without a padding: input and output have as many bytes as the modulus. */
  raise(input: Uint8Array): Uint8Array
}

export interface RsaPrivateKey extends RsaKey {
  /** RSASSA-PKCS1-v1_5 with SHA-256. */
  sign(message: Uint8Array): Uint8Array
}

export interface RsaPublicKey extends RsaKey {
  /** RSASSA-PKCS1-v1_5 with SHA-256. */
  verify(message: Uint8Array, signature: Uint8Array): boolean
}

export interface AesKey extends HostKey {
  /** AES-256-GCM. Throws if the tag is wrong. */
  openGcm(nonce: Uint8Array, associatedData: Uint8Array, ciphertext: Uint8Array, tag: Uint8Array): Uint8Array
}

let host: Host | undefined

export function provideHost(given: Host): void {
  host = given
}

/** The keys of one owner, as the host has them. */
export class HostKeys {
  readonly #keys: HostKey[] = []

  /** None where the owner's keys are to stay in the module, by choice or for want of such a host. */
  static for(engine: unknown): HostKeys | undefined {
    if (engine !== undefined && engine !== 'auto' && engine !== 'wasm') {
      const got = typeof engine === 'string' ? `'${short(engine)}'` : kind(engine)
      throw invalidArgument(`engine must be 'auto' or 'wasm'; got ${got}`)
    }
    return engine === 'wasm' || host === undefined ? undefined : new HostKeys()
  }

  /** The number by which the module will know the key. */
  add(key: HostKey): number {
    return this.#keys.push(key) - 1
  }

  get(number: number): HostKey | undefined {
    return this.#keys[number]
  }

  wipe(): void {
    for (const key of this.#keys) key.wipe()
    this.#keys.length = 0
  }
}

/** Those of whoever calls the module now. */
let current: HostKeys | undefined

export function withHostKeys<T>(keys: HostKeys | undefined, work: () => T): T {
  current = keys
  try {
    return work()
  } finally {
    current = undefined
  }
}

// The module calls what follows, and an exception would end it. The answers are those of wasm/src/host.rs.
const UNABLE = 0
const DONE = 1
const REFUSED = 2
const NO_KEY = 0xffff_ffff

export function importRsaPrivateKey(pkcs1: Uint8Array): number {
  return host === undefined ? NO_KEY : (current?.add(host.rsaPrivateKey(pkcs1)) ?? NO_KEY)
}

export function importRsaPublicKey(pkcs1: Uint8Array): number {
  return host === undefined ? NO_KEY : (current?.add(host.rsaPublicKey(pkcs1)) ?? NO_KEY)
}

export function importAesKey(key: Uint8Array): number {
  return host === undefined ? NO_KEY : (current?.add(host.aesKey(key)) ?? NO_KEY)
}

export function sign(key: number, message: Uint8Array, signature: Uint8Array): number {
  return attempt(() => written((current?.get(key) as RsaPrivateKey).sign(message), signature))
}

export function verify(key: number, message: Uint8Array, signature: Uint8Array): number {
  return attempt(() => ((current?.get(key) as RsaPublicKey).verify(message, signature) ? DONE : REFUSED))
}

export function raise(key: number, input: Uint8Array, output: Uint8Array): number {
  return attempt(() => written((current?.get(key) as RsaKey).raise(input), output))
}

/** `sealed` is ciphertext, then tag; the plaintext goes over the ciphertext. */
export function openGcm(key: number, nonce: Uint8Array, associatedData: Uint8Array, sealed: Uint8Array): number {
  return attempt(() => {
    const ciphertext = sealed.subarray(0, -16)
    const aes = current?.get(key) as AesKey
    return written(aes.openGcm(nonce, associatedData, ciphertext, sealed.subarray(-16)), ciphertext)
  })
}

function attempt(work: () => number): number {
  try {
    return work()
  } catch {
    return UNABLE
  }
}

function written(result: Uint8Array, place: Uint8Array): number {
  if (result.length !== place.length) return UNABLE
  place.set(result)
  return DONE
}
