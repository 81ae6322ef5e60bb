import type * as declared from '../../types/client.js'
import type { RequestPaymentParams } from '../../types/index.js'
import { type Api, bodyOf, withMchid } from './api.js'
import { path } from './path.js'

export class Combine implements declared.Combine {
  readonly #api: Api

  constructor(api: Api) {
    this.#api = api
  }

  jsapi(order: declared.CombineJsapiOrder, options?: declared.CallOptions): Promise<{ prepay_id: string }> {
    return this.#place('jsapi', order, options)
  }

  async requestPayment(
    order: declared.CombineJsapiOrder,
    options?: declared.CallOptions,
  ): Promise<RequestPaymentParams> {
    const { prepay_id: prepayId } = await this.jsapi(order, options)
    return this.#api.merchant.requestPayment({ appid: order.combine_appid, prepayId })
  }

  app(order: declared.CombineOrder, options?: declared.CallOptions): Promise<{ prepay_id: string }> {
    return this.#place('app', order, options)
  }

  h5(order: declared.CombineH5Order, options?: declared.CallOptions): Promise<{ h5_url: string }> {
    return this.#place('h5', order, options)
  }

  native(order: declared.CombineOrder, options?: declared.CallOptions): Promise<{ code_url: string }> {
    return this.#place('native', order, options)
  }

  async query(combineOutTradeNo: string, options?: declared.CallOptions): Promise<declared.CombineTransaction> {
    const to = path`/v3/combine-transactions/out-trade-no/${combineOutTradeNo}`
    return bodyOf(this.#api.send('GET', to, undefined, options))
  }

  async close(
    combineOutTradeNo: string,
    request: declared.CombineClose,
    options?: declared.CallOptions,
  ): Promise<void> {
    const to = path`/v3/combine-transactions/out-trade-no/${combineOutTradeNo}/close`
    await this.#api.send('POST', to, request, options)
  }

  async #place<T>(kind: string, order: declared.CombineOrder, options?: declared.CallOptions): Promise<T> {
    const body = withMchid(this.#api, order, 'combine_mchid')
    return bodyOf(this.#api.send('POST', path`/v3/combine-transactions/${kind}`, body, options))
  }
}
