import type * as declared from '../types/signers.js'
import { bytesOf, kind, members, reading, short } from './arguments.js'
import { invalidArgument, WechatPayError } from './errors.js'

type Bytes = Uint8Array<ArrayBuffer>

/** A signer as it was given, in one form. */
export class ExternalSigner {
  readonly #sign: declared.SignFunction
  readonly #decrypt: ((ciphertext: Bytes) => unknown) | undefined

  constructor(given: unknown) {
    if (typeof given === 'function') {
      this.#sign = given as declared.SignFunction
      return
    }
    const signer = given as { sign?: unknown; decrypt?: unknown } | null
    const { sign, decrypt } = reading('signer', () => ({ sign: signer?.sign, decrypt: signer?.decrypt }))
    if (typeof sign !== 'function') {
      throw invalidArgument(
        `signer must be a function that signs bytes, or an object with such a function called sign; got ${kind(given)}`,
      )
    }
    if (decrypt !== undefined && typeof decrypt !== 'function') {
      throw invalidArgument(`signer.decrypt must be a function; got ${kind(decrypt)}`)
    }
    this.#sign = (message) => (signer as { sign: declared.SignFunction }).sign(message)
    if (decrypt !== undefined) {
      this.#decrypt = (ciphertext) => (signer as { decrypt(bytes: Bytes): unknown }).decrypt(ciphertext)
    }
  }

  async sign(message: Uint8Array): Promise<Uint8Array> {
    let signature: unknown
    try {
      signature = await this.#sign(message.slice())
    } catch (cause) {
      throw new WechatPayError('ERR_SIGNING_FAILED', 'the signer failed, and nothing was signed. Its error is the cause', {
        cause,
      })
    }
    const bytes = bytesOf(signature)
    if (bytes !== undefined) return bytes
    throw new WechatPayError(
      'ERR_SIGNING_FAILED',
      `the signer must give the bytes of the signature, a Uint8Array or ArrayBuffer; got ${kind(signature)}. Decode base64 \
first: Buffer.from(text, 'base64')`,
    )
  }

  async decrypt(ciphertext: string): Promise<string> {
    if (this.#decrypt === undefined) {
      throw invalidArgument('this signer cannot decrypt sensitive fields: give one with sign and decrypt')
    }
    let plaintext: unknown
    try {
      plaintext = await this.#decrypt(Uint8Array.from(atob(ciphertext), (character) => character.charCodeAt(0)))
      return new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(plaintext) ?? failed())
    } catch (cause) {
      throw new WechatPayError(
        'ERR_DECRYPT_FAILED',
        'the signer could not decrypt the field: it is not encrypted for this key, or no base64',
        { cause },
      )
    }
  }
}

export function webCryptoSigner(
  given: declared.WebCryptoKey,
  options: { decryptionKey?: declared.WebCryptoKey | undefined } = {},
): ReturnType<typeof declared.webCryptoSigner> {
  const { decryptionKey: second } = members(options, 'webCryptoSigner', ['decryptionKey'])
  const signingKey = usable(given, 'signingKey', 'RSASSA-PKCS1-v1_5', 'SHA-256', 'sign')
  const sign = (message: Bytes): Promise<ArrayBuffer> => crypto.subtle.sign('RSASSA-PKCS1-v1_5', signingKey, message)
  if (second === undefined) return { sign }
  const decryptionKey = usable(second, 'decryptionKey', 'RSA-OAEP', 'SHA-1', 'decrypt')
  return { sign, decrypt: (ciphertext) => crypto.subtle.decrypt('RSA-OAEP', decryptionKey, ciphertext) }
}

function usable(key: unknown, name: string, algorithm: string, hash: string, usage: KeyUsage): CryptoKey {
  return reading(name, () => checked(key, name, algorithm, hash, usage))
}

function checked(key: unknown, name: string, algorithm: string, hash: string, usage: KeyUsage): CryptoKey {
  const given = key as Partial<CryptoKey> | null | undefined
  const of = given?.algorithm as Partial<RsaHashedKeyAlgorithm> | undefined
  if (of?.name === algorithm && of.hash?.name === hash && given?.usages?.includes(usage) === true) {
    return given as CryptoKey
  }
  const told = [of?.name, of?.hash?.name, given?.usages].map((part) => short(String(part)))
  const got = of === undefined ? kind(key) : `one for ${told.join(', ')}`
  throw new WechatPayError(
    'ERR_KEY_INVALID',
    `${name} must be a CryptoKey imported with { name: '${algorithm}', hash: '${hash}' } and ['${usage}']; got ${got}`,
  )
}

function failed(): never {
  throw new TypeError('no bytes')
}
