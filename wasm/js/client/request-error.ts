import type * as declared from '../../types/client.js'
import type { WechatPayApiError } from '../../types/index.js'
import { short } from '../arguments.js'
import { WechatPayError } from '../errors.js'

type Code = declared.WechatPayRequestError['code']

/** What became of one attempt that did not succeed. */
export interface Failure {
  code: Code
  /** What happened, without a subject: `was answered 500 SYSTEM_ERROR`. */
  text: string
  effect: 'none' | 'unknown'
  /** Whether the same may be sent again. */
  retryable: boolean
  /** Whether the host itself is to blame. */
  hostFailed: boolean
  status?: number
  requestId?: string | undefined
  refusal?: WechatPayApiError
  cause?: unknown
}

interface Sent {
  method: string
  path: string
  attempts: number
  effect: 'none' | 'unknown'
}

const UNKNOWN = '. Whether WeChat Pay did it is unknown: query before you retry, and keep your number'

export class WechatPayRequestError extends WechatPayError {
  declare readonly name: 'WechatPayRequestError'
  declare readonly code: Code
  readonly effect: 'none' | 'unknown'
  readonly method: string
  readonly path: string
  readonly attempts: number
  readonly status: number | undefined
  readonly requestId: string | undefined
  declare readonly refusal: WechatPayApiError | undefined

  constructor(failure: Failure, { method, path, attempts, effect }: Sent) {
    const times = attempts > 1 ? ` (attempt ${attempts})` : ''
    const id = failure.requestId === undefined ? '' : ` [Request-ID ${short(failure.requestId, 100)}]`
    const message = `${method} ${short(path, 200)} ${short(failure.text, 400)}${times}${id}${effect === 'unknown' ? UNKNOWN : ''}`
    super(failure.code, message, failure.cause === undefined ? undefined : { cause: failure.cause })
    this.effect = effect
    this.method = method
    this.path = path
    this.attempts = attempts
    this.status = failure.status
    this.requestId = failure.requestId
    Object.defineProperty(this, 'refusal', { value: failure.refusal })
  }

  is(code: string): boolean {
    return this.refusal?.is(code) ?? false
  }

  static {
    Object.defineProperty(this.prototype, 'name', { value: 'WechatPayRequestError', configurable: true, writable: true })
  }
}
