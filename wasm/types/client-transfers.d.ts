import type { CallOptions } from './client.js'

/** A transfer to a user, who confirms it with `wx.requestMerchantTransfer` (4012716434). */
export interface TransferRequest {
  appid: string
  /** At most 32 letters and digits; the same number is the same transfer. */
  out_bill_no: string
  transfer_scene_id: string
  openid: string
  /** In clear: encrypted here. Needed from 2000 yuan on. */
  user_name?: string | undefined
  /** Fen. */
  transfer_amount: number
  transfer_remark: string
  notify_url?: string | undefined
  user_recv_perception?: string | undefined
  transfer_scene_report_infos?: readonly { info_type: string; info_content: string }[] | undefined
}

export interface AcceptedTransfer {
  out_bill_no: string
  transfer_bill_no: string
  create_time: string
  /** `ACCEPTED`, `PROCESSING`, `WAIT_USER_CONFIRM`, `TRANSFERING`, `SUCCESS`, `FAIL`, `CANCELING` or `CANCELLED`. */
  state: string
  fail_reason?: string
  /** For `requestMerchantTransfer`; good for 24 hours. */
  package_info?: string
}

export interface Transfer {
  mch_id: string
  out_bill_no: string
  transfer_bill_no: string
  appid: string
  state: string
  transfer_amount: number
  transfer_remark: string
  fail_reason?: string
  openid?: string
  /** Encrypted: `merchant.decryptSensitive`. */
  user_name?: string
  create_time: string
  update_time: string
}

export interface CancelledTransfer {
  out_bill_no: string
  transfer_bill_no: string
  /** `CANCELING` or `CANCELLED`. */
  state: string
  update_time: string
}

export interface Transfers {
  /**
   * Whatever is answered but success, `effect` of the error is `unknown`: take a new number only after a query has shown
   * `FAIL`.
   */
  create(transfer: TransferRequest, options?: CallOptions): Promise<AcceptedTransfer>
  queryByOutBillNo(outBillNo: string, options?: CallOptions): Promise<Transfer>
  queryByTransferBillNo(transferBillNo: string, options?: CallOptions): Promise<Transfer>
  cancel(outBillNo: string, options?: CallOptions): Promise<CancelledTransfer>
}
