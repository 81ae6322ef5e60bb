/// <reference lib="esnext.disposable" />

import type { Signer } from './signers.js'

/** The raw bytes of a body: text, bytes (a Node `Buffer` is one) or an `ArrayBuffer`. Never a parsed object. */
export type RawBody = string | Uint8Array | ArrayBuffer

/**
 * Headers as a server hands them over: `Headers` of fetch, `request.headers` of Node, a plain object, a `Map` or pairs.
 * Names are compared without regard to case.
 */
export type HeadersInput =
  | Iterable<readonly [string, string]>
  | { readonly [name: string]: string | readonly string[] | undefined }

/**
 * Where RSA and AES-GCM are computed. `'auto'`: by `node:crypto` on Node (20.16, 22.3 or later), inside the module
 * elsewhere. `'wasm'`: inside the module everywhere. The results are the same, and so is what is refused; on Node the first
 * is several times as fast.
 */
export type Engine = 'auto' | 'wasm'

/** A key with which WeChat Pay signs. */
export interface PlatformKey {
  /**
   * `PUB_KEY_ID_…` of a WeChat Pay public key, shown in the merchant platform beside its download. Leave it out for a
   * platform certificate, whose serial number is read from it.
   */
  serial?: string | undefined
  /** `pub_key.pem`, or a platform certificate; PEM text, or the bytes of PEM or DER. */
  key: string | Uint8Array
}

/** A merchant by its `mchid`, or a brand by its `brandId`: exactly one of the two. */
export type Party =
  | {
      /** Merchant number (商户号), such as `"1900000001"`. A service provider gives its own. */
      mchid: string
      brandId?: undefined
    }
  | {
      mchid?: undefined
      /**
       * Brand number (品牌ID), for paths under `/brand/`: requests are signed by the scheme
       * `WECHATPAY-BRAND-SHA256-RSA2048` (`doc/brand/4015407582`).
       */
      brandId: string
    }

/** Of a merchant whose private key is here. */
export type MerchantOptions = CommonOptions & Party & {
  /**
   * Merchant API private key (`apiclient_key.pem`): PKCS#8 or PKCS#1, PEM or DER. A PEM text may have CRLF line ends
   * or literal `\n`, as it does when it comes from an environment variable. Not a file name.
   */
  privateKey: string | Uint8Array
  signer?: undefined
}

/** Of a merchant whose private key lives elsewhere. */
export type ExternalMerchantOptions = CommonOptions & Party & {
  /** Signs with RSA: see `webCryptoSigner`, and `nodeSigner` of `wechatpay-wasm/node`; or ask a KMS. */
  signer: Signer
  /**
   * `apiclient_cert.pem`, or the merchant's public key: every signature is then verified before it is used.
   *
   * @default signatures are checked for their length alone
   */
  certificate?: string | Uint8Array | undefined
  privateKey?: undefined
}

export interface CommonOptions {
  /**
   * Serial number of the merchant API certificate (`apiclient_cert.pem`), in hex:
   * `openssl x509 -in apiclient_cert.pem -noout -serial`. Not a `PUB_KEY_ID_…`.
   */
  serialNo: string
  /** APIv3 key (APIv3 密钥): exactly 32 bytes. It decrypts notifications. */
  apiV3Key: string | Uint8Array
  /**
   * The keys of WeChat Pay that are trusted: public keys and platform certificates, mixed as they come. A message names
   * the one it was signed with. With an empty list every message is refused with `ERR_SERIAL_UNKNOWN`.
   */
  platformKeys: readonly PlatformKey[]
  /**
   * How far the time of a message may lie from the clock, in seconds, in the past or in the future: at most 86400.
   * WeChat Pay says five minutes (4013053420).
   *
   * @default 300
   */
  tolerance?: number | undefined
  /** Where RSA and AES-GCM are computed. @default 'auto' */
  engine?: Engine | undefined
}

