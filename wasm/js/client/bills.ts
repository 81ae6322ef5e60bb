import type * as declared from '../../types/client.js'
import { text } from '../arguments.js'
import { invalidArgument, WechatPayError } from '../errors.js'
import { type Api, adding, bodyOf, object } from './api.js'
import { checked, inflated } from './bill-stream.js'

const DOWNLOADS = '/v3/billdownload/file'

export class Bills implements declared.Bills {
  readonly #api: Api

  constructor(api: Api) {
    this.#api = api
  }

  trade(query: declared.TradeBillQuery, options?: declared.CallOptions): Promise<Response> {
    return this.#bill('/v3/bill/tradebill', query, options)
  }

  fundFlow(query: declared.FundFlowBillQuery, options?: declared.CallOptions): Promise<Response> {
    return this.#bill('/v3/bill/fundflowbill', query, options)
  }

  profitSharing(query: declared.ProfitSharingBillQuery, options?: declared.CallOptions): Promise<Response> {
    return this.#bill('/v3/profitsharing/bills', query, options)
  }

  async download(announced: declared.BillAnnouncement, options?: declared.CallOptions): Promise<Response> {
    const given = object(announced, 'the bill')
    const digest = new this.#api.tools.DownloadDigest({
      hashType: text(given['hash_type'], 'hash_type'),
      hashValue: text(given['hash_value'], 'hash_value'),
    })
    // Of the URL the host is not taken: the request goes where all others go, and nowhere else.
    const { pathname, search } = urlOf(text(given['download_url'], 'download_url'))
    if (pathname !== DOWNLOADS) {
      throw invalidArgument(`download_url must be one of ${DOWNLOADS}, whose answers are files`)
    }
    const answer = await this.#api.send('GET', `${pathname}${search}`, undefined, options, { streams: true })
    const body = answer.body as ReadableStream<Uint8Array<ArrayBuffer>> | null
    if (body === null) throw new WechatPayError('ERR_DIGEST_MISMATCH', 'the download is empty')
    const bill = (await inflated(body)).pipeThrough(checked(digest))
    return new Response(bill, { headers: { 'Content-Type': 'text/csv; charset=utf-8' } })
  }

  async #bill(to: string, query: object, options?: declared.CallOptions): Promise<Response> {
    const named = object(query, 'the query') as declared.RequestOptions['query']
    const announced = await bodyOf<declared.BillAnnouncement>(
      this.#api.send('GET', to, undefined, adding(options, { query: named })),
    )
    return this.download(announced, options)
  }
}

function urlOf(url: string): URL {
  try {
    return new URL(url)
  } catch {
    throw invalidArgument('download_url must be a URL, as it was announced')
  }
}
