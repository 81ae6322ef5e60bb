import type { CallOptions } from './client.js'
import type { H5SceneInfo, SceneInfo } from './client-transactions.js'
import type { RequestPaymentParams } from './merchant.js'

export interface CombineSubOrder {
  mchid: string
  sub_mchid?: string | undefined
  sub_appid?: string | undefined
  attach: string
  amount: {
    /** Fen. */
    total_amount: number
    /** `CNY` */
    currency: string
  }
  out_trade_no: string
  description: string
  goods_tag?: string | undefined
  detail?: string | undefined
  settle_info?: { profit_sharing?: boolean | undefined; subsidy_amount?: number | undefined } | undefined
}

export interface CombineOrder {
  combine_appid: string
  /** @default that of the merchant */
  combine_mchid?: string | undefined
  combine_out_trade_no: string
  /** 2 to 10; 1 to 50 of a service provider. */
  sub_orders: readonly CombineSubOrder[]
  notify_url: string
  scene_info?: SceneInfo | undefined
  /** RFC 3339. */
  time_start?: string | undefined
  /** RFC 3339. */
  time_expire?: string | undefined
}

export interface CombineJsapiOrder extends CombineOrder {
  combine_payer_info: { openid: string }
}

export interface CombineH5Order extends CombineOrder {
  scene_info: H5SceneInfo
}

export interface CombineTransaction {
  combine_appid: string
  combine_mchid: string
  combine_out_trade_no: string
  combine_payer_info?: { openid?: string }
  scene_info?: { device_id?: string }
  sub_orders: {
    mchid: string
    sub_mchid?: string
    sub_appid?: string
    sub_openid?: string
    trade_type?: string
    trade_state: string
    bank_type?: string
    attach?: string
    success_time?: string
    transaction_id?: string
    out_trade_no: string
    amount: { total_amount: number; payer_amount?: number; currency?: string; payer_currency?: string }
  }[]
}

export interface CombineClose {
  combine_appid: string
  sub_orders: readonly {
    mchid: string
    out_trade_no: string
    sub_mchid?: string | undefined
    sub_appid?: string | undefined
  }[]
}

export interface Combine {
  jsapi(order: CombineJsapiOrder, options?: CallOptions): Promise<{ prepay_id: string }>
  /** The same, and signs what the mini program hands to `wx.requestPayment`. */
  requestPayment(order: CombineJsapiOrder, options?: CallOptions): Promise<RequestPaymentParams>
  app(order: CombineOrder, options?: CallOptions): Promise<{ prepay_id: string }>
  h5(order: CombineH5Order, options?: CallOptions): Promise<{ h5_url: string }>
  native(order: CombineOrder, options?: CallOptions): Promise<{ code_url: string }>
  query(combineOutTradeNo: string, options?: CallOptions): Promise<CombineTransaction>
  close(combineOutTradeNo: string, request: CombineClose, options?: CallOptions): Promise<void>
}
