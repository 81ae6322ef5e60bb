import type { RawBody } from './merchant.js'

export interface ReceivedAnswer {
  /** HTTP status. */
  status: number
  body: RawBody
}

/**
 * What WeChat Pay answers instead of 2xx: `{"code","message","detail"}`. Such answers are not signed, so they tell what
 * to do next, and prove nothing.
 */
export declare class WechatPayApiError extends Error {
  /** @throws {WechatPayError} `ERR_BODY_MALFORMED` if a gateway answered; the effect of the request is then unknown. */
  static parse(answer: ReceivedAnswer): WechatPayApiError
  private constructor()
  override readonly name: 'WechatPayApiError'
  readonly status: number
  /** Such as `PARAM_ERROR`. Compare it with `is`: its spelling varies. */
  readonly code: string
  /** Which field was wrong; of `SIGN_ERROR` the message that WeChat Pay built. */
  readonly detail: unknown
  /**
   * Whether the same request, with the same order number, may be sent again after a pause. Anything else has to be
   * mended first. Never use a new order number while the effect of the old one is unknown.
   */
  readonly retryable: boolean
  /** Whether the code is this one; underscores do not count. */
  is(code: string): boolean
}
