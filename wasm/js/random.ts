import { WechatPayError } from './errors.js'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const LENGTH = 32
/** The largest multiple of 62 that a byte can stay below: above it, some characters would come more often. */
const FAIR = 248

export function randomNonce(): string {
  let nonce = ''
  while (nonce.length < LENGTH) {
    for (const byte of randomBytes(2 * LENGTH)) {
      if (byte < FAIR && nonce.length < LENGTH) nonce += ALPHABET[byte % ALPHABET.length]
    }
  }
  return nonce
}

/** Throws what can be understood where the host gives no randomness; inside the module it would end the instance. */
export function requireRandomness(): void {
  randomBytes(1)
}

function randomBytes(length: number): Uint8Array {
  try {
    return crypto.getRandomValues(new Uint8Array(length))
  } catch (cause) {
    throw new WechatPayError(
      'ERR_SIGNING_FAILED',
      'crypto.getRandomValues gives nothing here, and signing needs randomness. In a worker, sign inside a request, \
not while the module is loaded',
      { cause },
    )
  }
}
