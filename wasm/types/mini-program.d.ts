/// <reference lib="esnext.disposable" />

import type { Engine, HeadersInput, RawBody } from './merchant.js'

/** The AppKeys of virtual payment (虚拟支付). Which one signs is decided by the `env` inside the text that is signed. */
export interface AppKeys {
  /** AppKey of the live environment (现网), `env` 0. */
  live?: string | undefined
  /** AppKey of the sandbox (沙箱), `env` 1. */
  sandbox?: string | undefined
}

/** The keys of the encrypted and signed server API (服务端 API 签名加密): AES256_GCM with RSAwithSHA256. */
export interface SecureApiOptions {
  /** The symmetric key (API 对称密钥), in base64, with its number in the mini program platform. */
  key: { sn: string; key: string }
  /** The private key (应用私钥): RSA, PKCS#8 or PKCS#1, PEM or DER. */
  privateKey: string | Uint8Array
  /** The certificates (开放平台证书) of WeChat, with their numbers: not the serial numbers inside them. */
  certificates: readonly { sn: string; certificate: string | Uint8Array }[]
  /** How far the time of a response may lie from the clock, in seconds. @default 300 */
  tolerance?: number | undefined
  /** Where RSA is computed, as for a `Merchant`. @default 'auto' */
  engine?: Engine | undefined
}

export interface MiniProgramOptions {
  /** The appid of the mini program. */
  appid: string
  /** For `code2SessionUrl`. */
  appSecret?: string | undefined
  /** For virtual payment. */
  appKeys?: AppKeys | undefined
  /** For `sealRequest` and `openResponse`. */
  secureApi?: SecureApiOptions | undefined
}

/** A user who has logged in. */
export interface Session {
  /** The user, in this mini program. */
  openid: string
  /** The user, in all programs of one WeChat Open Platform account. */
  unionid?: string
  /**
   * The key of the session (会话密钥): keep it on the server. It is replaced when the user logs in again. Every method
   * here that needs it takes this text as it is.
   */
  sessionKey: string
}

export interface RawDataMessage {
  sessionKey: string
  /** `rawData`, neither parsed nor decoded. */
  rawData: string
  signature: string
}

export interface EncryptedDataMessage {
  sessionKey: string
  /**
   * `encryptedData`, in base64. Line breaks in it, with blanks at both ends of a line, are dropped; any other blank is
   * the `+` that form decoding made it from.
   */
  encryptedData: string
  iv: string
  /** How old the data may be, in seconds. Without it, its age is not looked at. */
  tolerance?: number | undefined
  /** @default now */
  now?: number | Date | undefined
}

/** The mark that WeChat leaves in user data (数据水印). The appid has been compared. */
export interface Watermark {
  appid: string
  /** UNIX time in seconds. */
  timestamp: number
}

/** The data of a `getPhoneNumber` button. */
export interface PhoneNumber {
  phoneNumber: string
  purePhoneNumber: string
  countryCode: string
}

/** The data of `wx.getUserInfo`. Since 2021 most of it is a placeholder; `openId` and `unionId` are not. */
export interface UserInfo {
  openId?: string
  unionId?: string
  nickName: string
  gender?: number
  language?: string
  city?: string
  province?: string
  country?: string
  avatarUrl?: string
}

export interface UserSignatureRequest {
  sessionKey: string
  /** The very body that will be sent; none for a GET request such as `/wxa/checksession`. */
  postData?: RawBody | undefined
}

/** Parameters for the query, named as WeChat names them there. */
export interface UserSignature {
  signature: string
  sig_method: 'hmac_sha256'
}

export interface VirtualPaymentRequest {
  sessionKey: string
  mode: 'short_series_coin' | 'short_series_goods'
  /** The JSON text of `signData`. It is signed and handed to the client verbatim. */
  signData: string
}

/** Exactly the four fields of `wx.requestVirtualPayment`. */
export interface VirtualPaymentParams {
  signData: string
  mode: 'short_series_coin' | 'short_series_goods'
  paySig: string
  signature: string
}

export interface VirtualPaymentCallRequest {
  /** The path alone, such as `/xpay/query_user_balance`. */
  uri: string
  /** The very JSON text that will be sent. */
  postBody: string
  /** Where the API asks for the user's `signature`. */
  sessionKey?: string | undefined
}

/** Parameters for the query, beside `access_token`. */
export interface VirtualPaymentCall {
  pay_sig: string
  signature?: string
}

export interface PayEventMessage {
  /** `Event` of the message. */
  event: string
  /** `Payload` inside `MiniGame`: a text that holds JSON. It must not be parsed and written again. */
  payload: string
  /** `PayEventSig` inside `MiniGame`. */
  payEventSig: string
}

export interface PayEvent<Payload = unknown> {
  /** 0 is real money. An order of the sandbox, 1, costs nothing: deliver nothing for it in production. */
  env: 0 | 1
  payload: Payload
}

export interface SecureRequest {
  /** The full URL. Its query, with the access token, is neither signed nor kept. */
  url: string | { readonly href: string }
  /** All parameters of the API, those of its query too, without the access token: an object, or its JSON text. */
  data: string | { readonly [name: string]: unknown }
  /** @default now */
  timestamp?: number | undefined
}

export interface SealedRequest {
  /** `Wechatmp-Appid`, `Wechatmp-TimeStamp`, `Wechatmp-Signature` and `Content-Type`. */
  headers: Record<string, string>
  /** To be sent as it is. */
  body: string
}

export interface SecureResponse {
  /** That of the request. */
  url: string | { readonly href: string }
  headers: HeadersInput
  /** The raw body as it arrived. */
  body: RawBody
  /** @default now */
  now?: number | Date | undefined
}

