/**
 * The merchant APIs over `fetch`: signs, sends, verifies every answer, sends again what may be sent again. Nothing is
 * logged, nothing runs between calls.
 *
 * @module wechatpay-wasm/client
 */

import type { Bills } from './client-bills.js'
import type { Combine } from './client-combine.js'
import type { PartnerTransactions, Transactions } from './client-transactions.js'
import type { ProfitSharing } from './client-profit-sharing.js'
import type { Refunds } from './client-refunds.js'
import type { Transfers } from './client-transfers.js'
import type { WechatPayApiError } from './api-error.js'
import type { WechatPayError } from './errors.js'
import type { ExternalMerchant, Merchant, Notification, PlatformCertificate, RawBody, ReceivedMessage } from './merchant.js'

export * from './client-bills.js'
export * from './client-combine.js'
export * from './client-profit-sharing.js'
export * from './client-refunds.js'
export * from './client-transactions.js'
export * from './client-transfers.js'

/** The part of `fetch` that is used; a test or a proxy may give its own. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface ClientOptions {
  /** Of the same package, in any of its entries. */
  merchant: Merchant | ExternalMerchant
  /** @default the global `fetch` */
  fetch?: Fetch | undefined
  /** @default `https://api.mch.weixin.qq.com` */
  origin?: string | undefined
  /**
   * Where requests go for 30 seconds after `origin` could not be reached. The host is not signed, the account is the
   * same. Give `null` for none, as also for an `origin` of your own.
   *
   * @default `https://api2.mch.weixin.qq.com`, if `origin` is left out
   */
  backupOrigin?: string | null | undefined
  /** Seconds that one attempt may take, its answer read: up to 600. @default 10 */
  timeout?: number | undefined
  /** How often a request is sent again, at most: 0 to 10. @default 2 */
  retries?: number | undefined
  /**
   * Seconds to wait before an attempt: the second has the number 2.
   *
   * @default half a second, then twice as long each time, up to 8, with a random part
   */
  backOff?: ((attempt: number) => number) | undefined
  /**
   * Seconds for which platform certificates are not asked for again, whatever came of the last time: strangers who send
   * unknown serials cannot make this process call out more often.
   *
   * @default 60
   */
  certificateCoolDown?: number | undefined
}

export interface RequestOptions {
  /** Becomes the query, percent-encoded, in this order; `undefined` is left out. */
  query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined
  /** Of the key that encrypted fields of the body, from `encryptSensitive`. */
  wechatpaySerial?: string | undefined
  /** Gives up waiting. What was sent is not undone: see `effect` of the error. */
  signal?: AbortSignal | undefined
  /** Seconds, for this request. */
  timeout?: number | undefined
  /** For this request. Give 0 where a second request would have a second effect: where no number of yours is in it. */
  retries?: number | undefined
}

/** Of a typed call. */
export type CallOptions = Pick<RequestOptions, 'signal' | 'timeout' | 'retries'>

/** A verified answer. */
export interface Answer<Body = unknown> {
  /** 200, 202 or 204. */
  status: number
  /**
   * Parsed JSON; `undefined` for an empty body. The bytes of the file where WeChat Pay signs no body: see
   * `responseSignature`.
   */
  body: Body
  headers: Headers
  /** What WeChat Pay's support asks for. */
  requestId: string | undefined
}

/** One merchant's connection to WeChat Pay. Make it when the process starts and keep it. */
export declare class Client {
  /** @throws {WechatPayError} `ERR_ARGUMENT_INVALID`. */
  constructor(options: ClientOptions)
  readonly merchant: Merchant | ExternalMerchant

  /** Orders of mini programs, JSAPI, apps, H5 and Native, and what became of them. */
  readonly transactions: Transactions
  /** The same for service providers (服务商). */
  readonly partnerTransactions: PartnerTransactions
  /** Several orders paid as one (合单支付). */
  readonly combine: Combine
  readonly refunds: Refunds
  readonly bills: Bills
  /** Transfers to users (商家转账). */
  readonly transfers: Transfers
  readonly profitSharing: ProfitSharing

  /**
   * Sends a request of any API. The body is stringified once and signed; the answer is verified before a byte of it is
   * believed. Connection failures, time-outs, 5xx, 429 and retryable codes are sent again: the same bytes, so the same
   * order number, under a fresh signature.
   *
   * @param path such as `/v3/pay/transactions/jsapi`, percent-encoded.
   * @param body an object, or the very text or bytes to send.
   * @throws {WechatPayRequestError} for everything that happened on the way; {@link WechatPayError} for arguments.
   */
  request<Body = unknown>(
    method: string,
    path: string,
    body?: object | RawBody | undefined,
    options?: RequestOptions,
  ): Promise<Answer<Body>>

  /**
   * As `Merchant.openNotification`, but when a platform certificate is unknown it asks WeChat Pay for new ones first, at
   * most once per cool-down.
   *
   * @throws {WechatPayError} as there.
   */
  openNotification<Resource = unknown>(message: ReceivedMessage): Promise<Notification<Resource>>

  /**
   * Downloads the platform certificates, adds them to the merchant and returns them. Call it at start if you have
   * certificates and no public key of WeChat Pay: with no key at all, the first answer is verified with a certificate
   * out of itself, whose decryption proved that the sender knows the APIv3 key.
   *
   * A merchant in public key mode gets a 404.
   *
   * @throws {WechatPayRequestError} as `request`.
   */
  refreshCertificates(options?: CallOptions): Promise<PlatformCertificate[]>
}

/** A request that did not succeed. */
export declare class WechatPayRequestError extends WechatPayError {
  private constructor()
  override readonly name: 'WechatPayRequestError'
  readonly code:
    | 'ERR_REQUEST_ABORTED'
    | 'ERR_REQUEST_REFUSED'
    | 'ERR_REQUEST_UNANSWERED'
    | 'ERR_RESPONSE_UNVERIFIED'
  /**
   * `unknown`: WeChat Pay may have done it, in this attempt or in an earlier one. Query by your own number before anything
   * else, or send the same again; never take a new number. `none`: it was not done; WeChat Pay said so with a status that it
   * documents.
   */
  readonly effect: 'none' | 'unknown'
  readonly method: string
  /** Without its query. */
  readonly path: string
  /** How often it was sent. */
  readonly attempts: number
  /** Of the last answer. */
  readonly status: number | undefined
  /** Of the last answer: what WeChat Pay's support asks for. */
  readonly requestId: string | undefined
  /** What WeChat Pay said, of `ERR_REQUEST_REFUSED`. Not shown when the error is printed: its `detail` may hold the body. */
  readonly refusal: WechatPayApiError | undefined
  /** Whether WeChat Pay answered with this code, such as `ORDER_NOT_EXIST`; underscores do not count. */
  is(code: string): boolean
}
