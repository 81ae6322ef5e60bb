import type { CallOptions } from './client.js'

export interface RefundAccount {
  account: 'AVAILABLE' | 'UNAVAILABLE'
  /** Fen. */
  amount: number
}

/** By one of the two numbers of the order. */
export type RefundRequest = RefundContent &
  ({ transaction_id: string; out_trade_no?: undefined } | { out_trade_no: string; transaction_id?: undefined })

export interface RefundContent {
  /** Of a service provider. */
  sub_mchid?: string | undefined
  /** At most 64 of `[0-9A-Za-z_-|*@]`; the same number is the same refund. */
  out_refund_no: string
  /** At most 80 bytes. */
  reason?: string | undefined
  notify_url?: string | undefined
  funds_account?: 'AVAILABLE' | 'UNSETTLED' | undefined
  amount: {
    /** Fen. */
    refund: number
    /** Fen, of the order. */
    total: number
    /** @default `CNY` */
    currency?: string | undefined
    from?: readonly RefundAccount[] | undefined
  }
  goods_detail?:
    | readonly {
        merchant_goods_id: string
        wechatpay_goods_id?: string | undefined
        goods_name?: string | undefined
        unit_price: number
        refund_amount: number
        refund_quantity: number
      }[]
    | undefined
}

export interface Refund {
  refund_id: string
  out_refund_no: string
  transaction_id: string
  out_trade_no: string
  /** `ORIGINAL`, `BALANCE`, `OTHER_BALANCE` or `OTHER_BANKCARD`. */
  channel: string
  user_received_account: string
  success_time?: string
  create_time: string
  /** `SUCCESS`, `CLOSED`, `PROCESSING` or `ABNORMAL`. */
  status: string
  funds_account?: string
  amount: {
    total: number
    refund: number
    payer_total: number
    payer_refund: number
    settlement_refund: number
    settlement_total: number
    discount_refund: number
    currency: string
    refund_fee?: number
    from?: RefundAccount[]
  }
}

/** How an abnormal refund goes on: to the user's bank card, or to the merchant's balance. */
export interface AbnormalRefundRequest {
  sub_mchid?: string | undefined
  out_refund_no: string
  type: 'USER_BANK_CARD' | 'MERCHANT_BANK_CARD'
  bank_type?: string | undefined
  /** In clear: encrypted here. */
  bank_account?: string | undefined
  /** In clear: encrypted here. */
  real_name?: string | undefined
}

export interface Refunds {
  /**
   * An answer means that it was accepted; query or wait for the notification. Again only with the same number: whatever is
   * answered but success, `effect` of the error is `unknown`.
   */
  create(refund: RefundRequest, options?: CallOptions): Promise<Refund>
  /** `of` names the sub-merchant of a service provider. */
  query(outRefundNo: string, of?: { sub_mchid?: string | undefined }, options?: CallOptions): Promise<Refund>
  applyAbnormal(refundId: string, request: AbnormalRefundRequest, options?: CallOptions): Promise<Refund>
}
