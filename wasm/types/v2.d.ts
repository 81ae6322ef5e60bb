import type { AppPaymentParams } from './merchant.js'

/** How an APIv2 message is signed. */
export type SignTypeV2 = 'MD5' | 'HMAC-SHA256'

/** Fields of a message under WeChat Pay's own names. */
export type FieldsV2 = Record<string, string>

/** Fields to send. A member that is `undefined` is left out; what is nested goes in as JSON text. */
export type GivenFieldsV2 = Readonly<Record<string, string | number | undefined>>

export interface MerchantV2Options {
  /** The merchant number; what `partnerid` and the like default to. */
  mchid: string
  /** The APIv2 key (APIv2 密钥), 32 characters. It is neither the APIv3 key nor the AppSecret. */
  apiKey: string | Uint8Array
  /** The APIv3 key; for `openEvent` only. */
  apiV3Key?: string | Uint8Array | undefined
  /**
   * Signs with this type and accepts no other. Without it requests are signed by MD5, what WeChat Pay takes by default,
   * and messages are accepted by either type, told by the length of their `sign`.
   */
  signType?: SignTypeV2 | undefined
}

export interface SignRequestV2 {
  /** All fields but `sign`. */
  fields: GivenFieldsV2
  /** @default that of the merchant, else MD5 */
  signType?: SignTypeV2 | undefined
  /** Becomes the field `nonce_str` if there is none; `null` leaves it out. @default 32 random characters */
  nonceStr?: string | null | undefined
}

export interface SignedRequestV2 {
  /** The XML to send. */
  body: string
  headers: Record<string, string>
  /** What was sent, `nonce_str`, `sign_type` and `sign` included. */
  fields: FieldsV2
}

export interface NotificationMessageV2 {
  /** The XML as it arrived. */
  body: string | Uint8Array | ArrayBuffer
  /** Accepts only this type. @default that of the merchant, else either */
  signType?: SignTypeV2 | undefined
}

export interface ResponseMessageV2 extends NotificationMessageV2 {
  /**
   * Path of the request, such as `/mmpaymkttransfers/sendredpack`. With it, an answer without `sign` is accepted where
   * the documentation has none; it then has no `signType`, and TLS alone protects it.
   */
  path?: string | undefined
}

/** A message whose signature matched. */
export interface VerifiedV2 {
  /** All fields, known here or not. */
  fields: FieldsV2
  /** Whether `result_code` is `SUCCESS`. */
  success: boolean
  /** Where it is not: such as `ORDERPAID`. */
  errCode?: string
  errCodeDes?: string
  /** How it was signed. Missing only where `path` allowed that. */
  signType?: SignTypeV2
}

/** A successful payment, under WeChat Pay's names. Amounts in fen. */
export interface PaymentV2 {
  appid: string
  mch_id: string
  sub_appid?: string
  sub_mch_id?: string
  openid?: string
  sub_openid?: string
  transaction_id: string
  out_trade_no: string
  /** Such as `JSAPI`. */
  trade_type: string
  bank_type?: string
  total_fee: number
  settlement_total_fee?: number
  fee_type?: string
  cash_fee?: number
  coupon_fee?: number
  attach?: string
  /** `yyyyMMddHHmmss` in UTC+8. */
  time_end: string
}

export interface PaymentNotificationV2 {
  payment: PaymentV2
  fields: FieldsV2
}

export interface RefundMessageV2 {
  /** The XML as it arrived. */
  body: string | Uint8Array | ArrayBuffer
}

/** A refund, under WeChat Pay's names. Amounts in fen. */
export interface RefundV2 {
  transaction_id: string
  out_trade_no: string
  refund_id: string
  out_refund_no: string
  /** `SUCCESS`, `CHANGE` (not deliverable) or `REFUNDCLOSE`. */
  refund_status: string
  total_fee: number
  settlement_total_fee?: number
  refund_fee: number
  settlement_refund_fee?: number
  /** `yyyy-MM-dd HH:mm:ss` in UTC+8. */
  success_time?: string
  /** The spelling is WeChat Pay's. */
  refund_recv_accout?: string
  refund_account?: string
  refund_request_source?: string
}