export interface AuthorizeRequest {
  /** `GET`, `POST`, `PUT`, `PATCH` or `DELETE`. */
  method: string
  /**
   * The full URL, or path and query; percent-encoded exactly as it will be sent. What `fetch` would change on the way is
   * refused: quotes that are not `%22` and `%27`, and the segments `.` and `..`. The host is not signed.
   */
  url: string | { readonly href: string }
  /**
   * The very text or bytes that will be sent, so stringify once and send that string. For a media upload: the JSON
   * text of the `meta` part. Leave it out when there is no body.
   */
  body?: RawBody | undefined
  /**
   * Serial of the key with which WeChat Pay is to sign its answer, and with which sensitive fields of the body were
   * encrypted: take it from `encryptSensitive`. @default the newest valid one, a public key before certificates
   */
  wechatpaySerial?: string | undefined
  /** UNIX time in seconds. WeChat Pay refuses more than five minutes of difference. @default now */
  timestamp?: number | undefined
  /** @default 32 random characters of `[0-9A-Za-z]` */
  nonceStr?: string | undefined
}

export interface Authorization {
  /** Value of the `Authorization` header. */
  authorization: string
  /**
   * All headers of the request: `Authorization`, `Accept`, `User-Agent`, `Content-Type` if there is a body, and
   * `Wechatpay-Serial`, which asks WeChat Pay to sign its answer with that key (4012365336, 4013053420).
   */
  headers: Record<string, string>
  /** What was signed, for comparison with `detail.sign_information` of a `SIGN_ERROR`. It holds the body. */
  message: string
  /** UNIX time in seconds. */
  timestamp: number
  nonceStr: string
}

export interface AuthorizeUploadRequest {
  /** Such as `/v3/merchant/media/upload`. */
  url: string | { readonly href: string }
  /** Bare name of the file, such as `store.jpg`. */
  filename: string
  file: Uint8Array | ArrayBuffer
  wechatpaySerial?: string | undefined
  /** UNIX time in seconds. @default now */
  timestamp?: number | undefined
  nonceStr?: string | undefined
}

export interface UploadAuthorization extends Authorization {
  /**
   * The JSON text that was signed: send it as the part `meta` (`Content-Type: application/json`), byte for byte,
   * before the part `file`. `FormData` sets the `Content-Type` of the request.
   */
  meta: string
}

export interface RequestPaymentRequest {
  /** The appid with which the order was placed. */
  appid: string
  /** `prepay_id` from the answer to the order; valid for two hours. */
  prepayId: string
  /** UNIX time in seconds. @default now */
  timestamp?: number | undefined
  /** At most 32 characters. @default 32 random characters of `[0-9A-Za-z]` */
  nonceStr?: string | undefined
}

/** Exactly what `wx.requestPayment` takes; JSAPI (`getBrandWCPayRequest`) adds `appId` (4012365341). */
export interface RequestPaymentParams {
  /** UNIX time in seconds, as a string. */
  timeStamp: string
  nonceStr: string
  /** `prepay_id=…` */
  package: string
  signType: 'RSA'
  paySign: string
}

export interface AppPaymentRequest extends RequestPaymentRequest {
  /** Merchant number of the payee; in partner mode that of the sub-merchant. @default the `mchid` of this merchant */
  partnerid?: string | undefined
}

/** What the Open SDK of an app takes as `PayReq`. */
export interface AppPaymentParams {
  appid: string
  partnerid: string
  prepayid: string
  package: 'Sign=WXPay'
  noncestr: string
  /** UNIX time in seconds, as a string. */
  timestamp: string
  sign: string
}

export interface ReceivedMessage {
  headers: HeadersInput
  /** The raw body as it arrived. A body that was parsed and stringified again does not verify. */
  body: RawBody
  /** The clock: UNIX time in seconds, or a `Date`. @default now */
  now?: number | Date | undefined
}

export interface CertificatesMessage extends ReceivedMessage {
  /**
   * Set it when no key of WeChat Pay is known yet: the answer is then verified with a certificate out of itself, whose
   * decryption proved that the sender knows the APIv3 key.
   *
   * @default false
   */
  first?: boolean | undefined
}

