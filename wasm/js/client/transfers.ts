import type * as declared from '../../types/client.js'
import { type Api, adding, bodyOf, encrypted } from './api.js'
import { path } from './path.js'

const BILLS = '/v3/fund-app/mch-transfer/transfer-bills'

export class Transfers implements declared.Transfers {
  readonly #api: Api

  constructor(api: Api) {
    this.#api = api
  }

  async create(
    transfer: declared.TransferRequest,
    options?: declared.CallOptions,
  ): Promise<declared.AcceptedTransfer> {
    const { body, wechatpaySerial } = await encrypted(this.#api, transfer, ['user_name'])
    const changes = { refusalIsFinal: false }
    return bodyOf(this.#api.send('POST', BILLS, body, adding(options, { wechatpaySerial }), changes))
  }

  async queryByOutBillNo(outBillNo: string, options?: declared.CallOptions): Promise<declared.Transfer> {
    return bodyOf(this.#api.send('GET', `${BILLS}${path`/out-bill-no/${outBillNo}`}`, undefined, options))
  }

  async queryByTransferBillNo(transferBillNo: string, options?: declared.CallOptions): Promise<declared.Transfer> {
    const to = `${BILLS}${path`/transfer-bill-no/${transferBillNo}`}`
    return bodyOf(this.#api.send('GET', to, undefined, options))
  }

  async cancel(outBillNo: string, options?: declared.CallOptions): Promise<declared.CancelledTransfer> {
    return bodyOf(this.#api.send('POST', `${BILLS}${path`/out-bill-no/${outBillNo}/cancel`}`, undefined, options))
  }
}