export interface RefundNotificationV2 {
  refund: RefundV2
  /** All that was encrypted. */
  refundFields: FieldsV2
  /** What was in the clear around it. */
  fields: FieldsV2
}

/** The event of a payscore notification. */
export interface EventNotificationV2 {
  eventId: string
  /** Such as `CHECK.SUCCESS` or `TRANSACTION.SUCCESS`. */
  eventType: string
  /** `yyyyMMddHHmmss` in UTC+8. */
  eventCreateTime?: string
  /** What was encrypted. */
  fields: FieldsV2
}

/** Why WeChat Pay did not take a request. Unsigned: it proves nothing. */
export interface RefusalV2 {
  returnCode: string
  returnMsg?: string
}

export interface Freshness {
  /** UNIX time in seconds. @default now */
  timestamp?: number | undefined
  /** At most 32 characters. @default 32 random characters of `[0-9A-Za-z]` */
  nonceStr?: string | undefined
}

export interface RequestPaymentRequestV2 extends Freshness {
  /** The appid with which the order was placed. */
  appid: string
  /** `prepay_id` from the answer to the order. */
  prepayId: string
  /** Has to be the `sign_type` of the order. @default that of the merchant, else MD5 */
  signType?: SignTypeV2 | undefined
}

/** Exactly what `wx.requestPayment` takes; JSAPI (`getBrandWCPayRequest`) adds `appId`. */
export interface RequestPaymentParamsV2 {
  /** UNIX time in seconds, as a string. */
  timeStamp: string
  nonceStr: string
  /** `prepay_id=…` */
  package: string
  signType: SignTypeV2
  paySign: string
}

export interface AppPaymentRequestV2 extends RequestPaymentRequestV2 {
  /** Merchant number of the payee; in partner mode that of the sub-merchant. @default the `mchid` of this merchant */
  partnerid?: string | undefined
}

export interface RedPacketRequest extends Freshness {
  appid: string
  /** What `sendminiprogramhb` answered, not URL-encoded. */
  package: string
}

/** What `wx.sendBizRedPacket` takes. */
export interface RedPacketParams {
  timeStamp: string
  nonceStr: string
  /** URL-encoded. */
  package: string
  signType: 'MD5'
  paySign: string
}

export interface PayScoreDetailRequest extends Freshness {
  serviceId: string
  outOrderNo: string
  /** @default the `mchid` of this merchant */
  mchid?: string | undefined
}

export interface PayScoreDetailParams {
  mch_id: string
  service_id: string
  out_order_no: string
  timestamp: string
  nonce_str: string
  sign_type: 'HMAC-SHA256'
  sign: string
}

export interface PayScoreUseRequest extends Freshness {
  /** From the answer to the order, as it came. */
  package: string
  /** @default the `mchid` of this merchant */
  mchid?: string | undefined
}

export interface PayScoreUseParams {
  mch_id: string
  package: string
  timestamp: string
  nonce_str: string
  sign_type: 'HMAC-SHA256'
  sign: string
}

/** A page of WeChat Pay about to be opened. */
export interface BusinessView<Params> {
  /** For `wx.openBusinessView` in a mini program. */
  extraData: Params
  /** The same as a query, URL-encoded: `queryString` on a page, `query` in an app. */
  query: string
}

export interface Coupon {
  stockId: string
  /** The merchant's own number of this hand-out. */
  outRequestNo: string
  /** For stocks whose codes are given when they are handed out. */
  couponCode?: string | undefined
  /** The merchant that made the stock. */
  createCouponMerchant?: string | undefined
  /** RFC 3339. */
  customizeSendTime?: string | undefined
}

