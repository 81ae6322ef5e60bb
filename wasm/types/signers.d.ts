/** Gives the RSASSA-PKCS1-v1_5 signature with SHA-256 of a message, its raw bytes. */
export type SignFunction = (message: Uint8Array<ArrayBuffer>) => Promise<Uint8Array | ArrayBuffer> | Uint8Array | ArrayBuffer

/**
 * A merchant's private key that lives elsewhere: in WebCrypto, a KMS, an HSM. A function signs; an object may decrypt
 * sensitive fields as well (RSAES-OAEP, SHA-1).
 */
export type Signer =
  | SignFunction
  | {
      sign: SignFunction
      decrypt?(ciphertext: Uint8Array<ArrayBuffer>): Promise<Uint8Array | ArrayBuffer> | Uint8Array | ArrayBuffer
    }

/** What is looked at of a `CryptoKey`. */
export interface WebCryptoKey {
  readonly algorithm: { readonly name: string }
  readonly extractable: boolean
  readonly type: string
  readonly usages: readonly string[]
}

/**
 * Signs with a `CryptoKey`, which need not be extractable: imported with
 * `{ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }` and the usage `sign`. A key for decryption is another `CryptoKey` of
 * the same private key: `{ name: 'RSA-OAEP', hash: 'SHA-1' }`, usage `decrypt`.
 *
 * @throws {WechatPayError} `ERR_KEY_INVALID` for a key of another kind or usage.
 */
export declare function webCryptoSigner(
  signingKey: WebCryptoKey,
  options?: { decryptionKey?: WebCryptoKey | undefined },
): { sign: SignFunction; decrypt?(ciphertext: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> }
