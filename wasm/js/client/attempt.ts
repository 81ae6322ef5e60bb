import type * as declared from '../../types/client.js'
import { kind } from '../arguments.js'
import { WechatPayError } from '../errors.js'
import type { Call } from './call.js'
import { Deadline } from './deadline.js'
import type { Verify } from './exchange.js'
import type { Settings } from './options.js'
import type { Failure } from './request-error.js'

/** The refusals that WeChat Pay documents. Another one may be that of a gateway, behind which the work was done. */
const DOCUMENTED: readonly number[] = [400, 401, 403, 404, 429]

export type Attempted = { answer: declared.Answer } | { failure: Failure }

/** Sends a request once, and believes nothing of the answer that is not verified. */
export async function attempt(settings: Settings, call: Call, host: string, verify: Verify): Promise<Attempted> {
  const headers = await signedHeaders(settings, call, host)
  const deadline = new Deadline(call.timeout, call.signal)
  let response: Response
  let body: Uint8Array | ReadableStream<Uint8Array> | null
  let streams = false
  let seen: { status: number; requestId: string | undefined }
  try {
    response = await deadline.race(
      settings.fetch(`${host}${call.target}`, {
        method: call.method,
        headers,
        redirect: 'manual',
        signal: deadline.signal,
        ...(call.body === undefined ? {} : { body: call.body }),
      }),
    )
    streams = call.streams && response.ok
    if (streams) deadline.stopClock()
    body = streams ? response.body : new Uint8Array(await deadline.race(response.arrayBuffer()))
    seen = { status: response.status, requestId: response.headers.get('Request-ID') ?? undefined }
  } catch (cause) {
    deadline.end()
    return { failure: call.signal?.aborted === true ? abandoned(cause) : unanswered(cause) }
  }
  if (!streams) deadline.end()

  const { status } = seen
  if (!response.ok) return { failure: { ...refused(settings, call, status, body as Uint8Array), ...seen } }
  try {
    if (streams) return { answer: { ...seen, body, headers: response.headers } }
    const message = { headers: response.headers, body: body as Uint8Array }
    const verified = await verify(call, message, headers['Wechatpay-Serial'])
    return { answer: { ...seen, body: verified, headers: response.headers } }
  } catch (cause) {
    if (!(cause instanceof WechatPayError)) throw cause
    return { failure: { ...unverified(cause, status), ...seen } }
  }
}

async function signedHeaders(settings: Settings, call: Call, host: string): Promise<Record<string, string>> {
  const { method, body, wechatpaySerial } = call
  const { headers } = await settings.merchant.authorize({ method, url: `${host}${call.target}`, body, wechatpaySerial })
  return headers
}

function abandoned(cause: unknown): Failure {
  const text = 'was given up by the caller while it was under way'
  return { code: 'ERR_REQUEST_ABORTED', text, effect: 'unknown', retryable: false, hostFailed: false, cause }
}

function unanswered(cause: unknown): Failure {
  const text = `brought no answer: ${cause instanceof Error ? cause.message : kind(cause)}`
  return { code: 'ERR_REQUEST_UNANSWERED', text, effect: 'unknown', retryable: true, hostFailed: true, cause }
}

function refused({ tools }: Settings, call: Call, status: number, body: Uint8Array): Failure {
  const code = 'ERR_REQUEST_REFUSED'
  let refusal
  try {
    refusal = tools.parseApiError({ status, body })
  } catch {
    const text = `was answered ${status}, and not in the words of WeChat Pay: something between here and there spoke`
    const gateway = status === 429 || status >= 500
    return { code, text, effect: 'unknown', retryable: gateway, hostFailed: status >= 500 }
  }
  return {
    code,
    text: `was refused with ${status} ${refusal.code}: ${refusal.message}`,
    effect: call.refusalIsFinal && DOCUMENTED.includes(status) ? 'none' : 'unknown',
    retryable: refusal.retryable,
    hostFailed: false,
    refusal,
  }
}

function unverified(cause: WechatPayError, status: number): Failure {
  return {
    code: 'ERR_RESPONSE_UNVERIFIED',
    text: `was answered ${status}, but the answer was not accepted, ${cause.code}: ${cause.message}`,
    effect: 'unknown',
    // A probe is WeChat Pay's own false signature; the next answer has a true one.
    retryable: cause.code === 'ERR_SIGNATURE_PROBE',
    hostFailed: false,
    cause,
  }
}
