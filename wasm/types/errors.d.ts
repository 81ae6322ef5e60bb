/** What every failure has as its `code`. Codes do not change between releases; messages may. */
export type WechatPayErrorCode =
  | 'ERR_ALGORITHM_MISMATCH'
  | 'ERR_API_KEY_INVALID'
  | 'ERR_API_V3_KEY_INVALID'
  | 'ERR_APPID_MISMATCH'
  | 'ERR_ARGUMENT_INVALID'
  | 'ERR_BODY_MALFORMED'
  | 'ERR_BODY_NOT_RAW'
  | 'ERR_CERTIFICATE_INVALID'
  | 'ERR_DECRYPT_FAILED'
  | 'ERR_DIGEST_MISMATCH'
  | 'ERR_HEADER_INVALID'
  | 'ERR_HEADER_MISSING'
  | 'ERR_KEY_INVALID'
  | 'ERR_MAC_INVALID'
  | 'ERR_PLAINTEXT_TOO_LONG'
  | 'ERR_REQUEST_ABORTED'
  | 'ERR_REQUEST_REFUSED'
  | 'ERR_REQUEST_UNANSWERED'
  | 'ERR_RESPONSE_UNVERIFIED'
  | 'ERR_SCHEME_UNSUPPORTED'
  | 'ERR_SERIAL_UNKNOWN'
  | 'ERR_SIGNATURE_INVALID'
  | 'ERR_SIGNATURE_PROBE'
  | 'ERR_SIGNING_FAILED'
  | 'ERR_SIGN_MISSING'
  | 'ERR_TIMESTAMP_OUTSIDE_WINDOW'
  | 'ERR_WASM_TRAP'

/** Every error thrown here. Its message says what to do and holds no body, key or plaintext: it can be logged. */
export declare class WechatPayError extends Error {
  /** Every code there is. */
  static readonly codes: readonly WechatPayErrorCode[]
  constructor(code: WechatPayErrorCode, message: string, options?: { cause?: unknown })
  readonly code: WechatPayErrorCode
  override readonly name: string
}
