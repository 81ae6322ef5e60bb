import type { WechatPayErrorCode } from '../types/index.js'

const codes: readonly WechatPayErrorCode[] = Object.freeze([
  'ERR_ALGORITHM_MISMATCH',
  'ERR_API_KEY_INVALID',
  'ERR_API_V3_KEY_INVALID',
  'ERR_APPID_MISMATCH',
  'ERR_ARGUMENT_INVALID',
  'ERR_BODY_MALFORMED',
  'ERR_BODY_NOT_RAW',
  'ERR_CERTIFICATE_INVALID',
  'ERR_DECRYPT_FAILED',
  'ERR_DIGEST_MISMATCH',
  'ERR_HEADER_INVALID',
  'ERR_HEADER_MISSING',
  'ERR_KEY_INVALID',
  'ERR_MAC_INVALID',
  'ERR_PLAINTEXT_TOO_LONG',
  'ERR_REQUEST_ABORTED',
  'ERR_REQUEST_REFUSED',
  'ERR_REQUEST_UNANSWERED',
  'ERR_RESPONSE_UNVERIFIED',
  'ERR_SCHEME_UNSUPPORTED',
  'ERR_SERIAL_UNKNOWN',
  'ERR_SIGNATURE_INVALID',
  'ERR_SIGNATURE_PROBE',
  'ERR_SIGNING_FAILED',
  'ERR_SIGN_MISSING',
  'ERR_TIMESTAMP_OUTSIDE_WINDOW',
  'ERR_WASM_TRAP',
] as const)

export class WechatPayError extends Error {
  static readonly codes = codes
  readonly code: WechatPayErrorCode
  declare readonly name: string

  constructor(code: WechatPayErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }

  static {
    // On the prototype, so that it is part of the stack and not of every error printed.
    Object.defineProperty(this.prototype, 'name', { value: 'WechatPayError', configurable: true, writable: true })
  }
}

export function invalidArgument(message: string, options?: { cause?: unknown }): WechatPayError {
  return new WechatPayError('ERR_ARGUMENT_INVALID', message, options)
}