export interface OpenedResponse<Data = unknown> {
  /** What the API answers. It may still be an error: `errcode` tells. */
  data: Data
  /** Whether WeChat is about to replace the configured certificate: download the new one. */
  certificateDeprecated: boolean
}

/**
 * The server side of a mini program (小程序): login, user data, virtual payment, the encrypted server API. Keys are
 * checked once; session keys are those of users, and come with each call.
 *
 * Every method throws a {@link WechatPayError}.
 */
export declare class MiniProgram {
  /** @throws {WechatPayError} `ERR_KEY_INVALID`, `ERR_CERTIFICATE_INVALID`, `ERR_ARGUMENT_INVALID`. */
  constructor(options: MiniProgramOptions)

  readonly appid: string

  /**
   * The URL that trades the `code` of `wx.login` for openid and session key, by a GET request. A code lives for 5 minutes
   * and can be traded once.
   *
   * The AppSecret stands in it: keep it out of every log.
   *
   * @throws {WechatPayError} `ERR_ARGUMENT_INVALID`.
   */
  code2SessionUrl(jsCode: string, options?: { backup?: boolean | undefined }): string

  /**
   * Reads the answer to it, which is JSON in spite of its content type.
   *
   * @throws {WechatApiError} for an `errcode`; its `retryable` and `advice` say what to do.
   * @throws {WechatPayError} `ERR_BODY_MALFORMED`, `ERR_KEY_INVALID`.
   */
  readSession(body: RawBody): Session

  /**
   * Checks `rawData` (数据签名校验) and parses it.
   *
   * @throws {WechatPayError} `ERR_MAC_INVALID`, `ERR_KEY_INVALID`, `ERR_BODY_MALFORMED`.
   */
  verifyRawData<Data = unknown>(message: RawDataMessage): Data

  /**
   * Decrypts `encryptedData` (加密数据解密), compares the appid of its watermark, and parses it.
   *
   * @throws {WechatPayError} `ERR_DECRYPT_FAILED`: most often the user has logged in again since; `ERR_APPID_MISMATCH`,
   * `ERR_TIMESTAMP_OUTSIDE_WINDOW`, `ERR_KEY_INVALID`, `ERR_ARGUMENT_INVALID`.
   */
  openEncryptedData<Data = unknown>(message: EncryptedDataMessage): Data & { watermark: Watermark }

  /**
   * The user's signature (用户态签名) of a request: HMAC-SHA256 with the session key, lower-case hex.
   *
   * @throws {WechatPayError} `ERR_KEY_INVALID`, `ERR_BODY_NOT_RAW`.
   */
  userSignature(request: UserSignatureRequest): UserSignature

  /**
   * The parameters of `wx.requestVirtualPayment`.
   *
   * @throws {WechatPayError} `ERR_KEY_INVALID`, `ERR_ARGUMENT_INVALID`.
   */
  requestVirtualPayment(request: VirtualPaymentRequest): VirtualPaymentParams

  /**
   * The signatures of a server call of virtual payment, `/xpay/…` or `/wxa/game/…`.
   *
   * @throws {WechatPayError} `ERR_KEY_INVALID`, `ERR_ARGUMENT_INVALID`.
   */
  virtualPaymentCall(request: VirtualPaymentCallRequest): VirtualPaymentCall

  /**
   * Checks the payment part of a mini game's delivery push. Pushes of mini programs (`xpay_goods_deliver_notify`, …)
   * have none: there the push itself is the proof, in secure mode.
   *
   * @throws {WechatPayError} `ERR_MAC_INVALID`, `ERR_KEY_INVALID`, `ERR_ARGUMENT_INVALID`.
   */
  openPayEvent<Payload = unknown>(message: PayEventMessage): PayEvent<Payload>

  /**
   * Encrypts and signs a request to a server API that takes it.
   *
   * @throws {WechatPayError} `ERR_ARGUMENT_INVALID`, `ERR_SIGNING_FAILED`.
   */
  sealRequest(request: SecureRequest): SealedRequest

  /**
   * Verifies and decrypts the response. One without `Wechatmp-*` headers may be a plain error:
   * `WechatApiError.parse(body)` reads it, and nothing else in it is to be trusted.
   *
   * @throws {WechatPayError} `ERR_HEADER_MISSING`, `ERR_HEADER_INVALID`, `ERR_TIMESTAMP_OUTSIDE_WINDOW`,
   * `ERR_SIGNATURE_INVALID`, `ERR_BODY_MALFORMED`, `ERR_DECRYPT_FAILED`, `ERR_APPID_MISMATCH`.
   */
  openResponse<Data = unknown>(response: SecureResponse): OpenedResponse<Data>

  /** Wipes the keys. Afterwards every method throws. */
  free(): void
  [Symbol.dispose](): void
}

/** An error that `api.weixin.qq.com` answered: `{"errcode","errmsg"}` under HTTP status 200. */
export declare class WechatApiError extends Error {
  private constructor()
  override readonly name: 'WechatApiError'
  readonly errcode: number
  /** For humans only; it carries the `rid` that WeChat's diagnosis asks for. */
  readonly errmsg: string
  /** Whether the same request may be sent again after a pause. */
  readonly retryable: boolean
  /** What to do about it. */
  readonly advice: string

  /**
   * Looks for an error in an answer: `undefined` if `errcode` is absent or 0, for either means success.
   *
   * @throws {WechatPayError} `ERR_BODY_MALFORMED` if it is no JSON object; a gateway answered instead.
   */
  static parse(body: RawBody): WechatApiError | undefined
}
