/** How the 2xx answer to a request is signed. */
export type ResponseSignature =
  /** Over the raw body, the rule: `verifyResponse`. */
  | 'body'
  /** Not at all: downloads of bills, images and receipts. Check the file with a `DownloadDigest`. */
  | 'none'
  /** Over the digest of the file: `verifyStatement`. */
  | 'statementSha1'

/**
 * Tells by its path how the answer to a request is signed.
 *
 * @throws {WechatPayError} `ERR_ARGUMENT_INVALID`.
 */
export declare function responseSignature(url: string): ResponseSignature

/** `hash_type` and `hash_value` of the answer that announced a download. */
export interface AnnouncedDigest {
  hashType: string
  hashValue: string
}

/**
 * Holds a downloaded bill against the digest that was announced for it, while it streams by. The digest is SHA-1 over
 * the uncompressed file: with `tar_type=GZIP`, decompress first (4012556654).
 */
export declare class DownloadDigest {
  /** @throws {WechatPayError} `ERR_ARGUMENT_INVALID`. */
  constructor(announced: AnnouncedDigest)
  /** Takes the next piece of the file. */
  update(piece: Uint8Array | ArrayBuffer): void
  /**
   * Accepts the file, once all of it was taken. To be called once.
   *
   * @throws {WechatPayError} `ERR_DIGEST_MISMATCH`.
   */
  finish(): void
}

export interface CertificateChainRequest {
  /** The certificate in question; PEM or DER, as all here. */
  certificate: string | Uint8Array
  /** Certificates of its issuers, the nearest first. */
  intermediates?: readonly (string | Uint8Array)[] | undefined
  /** The certificate that is trusted. */
  root: string | Uint8Array
  /** @default now */
  now?: number | Date | undefined
}

/**
 * Checks that a certificate was issued under a root: signatures (SHA-256 with RSA), periods, CA flags, path lengths.
 * Revocation is not checked.
 *
 * @throws {WechatPayError} `ERR_CERTIFICATE_INVALID` with the reason.
 */
export declare function verifyCertificateChain(request: CertificateChainRequest): void