export interface PlatformCertificate {
  serial: string
  /** PEM. Keep it, and give it to `addPlatformKey`. */
  certificate: string
  /** RFC 3339. */
  effectiveTime: string
  /** RFC 3339. */
  expireTime: string
}

export interface StatementMessage {
  /** `Wechatpay-Statement-Sha1` among them. */
  headers: HeadersInput
  file: Uint8Array | ArrayBuffer
  /** @default now */
  now?: number | Date | undefined
}

export interface SignedMessage {
  /** Of the platform key. */
  serial: string
  message: RawBody
  /** In base64. */
  signature: string
}

export interface EncryptedSensitive {
  /** In base64. */
  ciphertext: string
  /** Give it to `authorize` as `wechatpaySerial`. */
  serial: string
}

/** A notification (通知) that was verified and decrypted. */
export interface Notification<Resource = unknown> {
  /** Unique for the notification. WeChat Pay may send it many times: act on it once. */
  id: string
  /** RFC 3339. */
  createTime: string
  /** Such as `TRANSACTION.SUCCESS` or `REFUND.SUCCESS`. There will be others: ignore what you do not know. */
  eventType: string
  /** `encrypt-resource` */
  resourceType: string
  /** A remark for humans. */
  summary: string
  /** What the resource was before encryption, such as `transaction`; not always sent. */
  originalType?: string
  /**
   * The decrypted object, under the names WeChat Pay gives its members. Amounts are whole fen. Before you act on it,
   * compare `appid`, `mchid`, the order number, `amount.total` and the currency with your own order.
   *
   * It was made by `JSON.parse`: whole numbers beyond 2^53 lose digits (WeChat Pay sends ids as strings), and a member
   * called `__proto__` is a plain member.
   */
  resource: Resource
}

/**
 * One merchant: its keys, parsed once, and what is done with them. Make it when the process starts and keep it; several
 * merchants live side by side. It holds secrets: nothing of them shows when it is printed or turned into JSON.
 */
export interface Merchant {
  readonly mchid: string | undefined
  readonly brandId: string | undefined
  /** In upper case. */
  readonly serialNo: string

  /**
   * Signs a request to WeChat Pay (4012365336).
   *
   * @throws {WechatPayError} `ERR_ARGUMENT_INVALID`, `ERR_BODY_NOT_RAW` or `ERR_SIGNING_FAILED`.
   */
  authorize(request: AuthorizeRequest): Authorization

  /**
   * Signs the parameters with which a mini program or a page inside WeChat opens the payment (4012365341).
   *
   * @throws {WechatPayError} `ERR_ARGUMENT_INVALID` or `ERR_SIGNING_FAILED`.
   */
  requestPayment(request: RequestPaymentRequest): RequestPaymentParams

  /**
   * Signs the parameters with which an app opens the payment.
   *
   * @throws {WechatPayError} `ERR_ARGUMENT_INVALID` or `ERR_SIGNING_FAILED`.
   */
  appPayment(request: AppPaymentRequest): AppPaymentParams

  /**
   * Verifies a notification, then decrypts it. Checked in this order: headers, serial, time, signature, body,
   * algorithm, decryption (4013053420). Answer 204 when it returns and the order is updated, 4xx when it
   * throws.
   *
   * @throws {WechatPayError} with one of the codes but `ERR_SIGNING_FAILED`.
   */
  openNotification<Resource = unknown>(message: ReceivedMessage): Notification<Resource>

  /**
   * Verifies the answer to a request and parses it; `undefined` for an empty body (204). Call it for 2xx answers: the
   * others are not signed. If it throws, the effect of the request is unknown: query the order before anything else.
   *
   * @throws {WechatPayError} with one of the codes but those of decryption.
   */
  verifyResponse<Answer = unknown>(message: ReceivedMessage): Answer

  /**
   * Signs the upload of an image or a video; what is signed is the JSON text of the part `meta`, which names the file
   * and its SHA-256.
   *
   * @throws {WechatPayError} `ERR_ARGUMENT_INVALID` or `ERR_SIGNING_FAILED`.
   */
  authorizeUpload(request: AuthorizeUploadRequest): UploadAuthorization

