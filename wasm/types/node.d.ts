/**
 * What needs `node:crypto`: for Node, Bun and Deno.
 *
 * @module wechatpay-wasm/node
 */

import type { KeyObject } from 'node:crypto'

import type { SignFunction } from './signers.js'

/**
 * Signs with a private `KeyObject` of `node:crypto`, off the main thread, and decrypts sensitive fields. Such a key may
 * come from an OpenSSL engine or provider.
 *
 * @throws {WechatPayError} `ERR_KEY_INVALID` for a key that is no private RSA key.
 */
export declare function nodeSigner(key: KeyObject): {
  sign: SignFunction
  decrypt(ciphertext: Uint8Array<ArrayBuffer>): Uint8Array
}
