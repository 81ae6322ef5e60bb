import type * as declared from '../../types/client.js'
import { items } from '../arguments.js'
import { type Api, adding, bodyOf, encrypted, object, picked } from './api.js'
import { path } from './path.js'

interface SubMchid {
  sub_mchid?: string | undefined
}

export class ProfitSharing implements declared.ProfitSharing {
  readonly #api: Api

  constructor(api: Api) {
    this.#api = api
  }

  async create(
    order: declared.ProfitSharingOrderRequest,
    options?: declared.CallOptions,
  ): Promise<declared.ProfitSharingOrder> {
    const given = object(order, 'the order')
    const sealed = []
    for (const receiver of items(given['receivers'], 'receivers', 'receivers')) {
      sealed.push(await encrypted(this.#api, receiver as { name?: string }, ['name']))
    }
    const wechatpaySerial = sealed.find((receiver) => receiver.wechatpaySerial !== undefined)?.wechatpaySerial
    const receivers = sealed.map(({ body }) => body)
    return this.#post('/v3/profitsharing/orders', { ...given, receivers }, adding(options, { wechatpaySerial }))
  }

  async query(
    outOrderNo: string,
    of: SubMchid & { transaction_id: string },
    options?: declared.CallOptions,
  ): Promise<declared.ProfitSharingOrder> {
    const query = picked(of, ['sub_mchid', 'transaction_id'])
    return this.#get(path`/v3/profitsharing/orders/${outOrderNo}`, adding(options, { query }))
  }

  unfreeze(
    request: declared.UnfreezeRequest,
    options?: declared.CallOptions,
  ): Promise<declared.ProfitSharingOrder> {
    return this.#post('/v3/profitsharing/orders/unfreeze', request, options)
  }

  return(
    request: declared.ProfitSharingReturnRequest,
    options?: declared.CallOptions,
  ): Promise<declared.ProfitSharingReturn> {
    return this.#post('/v3/profitsharing/return-orders', request, options)
  }

  async queryReturn(
    outReturnNo: string,
    of: SubMchid & { out_order_no: string },
    options?: declared.CallOptions,
  ): Promise<declared.ProfitSharingReturn> {
    const query = picked(of, ['sub_mchid', 'out_order_no'])
    return this.#get(path`/v3/profitsharing/return-orders/${outReturnNo}`, adding(options, { query }))
  }

  async addReceiver(receiver: declared.ReceiverRequest, options?: declared.CallOptions): Promise<declared.Receiver> {
    const { body, wechatpaySerial } = await encrypted(this.#api, receiver, ['name'])
    return this.#post('/v3/profitsharing/receivers/add', body, adding(options, { wechatpaySerial }))
  }

  deleteReceiver(
    receiver: Parameters<declared.ProfitSharing['deleteReceiver']>[0],
    options?: declared.CallOptions,
  ): Promise<declared.Receiver> {
    return this.#post('/v3/profitsharing/receivers/delete', receiver, options)
  }

  async unsplitAmount(
    transactionId: string,
    options?: declared.CallOptions,
  ): Promise<{ transaction_id: string; unsplit_amount: number }> {
    return this.#get(path`/v3/profitsharing/transactions/${transactionId}/amounts`, options)
  }

  #post<T>(to: string, body: object, options?: declared.RequestOptions): Promise<T> {
    return bodyOf(this.#api.send('POST', to, body, options))
  }

  #get<T>(to: string, options?: declared.RequestOptions): Promise<T> {
    return bodyOf(this.#api.send('GET', to, undefined, options))
  }
}