  /**
   * Verifies and decrypts the answer of `GET /v3/certificates`. Give what is new to `addPlatformKey`.
   *
   * @throws {WechatPayError} with one of the codes but `ERR_SIGNING_FAILED`.
   */
  openCertificates(message: CertificatesMessage): PlatformCertificate[]

  /**
   * Trusts one more key, for instance the next certificate of a rotation. Adding it again changes nothing.
   *
   * @throws {WechatPayError} `ERR_ARGUMENT_INVALID`, `ERR_KEY_INVALID` or `ERR_CERTIFICATE_INVALID`.
   */
  addPlatformKey(key: PlatformKey): void

  /**
   * Verifies an overseas statement: its digest is what is signed, and the file is held against it.
   *
   * @throws {WechatPayError} with one of the codes of verification, or `ERR_DIGEST_MISMATCH`.
   */
  verifyStatement(message: StatementMessage): void

  /**
   * Encrypts a sensitive field, such as `user_name` of a transfer, for WeChat Pay; at most 214 bytes of UTF-8 with a
   * 2048-bit key. Send its `serial` along (4012716434).
   *
   * @throws {WechatPayError} `ERR_PLAINTEXT_TOO_LONG`, or `ERR_KEY_INVALID` where no platform key is valid now.
   */
  encryptSensitive(plaintext: string, options?: { now?: number | Date | undefined }): EncryptedSensitive

  /**
   * Decrypts a sensitive field of an answer, with the private key of the merchant.
   *
   * @throws {WechatPayError} `ERR_DECRYPT_FAILED`.
   */
  decryptSensitive(ciphertext: string): string

  /**
   * Signs a message of a form that is not modelled here, these very bytes, with the merchant's private key.
   *
   * @returns the signature in base64
   * @throws {WechatPayError} `ERR_ARGUMENT_INVALID`, `ERR_BODY_NOT_RAW` or `ERR_SIGNING_FAILED`.
   */
  signMessage(message: RawBody): string

  /**
   * Verifies a signature of these very bytes under one of the platform keys. It checks no time and knows no replay: for
   * notifications and answers there are `openNotification` and `verifyResponse`.
   *
   * @throws {WechatPayError} `ERR_ARGUMENT_INVALID`, `ERR_SERIAL_UNKNOWN` or `ERR_SIGNATURE_INVALID`.
   */
  verifyMessage(signed: SignedMessage): void

  /**
   * Wipes the keys held here, and the memory of the module with every copy in it: other merchants parse theirs again at
   * their next call, a `DownloadDigest` that is under way has to start again. Every later call of this one fails.
   */
  free(): void
  [Symbol.dispose](): void
}

/**
 * A merchant whose private key lives elsewhere: what needs it gives promises, all else is as of {@link Merchant}. A signer
 * that fails, or gives no signature, ends in `ERR_SIGNING_FAILED`.
 */
export interface ExternalMerchant
  extends Omit<
    Merchant,
    'authorize' | 'authorizeUpload' | 'requestPayment' | 'appPayment' | 'decryptSensitive' | 'signMessage'
  > {
  authorize(request: AuthorizeRequest): Promise<Authorization>
  authorizeUpload(request: AuthorizeUploadRequest): Promise<UploadAuthorization>
  requestPayment(request: RequestPaymentRequest): Promise<RequestPaymentParams>
  appPayment(request: AppPaymentRequest): Promise<AppPaymentParams>
  /** By `signer.decrypt`. */
  decryptSensitive(ciphertext: string): Promise<string>
  signMessage(message: RawBody): Promise<string>
}

export interface MerchantConstructor {
  /**
   * @throws {WechatPayError} `ERR_ARGUMENT_INVALID`, `ERR_KEY_INVALID`, `ERR_CERTIFICATE_INVALID` or
   * `ERR_API_V3_KEY_INVALID`, naming what is wrong with which option.
   */
  new (options: MerchantOptions): Merchant
  new (options: ExternalMerchantOptions): ExternalMerchant
  readonly prototype: Merchant
}

export declare const Merchant: MerchantConstructor
