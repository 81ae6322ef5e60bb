import type { CallOptions } from './client.js'
import type { RequestPaymentParams } from './merchant.js'

/** Bodies and answers have WeChat Pay's own names; amounts are whole fen, times RFC 3339. */
export interface Amount {
  /** Fen, at least 1. */
  total: number
  /** @default `CNY` */
  currency?: string | undefined
}

export interface GoodsDetail {
  merchant_goods_id: string
  wechatpay_goods_id?: string | undefined
  goods_name?: string | undefined
  quantity: number
  /** Fen. */
  unit_price: number
}

/** What every order has. */
export interface OrderContent {
  /** At most 127 characters. */
  description: string
  /** 6 to 32 of `[0-9A-Za-z_-|*]`; the same number is the same order. */
  out_trade_no: string
  /** Absolute, public, without a query; at most 255 characters. */
  notify_url: string
  amount: Amount
  /** RFC 3339. */
  time_expire?: string | undefined
  /** Comes back in the notification. */
  attach?: string | undefined
  goods_tag?: string | undefined
  support_fapiao?: boolean | undefined
  limit_pay?: readonly string[] | undefined
  detail?:
    | { cost_price?: number | undefined; invoice_id?: string | undefined; goods_detail?: readonly GoodsDetail[] | undefined }
    | undefined
  settle_info?: { profit_sharing?: boolean | undefined } | undefined
  scene_info?: SceneInfo | undefined
}

export interface SceneInfo {
  payer_client_ip: string
  device_id?: string | undefined
  store_info?:
    | { id: string; name?: string | undefined; area_code?: string | undefined; address?: string | undefined }
    | undefined
}

export interface H5SceneInfo extends SceneInfo {
  h5_info: {
    /** `iOS`, `Android` or `Wap`. */
    type: string
    app_name?: string | undefined
    app_url?: string | undefined
    bundle_id?: string | undefined
    package_name?: string | undefined
  }
}

export interface Order extends OrderContent {
  appid: string
  /** @default that of the merchant */
  mchid?: string | undefined
}

/** For mini programs and JSAPI. */
export interface JsapiOrder extends Order {
  /** The user, under `appid`. */
  payer: { openid: string }
}

export interface H5Order extends Order {
  scene_info: H5SceneInfo
}

export interface PartnerOrder extends OrderContent {
  sp_appid: string
  /** @default that of the merchant */
  sp_mchid?: string | undefined
  sub_appid?: string | undefined
  sub_mchid: string
}

export interface PartnerJsapiOrder extends PartnerOrder {
  /** `sub_openid` needs `sub_appid`. */
  payer: { sp_openid: string; sub_openid?: undefined } | { sub_openid: string; sp_openid?: undefined }
}

export interface PartnerH5Order extends PartnerOrder {
  scene_info: H5SceneInfo
}

/** `SUCCESS`, `REFUND`, `NOTPAY`, `CLOSED`, `REVOKED`, `USERPAYING`, `PAYERROR`; there may be others. */
export type TradeState = string

/** What a query answers. Before it is paid, most of it is missing. */
export interface TransactionContent {
  out_trade_no: string
  transaction_id?: string
  trade_type?: string
  trade_state: TradeState
  trade_state_desc: string
  bank_type?: string
  attach?: string
  success_time?: string
  amount?: { total?: number; payer_total?: number; currency?: string; payer_currency?: string }
  scene_info?: { device_id?: string }
  promotion_detail?: {
    coupon_id: string
    name?: string
    scope?: string
    type?: string
    amount: number
    stock_id?: string
    wechatpay_contribute?: number
    merchant_contribute?: number
    other_contribute?: number
    currency?: string
  }[]
}

export interface Transaction extends TransactionContent {
  appid: string
  mchid: string
  payer?: { openid?: string }
}

export interface PartnerTransaction extends TransactionContent {
  sp_appid: string
  sp_mchid: string
  sub_appid?: string
  sub_mchid: string
  payer?: { sp_openid?: string; sub_openid?: string }
}

export interface Transactions {
  /** Places an order of a mini program or of JSAPI; `prepay_id` is good for two hours (4012791897). */
  jsapi(order: JsapiOrder, options?: CallOptions): Promise<{ prepay_id: string }>
  /** The same, and signs what the mini program hands to `wx.requestPayment`. */
  requestPayment(order: JsapiOrder, options?: CallOptions): Promise<RequestPaymentParams>
  app(order: Order, options?: CallOptions): Promise<{ prepay_id: string }>
  h5(order: H5Order, options?: CallOptions): Promise<{ h5_url: string }>
  native(order: Order, options?: CallOptions): Promise<{ code_url: string }>
  queryById(transactionId: string, options?: CallOptions): Promise<Transaction>
  queryByOutTradeNo(outTradeNo: string, options?: CallOptions): Promise<Transaction>
  /** Closes an order that was not paid, five minutes after it was placed or later. */
  close(outTradeNo: string, options?: CallOptions): Promise<void>
}

/** What names an order of a sub-merchant. */
export interface SubMerchant {
  sub_mchid: string
}

export interface PartnerTransactions {
  jsapi(order: PartnerJsapiOrder, options?: CallOptions): Promise<{ prepay_id: string }>
  /** Signed for `sub_appid` if the payer is named by `sub_openid`, else for `sp_appid`. */
  requestPayment(order: PartnerJsapiOrder, options?: CallOptions): Promise<RequestPaymentParams>
  app(order: PartnerOrder, options?: CallOptions): Promise<{ prepay_id: string }>
  h5(order: PartnerH5Order, options?: CallOptions): Promise<{ h5_url: string }>
  native(order: PartnerOrder, options?: CallOptions): Promise<{ code_url: string }>
  queryById(transactionId: string, of: SubMerchant, options?: CallOptions): Promise<PartnerTransaction>
  queryByOutTradeNo(outTradeNo: string, of: SubMerchant, options?: CallOptions): Promise<PartnerTransaction>
  close(outTradeNo: string, of: SubMerchant, options?: CallOptions): Promise<void>
}