export interface SendCouponRequest {
  /** One to ten. */
  coupons: readonly Coupon[]
  /** The merchant that hands out. @default the `mchid` of this merchant */
  sendCouponMerchant?: string | undefined
}

/** The attributes of `<send-coupon>`. */
export interface SendCouponParams {
  send_coupon_params: {
    stock_id: string
    out_request_no: string
    coupon_code?: string
    create_coupon_merchant?: string
    customize_send_time?: string
  }[]
  send_coupon_merchant: string
  sign: string
}

export interface CouponUrlRequest {
  coupon: Coupon
  /** The user. */
  openid: string
  /** The merchant that hands out. @default the `mchid` of this merchant */
  sendCouponMerchant?: string | undefined
}

/**
 * A merchant of APIv2: signs requests, payment parameters and other invocations with the APIv2 key, and reads what
 * WeChat Pay sends as XML (`https://pay.weixin.qq.com/doc/v2/merchant/4011985891`).
 *
 * ```js
 * const merchant = new MerchantV2({ mchid: '1900000109', apiKey: process.env.WECHATPAY_API_KEY, signType: 'HMAC-SHA256' })
 * ```
 */
export declare class MerchantV2 {
  /** @throws {WechatPayError} `ERR_API_KEY_INVALID`, `ERR_API_V3_KEY_INVALID` or `ERR_ARGUMENT_INVALID`. */
  constructor(options: MerchantV2Options)

  readonly mchid: string
  readonly signType: SignTypeV2 | undefined

  /**
   * Signs a request. `nonce_str` is added, and `sign_type` for HMAC-SHA256, for without it WeChat Pay checks MD5.
   *
   * @throws {WechatPayError} `ERR_ARGUMENT_INVALID`.
   */
  signRequest(request: SignRequestV2): SignedRequestV2

  /**
   * Verifies an answer over all its fields. After an error the effect of the request is unknown: query it. An answer with
   * `return_code` `FAIL` has no `sign`: see `refusalV2`.
   *
   * @throws {WechatPayError} `ERR_BODY_MALFORMED`, `ERR_SIGN_MISSING`, `ERR_ALGORITHM_MISMATCH` or `ERR_MAC_INVALID`.
   */
  verifyResponse(message: ResponseMessageV2): VerifiedV2

  /**
   * Verifies a notification over all its fields. It carries no time: a replay verifies, so apply each order once. Answer
   * with `answerV2`.
   *
   * @throws {WechatPayError} `ERR_BODY_MALFORMED`, `ERR_SIGN_MISSING`, `ERR_ALGORITHM_MISMATCH` or `ERR_MAC_INVALID`.
   */
  openNotification(message: NotificationMessageV2): VerifiedV2

  /**
   * As `openNotification`, for the notification of a payment (支付结果通知). Compare appid, merchant, order number and amount
   * with the own order.
   *
   * @throws {WechatPayError} also `ERR_BODY_MALFORMED` if it is no successful payment, with the name of the field.
   */
  openPayment(message: NotificationMessageV2): PaymentNotificationV2

  /**
   * Decrypts the notification of a refund. It is encrypted but not authenticated: take it as the hint to query the
   * refund.
   *
   * @throws {WechatPayError} `ERR_BODY_MALFORMED` or `ERR_DECRYPT_FAILED`.
   */
  openRefund(message: RefundMessageV2): RefundNotificationV2

  /**
   * Verifies a payscore notification in XML and decrypts its event with the APIv3 key. Answer with
   * `answerV2({ event: true })`.
   *
   * @throws {WechatPayError} as `openNotification`, `ERR_DECRYPT_FAILED`, or `ERR_API_V3_KEY_INVALID` without `apiV3Key`.
   */
  openEvent(message: NotificationMessageV2): EventNotificationV2

  /**
   * Signs the parameters of `wx.requestPayment`.
   *
   * @throws {WechatPayError} `ERR_ARGUMENT_INVALID`.
   */
  requestPayment(request: RequestPaymentRequestV2): RequestPaymentParamsV2

