import type { CallOptions } from './client.js'

interface BillQuery {
  /** `YYYY-MM-DD` in Beijing: a day before today, within three months; ready after 10:00. */
  bill_date: string
  /** Sent compressed. What you get is the bill itself all the same. */
  tar_type?: 'GZIP' | undefined
}

export interface TradeBillQuery extends BillQuery {
  sub_mchid?: string | undefined
  /** @default `ALL` */
  bill_type?: 'ALL' | 'SUCCESS' | 'REFUND' | 'RECHARGE_REFUND' | 'ALL_SPECIAL' | 'SUC_SPECIAL' | 'REF_SPECIAL' | undefined
}

export interface FundFlowBillQuery extends BillQuery {
  /** @default `BASIC` */
  account_type?: 'BASIC' | 'OPERATION' | 'FEES' | undefined
}

export interface ProfitSharingBillQuery extends BillQuery {
  sub_mchid?: string | undefined
}

export interface BillAnnouncement {
  /** `SHA1` */
  hash_type: string
  hash_value: string
  /** Good for a few minutes, for this merchant alone. */
  download_url: string
}

/**
 * Bills (账单) as text in CSV: each field behind a backtick, amounts in yuan.
 *
 * The body of the response is decompressed and held against the digest that WeChat Pay signed, while it streams by: a
 * bill that is cut off or altered ends in `ERR_DIGEST_MISMATCH` instead of its last piece. `await response.text()` gives
 * all of it or fails; who reads `response.body` must not act before its end.
 */
export interface Bills {
  /** (4012556654) */
  trade(query: TradeBillQuery, options?: CallOptions): Promise<Response>
  fundFlow(query: FundFlowBillQuery, options?: CallOptions): Promise<Response>
  profitSharing(query: ProfitSharingBillQuery, options?: CallOptions): Promise<Response>
  /** Downloads what another API announced. */
  download(announced: BillAnnouncement, options?: CallOptions): Promise<Response>
}
