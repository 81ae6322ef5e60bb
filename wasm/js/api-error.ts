import type * as declared from '../types/index.js'
import { members, text } from './arguments.js'
import { receivedBody } from './body.js'
import { invalidArgument } from './errors.js'
import { enter } from './instance.js'

type Parts = [code: string, message: string, retryable: 'true' | 'false', detail?: string]

export class WechatPayApiError extends Error implements declared.WechatPayApiError {
  declare readonly name: 'WechatPayApiError'
  readonly status: number
  readonly code: string
  readonly detail: unknown
  readonly retryable: boolean

  private constructor(status: number, [code, message, retryable, detail]: Parts) {
    super(message)
    this.status = status
    this.code = code
    this.detail = detail === undefined ? undefined : JSON.parse(detail)
    this.retryable = retryable === 'true'
  }

  static parse(answer: declared.ReceivedAnswer): WechatPayApiError {
    const given = members(answer, 'WechatPayApiError.parse', ['status', 'body'])
    const status = given.status
    if (typeof status !== 'number' || !Number.isInteger(status) || status < 100 || status > 599) {
      throw invalidArgument('status must be the HTTP status of the answer, from 100 to 599')
    }
    const body = receivedBody(given.body)
    return new WechatPayApiError(status, enter((module) => module.parseApiError(status, body)) as Parts)
  }

  is(code: string): boolean {
    return spelled(this.code) === spelled(text(code, 'code'))
  }

  static {
    Object.defineProperty(this.prototype, 'name', { value: 'WechatPayApiError', configurable: true, writable: true })
  }
}

/** Pages of different age write `SYSTEM_ERROR` and `SYSTEMERROR`. */
function spelled(code: string): string {
  return code.replaceAll('_', '')
}
