import type * as declared from '../../types/client.js'
import type { Notification, PlatformCertificate, ReceivedMessage } from '../../types/index.js'
import { header } from '../headers.js'
import { Bills } from './bills.js'
import { type Call, callOf } from './call.js'
import { Certificates } from './certificates.js'
import { Combine } from './combine.js'
import { exchange, type Verify } from './exchange.js'
import { type Settings, settings } from './options.js'
import { ProfitSharing } from './profit-sharing.js'
import { Refunds } from './refunds.js'
import { PartnerTransactions, Transactions } from './transactions.js'
import { Transfers } from './transfers.js'

const CERTIFICATES = '/v3/certificates'
/** In the middle of a notification, for which WeChat Pay waits five seconds. */
const IN_PASSING = { timeout: 4, retries: 0 }

export class Client {
  readonly transactions: Transactions
  readonly partnerTransactions: PartnerTransactions
  readonly combine: Combine
  readonly refunds: Refunds
  readonly bills: Bills
  readonly transfers: Transfers
  readonly profitSharing: ProfitSharing
  readonly #settings: Settings
  readonly #certificates: Certificates

  constructor(options: declared.ClientOptions) {
    this.#settings = settings(options)
    this.#certificates = new Certificates(() => this.#download(IN_PASSING), this.#settings.coolDown)
    const api = {
      merchant: this.#settings.merchant,
      tools: this.#settings.tools,
      send: this.#send.bind(this),
    }
    this.transactions = new Transactions(api)
    this.partnerTransactions = new PartnerTransactions(api)
    this.combine = new Combine(api)
    this.refunds = new Refunds(api)
    this.bills = new Bills(api)
    this.transfers = new Transfers(api)
    this.profitSharing = new ProfitSharing(api)
  }

  get merchant(): declared.ClientOptions['merchant'] {
    return this.#settings.merchant
  }

  async request<Body = unknown>(
    method: string,
    path: string,
    body?: unknown,
    options?: declared.RequestOptions,
  ): Promise<declared.Answer<Body>> {
    return (await this.#send(method, path, body, options)) as declared.Answer<Body>
  }

  async openNotification<Resource = unknown>(message: ReceivedMessage): Promise<Notification<Resource>> {
    const { merchant } = this.#settings
    return this.#certificates.with(serialOf(message), () => merchant.openNotification<Resource>(message))
  }

  refreshCertificates(options: declared.CallOptions = {}): Promise<PlatformCertificate[]> {
    return this.#download(options)
  }

  async #send(
    method: string,
    path: string,
    body?: unknown,
    options?: declared.RequestOptions,
    changes?: Partial<Call>,
  ): Promise<declared.Answer> {
    const call = { ...callOf(this.#settings, method, path, body, options), ...changes }
    return exchange(this.#settings, call, this.#verify)
  }

  readonly #verify: Verify = async (call, message) => {
    const { merchant, tools } = this.#settings
    const serial = message.headers.get('Wechatpay-Serial')
    switch (tools.responseSignature(call.target)) {
      case 'none':
        return message.body
      case 'statementSha1':
        await this.#certificates.with(serial, () =>
          merchant.verifyStatement({ headers: message.headers, file: message.body }),
        )
        return message.body
      default:
        return this.#certificates.with(serial, () => merchant.verifyResponse(message))
    }
  }

  async #download(options: declared.CallOptions): Promise<PlatformCertificate[]> {
    const { merchant } = this.#settings
    let opened: PlatformCertificate[] = []
    const call = callOf(this.#settings, 'GET', CERTIFICATES, undefined, options)
    await exchange(this.#settings, call, async (_, message, asked) => {
      // With no key to ask for, none is known.
      opened = merchant.openCertificates({ ...message, first: asked === undefined })
    })
    for (const { certificate } of opened) merchant.addPlatformKey({ key: certificate })
    return opened
  }
}

/** Null where it is not there once: the merchant says what is wrong with it. */
function serialOf(message: ReceivedMessage): string | null {
  try {
    return header(message.headers, 'Wechatpay-Serial')
  } catch {
    return null
  }
}
