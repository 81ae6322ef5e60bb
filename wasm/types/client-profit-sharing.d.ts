import type { CallOptions } from './client.js'

export type ReceiverType = 'MERCHANT_ID' | 'PERSONAL_OPENID' | 'PERSONAL_SUB_OPENID'

export interface ProfitSharingOrderRequest {
  /** Of a service provider. */
  sub_mchid?: string | undefined
  appid: string
  sub_appid?: string | undefined
  transaction_id: string
  /** The same number is the same order. */
  out_order_no: string
  /** At most 50. */
  receivers: readonly {
    type: ReceiverType
    account: string
    /** In clear: encrypted here. */
    name?: string | undefined
    /** Fen. */
    amount: number
    description: string
  }[]
  /** Whether the rest goes to the merchant at once. */
  unfreeze_unsplit: boolean
  notify_url?: string | undefined
}

export interface ProfitSharingOrder {
  transaction_id: string
  out_order_no: string
  order_id: string
  /** `PROCESSING` or `FINISHED`, which is no success: look at `result` of each receiver. */
  state: string
  receivers?: {
    type: string
    account: string
    amount: number
    description: string
    /** `PENDING`, `SUCCESS` or `CLOSED`. */
    result: string
    fail_reason?: string
    create_time: string
    finish_time: string
    detail_id: string
  }[]
}

export interface UnfreezeRequest {
  sub_mchid?: string | undefined
  transaction_id: string
  out_order_no: string
  description: string
  notify_url?: string | undefined
}

export interface ProfitSharingReturnRequest {
  sub_mchid?: string | undefined
  order_id?: string | undefined
  out_order_no?: string | undefined
  /** The same number is the same return. */
  out_return_no: string
  return_mchid: string
  /** Fen. */
  amount: number
  description: string
}

export interface ProfitSharingReturn {
  order_id: string
  out_order_no: string
  out_return_no: string
  return_id: string
  return_mchid: string
  amount: number
  description: string
  /** `PROCESSING`, `SUCCESS` or `FAILED`. */
  result: string
  fail_reason?: string
  create_time: string
  finish_time?: string
}

export interface ReceiverRequest {
  sub_mchid?: string | undefined
  appid: string
  sub_appid?: string | undefined
  type: ReceiverType
  account: string
  /** In clear: encrypted here. */
  name?: string | undefined
  /** Such as `STORE`, `STAFF`, `PARTNER`, `USER` or `CUSTOM`. */
  relation_type: string
  custom_relation?: string | undefined
}

export interface Receiver {
  sub_mchid?: string
  type: string
  account: string
  relation_type?: string
  custom_relation?: string
}

interface SubMchid {
  sub_mchid?: string | undefined
}

/** Profit sharing (分账), a minute after the payment or later. `sub_mchid` is of service providers. */
export interface ProfitSharing {
  create(order: ProfitSharingOrderRequest, options?: CallOptions): Promise<ProfitSharingOrder>
  query(
    outOrderNo: string,
    of: SubMchid & { transaction_id: string },
    options?: CallOptions,
  ): Promise<ProfitSharingOrder>
  unfreeze(request: UnfreezeRequest, options?: CallOptions): Promise<ProfitSharingOrder>
  return(request: ProfitSharingReturnRequest, options?: CallOptions): Promise<ProfitSharingReturn>
  queryReturn(
    outReturnNo: string,
    of: SubMchid & { out_order_no: string },
    options?: CallOptions,
  ): Promise<ProfitSharingReturn>
  addReceiver(receiver: ReceiverRequest, options?: CallOptions): Promise<Receiver>
  deleteReceiver(
    receiver: SubMchid & { appid: string; sub_appid?: string | undefined; type: ReceiverType; account: string },
    options?: CallOptions,
  ): Promise<Receiver>
  /** How much of the order can still be shared, in fen. */
  unsplitAmount(transactionId: string, options?: CallOptions): Promise<{ transaction_id: string; unsplit_amount: number }>
}