  /**
   * Signs the parameters with which an app opens the payment.
   *
   * @throws {WechatPayError} `ERR_ARGUMENT_INVALID`.
   */
  appPayment(request: AppPaymentRequestV2): AppPaymentParams

  /**
   * Signs the parameters of `wx.sendBizRedPacket`, which opens a mini program red packet.
   *
   * @throws {WechatPayError} `ERR_ARGUMENT_INVALID`.
   */
  redPacket(request: RedPacketRequest): RedPacketParams

  /**
   * Signs the parameters that open the page of a payscore order (`wxpayScoreDetail`). The APIv2 key signs, although the
   * order is one of APIv3.
   *
   * @throws {WechatPayError} `ERR_ARGUMENT_INVALID`.
   */
  payScoreDetail(request: PayScoreDetailRequest): BusinessView<PayScoreDetailParams>

  /**
   * Signs the parameters that open the confirmation of a payscore order (`wxpayScoreUse`) in their older form. Today the
   * page takes `{ package }` alone, unsigned.
   *
   * @throws {WechatPayError} `ERR_ARGUMENT_INVALID`.
   */
  payScoreUse(request: PayScoreUseRequest): BusinessView<PayScoreUseParams>

  /**
   * Signs the attributes of the mini program plugin `sendCoupon` (4012285674).
   *
   * @throws {WechatPayError} `ERR_ARGUMENT_INVALID`.
   */
  sendCoupon(request: SendCouponRequest): SendCouponParams

  /**
   * Signs the URL of the page inside WeChat that hands out a coupon.
   *
   * @throws {WechatPayError} `ERR_ARGUMENT_INVALID`.
   */
  couponUrl(request: CouponUrlRequest): string

  /**
   * The signature of all these fields, for what has no method here: upper-case hex.
   *
   * @throws {WechatPayError} `ERR_ARGUMENT_INVALID`.
   */
  sign(fields: GivenFieldsV2, signType?: SignTypeV2): string

  /** Wipes the keys held here, and the memory of the module with every copy in it. Every later call of this one fails. */
  free(): void
  [Symbol.dispose](): void
}

/**
 * The text that is signed, without `&key=…` behind it: to compare with the signature tool of the merchant platform.
 *
 * @throws {WechatPayError} `ERR_ARGUMENT_INVALID`.
 */
export declare function stringA(fields: GivenFieldsV2): string

/**
 * Why WeChat Pay did not take a request: an answer with `return_code` `FAIL`, which has no `sign`. Good for logs.
 *
 * @throws {WechatPayError} `ERR_BODY_MALFORMED` or `ERR_BODY_NOT_RAW`.
 */
export declare function refusalV2(body: string | Uint8Array | ArrayBuffer): RefusalV2 | undefined

export interface AnswerV2 {
  /** Why the notification was not taken; WeChat Pay then sends it again. Without it, it was taken. */
  fail?: string | undefined
  /** For notifications with an `event_type`. */
  event?: boolean | undefined
}

/**
 * The XML to answer a notification with, at status 200.
 *
 * @throws {WechatPayError} `ERR_ARGUMENT_INVALID`.
 */
export declare function answerV2(answer?: AnswerV2): string

export interface WorkwxSignRequest {
  api: 'redPacket' | 'transfer'
  /** The fields of the request; those that `workwx_sign` covers are picked out. */
  fields: GivenFieldsV2
  /** Secret of the payment application in WeCom (企业微信). */
  secret: string | Uint8Array
}

/**
 * `workwx_sign` of a payment request to WeCom. Add it to the fields before `signRequest`.
 *
 * @throws {WechatPayError} `ERR_ARGUMENT_INVALID` or `ERR_KEY_INVALID`.
 */
export declare function workwxSign(request: WorkwxSignRequest): string
