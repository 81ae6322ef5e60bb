import type { HeadersInput, PlatformKey, RawBody } from './merchant.js'

/** A cause that was proved by trying. Nothing secret is in it. */
export interface Explanation {
  /** A stable name, such as `BODY_RESERIALISED`. */
  cause: string
  /** What it means and what to do. */
  message: string
}

export interface CapturedNotification {
  /** All headers that arrived. */
  headers: HeadersInput
  /** The body, in the form in which it was verified. */
  body: RawBody
  platformKeys: readonly PlatformKey[]
  /** `apiclient_cert.pem`, to find it among the platform keys. */
  merchantCertificate?: string | Uint8Array | undefined
  /** As configured, well-formed or not. */
  apiV3Key?: string | Uint8Array | undefined
  /** As configured, to tell whether the two were mixed up. */
  apiV2Key?: string | Uint8Array | undefined
  /** The clock when it was refused. @default now */
  now?: number | Date | undefined
  /** Seconds. @default 300 */
  tolerance?: number | undefined
}

/**
 * Says why a notification or an answer is refused: the causes that were proved, the gravest first. An empty list means
 * that it is in order, or that what is wrong cannot be told from a forgery.
 */
export declare function explainNotification(captured: CapturedNotification): Explanation[]

export interface CapturedRequest {
  method: string
  /** As sent. */
  url: string
  /** As sent. */
  body?: RawBody | undefined
  /** The `Authorization` header as sent. */
  authorization: string
  /** `apiclient_cert.pem`; or the merchant's public key, with its `serialNo`. */
  merchantCertificate: string | Uint8Array
  serialNo?: string | undefined
  /** The body of the answer: `SIGN_ERROR` tells the message that WeChat Pay built. */
  answer?: RawBody | undefined
  /** The `Date` of the answer, or a clock that is right. @default now */
  now?: number | Date | undefined
}

/** Says why WeChat Pay refused a request with `SIGN_ERROR`: the causes that were proved. */
export declare function explainRequest(captured: CapturedRequest): Explanation[]
