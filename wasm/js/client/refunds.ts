import type * as declared from '../../types/client.js'
import { type Api, adding, bodyOf, encrypted, object, picked } from './api.js'
import { path } from './path.js'

const REFUNDS = '/v3/refund/domestic/refunds'

export class Refunds implements declared.Refunds {
  readonly #api: Api

  constructor(api: Api) {
    this.#api = api
  }

  async create(refund: declared.RefundRequest, options?: declared.CallOptions): Promise<declared.Refund> {
    const body = object(refund, 'the refund')
    const amount = { currency: 'CNY', ...object(body['amount'], 'amount') }
    return bodyOf(this.#api.send('POST', REFUNDS, { ...body, amount }, options, { refusalIsFinal: false }))
  }

  async query(
    outRefundNo: string,
    of: { sub_mchid?: string | undefined } = {},
    options?: declared.CallOptions,
  ): Promise<declared.Refund> {
    const query = picked(of, ['sub_mchid'])
    return bodyOf(this.#api.send('GET', path`/v3/refund/domestic/refunds/${outRefundNo}`, undefined, adding(options, { query })))
  }

  async applyAbnormal(
    refundId: string,
    request: declared.AbnormalRefundRequest,
    options?: declared.CallOptions,
  ): Promise<declared.Refund> {
    const { body, wechatpaySerial } = await encrypted(this.#api, request, ['bank_account', 'real_name'])
    const to = path`/v3/refund/domestic/refunds/${refundId}/apply-abnormal-refund`
    return bodyOf(this.#api.send('POST', to, body, adding(options, { wechatpaySerial })))
  }
}
