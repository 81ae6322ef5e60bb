import type * as declared from '../types/index.js'
import { receivedBody } from './body.js'
import { enter } from './extras-instance.js'

export interface Refusal {
  errcode: number
  errmsg: string
  retryable: boolean
  advice: string
}

/** For those who have the refusal already; nobody else makes such an error. */
export let wechatApiError: (refusal: Refusal) => WechatApiError

export class WechatApiError extends Error implements declared.WechatApiError {
  declare readonly name: 'WechatApiError'
  readonly errcode: number
  readonly errmsg: string
  readonly retryable: boolean
  readonly advice: string

  private constructor(refusal: Refusal) {
    super(`WeChat answered errcode ${refusal.errcode}: ${refusal.errmsg}. ${refusal.advice}`)
    this.errcode = refusal.errcode
    this.errmsg = refusal.errmsg
    this.retryable = refusal.retryable
    this.advice = refusal.advice
  }

  static parse(body: declared.RawBody): WechatApiError | undefined {
    const bytes = receivedBody(body)
    const refusal = enter((module) => module.parseRefusal(bytes)) as Refusal | undefined
    return refusal === undefined ? undefined : new WechatApiError(refusal)
  }

  static {
    wechatApiError = (refusal) => new WechatApiError(refusal)
    Object.defineProperty(this.prototype, 'name', { value: 'WechatApiError', configurable: true, writable: true })
  }
}
