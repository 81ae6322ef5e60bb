// Only in what Node loads. The module of Node is asked for without an import, over which bundlers for other hosts would
// stumble; where there is none, the package does without.

import { type AesKey, type Host, type RsaPrivateKey, type RsaPublicKey, provideHost } from './host.js'

/** As far as it is used here. */
interface NodeCrypto {
  createPrivateKey(key: Der): KeyObject
  createPublicKey(key: Der | KeyObject): KeyObject
  createSecretKey(key: Uint8Array): KeyObject
  sign(algorithm: 'sha256', data: Uint8Array, key: KeyObject): Uint8Array
  verify(algorithm: 'sha256', data: Uint8Array, key: KeyObject, signature: Uint8Array): boolean
  privateEncrypt(key: { key: KeyObject; padding: number }, block: Uint8Array): Uint8Array
  publicEncrypt(key: { key: KeyObject; padding: number }, block: Uint8Array): Uint8Array
  createDecipheriv(algorithm: 'aes-256-gcm', key: KeyObject, iv: Uint8Array, options: { authTagLength: 16 }): Decipher
  readonly constants: { readonly RSA_NO_PADDING: number }
}

type Der = { key: Uint8Array; format: 'der'; type: 'pkcs1' }

declare const brand: unique symbol
interface KeyObject {
  readonly [brand]: unknown
}

interface Decipher {
  setAAD(data: Uint8Array): void
  setAuthTag(tag: Uint8Array): void
  update(data: Uint8Array): Uint8Array
  final(): Uint8Array
}

type Process = { getBuiltinModule?: (name: string) => NodeCrypto | undefined }

export function useNodeCrypto(): void {
  const crypto = (globalThis as { process?: Process }).process?.getBuiltinModule?.('node:crypto')
  if (crypto !== undefined) provideHost(nodeCrypto(crypto))
}

function nodeCrypto(crypto: NodeCrypto): Host {
  const padding = crypto.constants.RSA_NO_PADDING
  const der = (key: Uint8Array): Der => ({ key, format: 'der', type: 'pkcs1' })
  return {
    rsaPrivateKey(pkcs1): RsaPrivateKey {
      const imported = new Imported(pkcs1, (bytes) => proven(crypto, crypto.createPrivateKey(der(bytes))))
      return {
        sign: (message) => crypto.sign('sha256', message, imported.key),
        raise: (input) => crypto.privateEncrypt({ key: imported.key, padding }, input),
        wipe: () => imported.wipe(),
      }
    },
    rsaPublicKey(pkcs1): RsaPublicKey {
      const imported = new Imported(pkcs1, (bytes) => crypto.createPublicKey(der(bytes)))
      return {
        verify: (message, signature) => crypto.verify('sha256', message, imported.key, signature),
        raise: (input) => crypto.publicEncrypt({ key: imported.key, padding }, input),
        wipe: () => imported.wipe(),
      }
    },
    aesKey(bytes): AesKey {
      const imported = new Imported(bytes, (bytes) => crypto.createSecretKey(bytes))
      return {
        openGcm(nonce, associatedData, ciphertext, tag) {
          const decipher = crypto.createDecipheriv('aes-256-gcm', imported.key, nonce, { authTagLength: 16 })
          decipher.setAAD(associatedData)
          decipher.setAuthTag(tag)
          const plaintext = decipher.update(ciphertext)
          try {
            decipher.final()
          } catch (wrongTag) {
            plaintext.fill(0)
            throw wrongTag
          }
          return plaintext
        },
        wipe: () => imported.wipe(),
      }
    },
  }
}

/** A key that is imported when it is first needed. If that fails, it fails each time. */
class Imported {
  readonly #bytes: Uint8Array
  readonly #make: (bytes: Uint8Array) => KeyObject
  #key: KeyObject | undefined
  #isTried = false

  constructor(bytes: Uint8Array, make: (bytes: Uint8Array) => KeyObject) {
    this.#bytes = bytes.slice()
    this.#make = make
  }

  get key(): KeyObject {
    if (!this.#isTried) {
      this.#isTried = true
      try {
        this.#key = this.#make(this.#bytes)
      } finally {
        this.#bytes.fill(0)
      }
    }
    if (this.#key === undefined) throw new Error('the key cannot be used here')
    return this.#key
  }

  /** What node:crypto has, OpenSSL wipes when it is collected. */
  wipe(): void {
    this.#isTried = true
    this.#key = undefined
    this.#bytes.fill(0)
  }
}

/**
 * The module holds every signature against the public key. OpenSSL does so only where the primes are prime; whether they
 * are, a first signature tells.
 */
function proven(crypto: NodeCrypto, key: KeyObject): KeyObject {
  const message = new Uint8Array(1)
  if (crypto.verify('sha256', message, crypto.createPublicKey(key), crypto.sign('sha256', message, key))) return key
  throw new Error('it does not make valid signatures')
}
