import type * as declared from '../../types/client.js'
import type { RequestPaymentParams } from '../../types/index.js'
import { text } from '../arguments.js'
import { type Api, adding, bodyOf, mchid, object, withMchid } from './api.js'
import { path } from './path.js'

export class Transactions implements declared.Transactions {
  readonly #api: Api

  constructor(api: Api) {
    this.#api = api
  }

  jsapi(order: declared.JsapiOrder, options?: declared.CallOptions): Promise<{ prepay_id: string }> {
    return this.#place('jsapi', order, options)
  }

  async requestPayment(order: declared.JsapiOrder, options?: declared.CallOptions): Promise<RequestPaymentParams> {
    const { prepay_id: prepayId } = await this.jsapi(order, options)
    return this.#api.merchant.requestPayment({ appid: order.appid, prepayId })
  }

  app(order: declared.Order, options?: declared.CallOptions): Promise<{ prepay_id: string }> {
    return this.#place('app', order, options)
  }

  h5(order: declared.H5Order, options?: declared.CallOptions): Promise<{ h5_url: string }> {
    return this.#place('h5', order, options)
  }

  native(order: declared.Order, options?: declared.CallOptions): Promise<{ code_url: string }> {
    return this.#place('native', order, options)
  }

  async queryById(transactionId: string, options?: declared.CallOptions): Promise<declared.Transaction> {
    return this.#query(path`/v3/pay/transactions/id/${transactionId}`, options)
  }

  async queryByOutTradeNo(outTradeNo: string, options?: declared.CallOptions): Promise<declared.Transaction> {
    return this.#query(path`/v3/pay/transactions/out-trade-no/${outTradeNo}`, options)
  }

  async close(outTradeNo: string, options?: declared.CallOptions): Promise<void> {
    const to = path`/v3/pay/transactions/out-trade-no/${outTradeNo}/close`
    await this.#api.send('POST', to, { mchid: mchid(this.#api) }, options)
  }

  async #place<T>(kind: string, order: declared.Order, options?: declared.CallOptions): Promise<T> {
    const body = withMchid(this.#api, order)
    return bodyOf(this.#api.send('POST', path`/v3/pay/transactions/${kind}`, body, options))
  }

  #query(to: string, options?: declared.CallOptions): Promise<declared.Transaction> {
    return bodyOf(this.#api.send('GET', to, undefined, adding(options, { query: { mchid: mchid(this.#api) } })))
  }
}

export class PartnerTransactions implements declared.PartnerTransactions {
  readonly #api: Api

  constructor(api: Api) {
    this.#api = api
  }

  jsapi(order: declared.PartnerJsapiOrder, options?: declared.CallOptions): Promise<{ prepay_id: string }> {
    return this.#place('jsapi', order, options)
  }

  async requestPayment(
    order: declared.PartnerJsapiOrder,
    options?: declared.CallOptions,
  ): Promise<RequestPaymentParams> {
    const given = object(order, 'the order')
    const name = object(given['payer'], 'payer')['sub_openid'] === undefined ? 'sp_appid' : 'sub_appid'
    const appid = text(given[name], name)
    const { prepay_id: prepayId } = await this.jsapi(order, options)
    return this.#api.merchant.requestPayment({ appid, prepayId })
  }

  app(order: declared.PartnerOrder, options?: declared.CallOptions): Promise<{ prepay_id: string }> {
    return this.#place('app', order, options)
  }

  h5(order: declared.PartnerH5Order, options?: declared.CallOptions): Promise<{ h5_url: string }> {
    return this.#place('h5', order, options)
  }

  native(order: declared.PartnerOrder, options?: declared.CallOptions): Promise<{ code_url: string }> {
    return this.#place('native', order, options)
  }

  async queryById(
    transactionId: string,
    of: declared.SubMerchant,
    options?: declared.CallOptions,
  ): Promise<declared.PartnerTransaction> {
    return this.#query(path`/v3/pay/partner/transactions/id/${transactionId}`, of, options)
  }

  async queryByOutTradeNo(
    outTradeNo: string,
    of: declared.SubMerchant,
    options?: declared.CallOptions,
  ): Promise<declared.PartnerTransaction> {
    return this.#query(path`/v3/pay/partner/transactions/out-trade-no/${outTradeNo}`, of, options)
  }

  async close(outTradeNo: string, of: declared.SubMerchant, options?: declared.CallOptions): Promise<void> {
    const to = path`/v3/pay/partner/transactions/out-trade-no/${outTradeNo}/close`
    await this.#api.send('POST', to, this.#numbers(of), options)
  }

  async #place<T>(kind: string, order: declared.PartnerOrder, options?: declared.CallOptions): Promise<T> {
    const body = withMchid(this.#api, order, 'sp_mchid')
    return bodyOf(this.#api.send('POST', path`/v3/pay/partner/transactions/${kind}`, body, options))
  }

  #query(
    to: string,
    of: declared.SubMerchant,
    options?: declared.CallOptions,
  ): Promise<declared.PartnerTransaction> {
    return bodyOf(this.#api.send('GET', to, undefined, adding(options, { query: this.#numbers(of) })))
  }

  #numbers(of: declared.SubMerchant): { sp_mchid: string; sub_mchid: string } {
    const given = object(of, 'the sub-merchant')
    return { sp_mchid: mchid(this.#api), sub_mchid: text(given['sub_mchid'], 'sub_mchid') }
  }
}
