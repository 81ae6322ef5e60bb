import type * as declared from '../../types/client.js'
import { type Attempted, attempt } from './attempt.js'
import type { Call } from './call.js'
import { pause } from './deadline.js'
import type { Settings } from './options.js'
import { type Failure, WechatPayRequestError } from './request-error.js'

/** Verifies an answer; `asked` is the serial of the key with which it was asked to be signed. */
export type Verify = (
  call: Call,
  message: { headers: Headers; body: Uint8Array },
  asked: string | undefined,
) => Promise<unknown>

/**
 * Sends a request until it is answered, as often as it may be sent. What one attempt may have done stays possible,
 * whatever is answered to the next.
 */
export async function exchange(settings: Settings, call: Call, verify: Verify): Promise<declared.Answer> {
  let effect: 'none' | 'unknown' = 'none'
  let last: Failure | undefined
  const tried = new Set<string>()
  for (let attempts = 1; ; attempts += 1) {
    const host = settings.hosts.current()
    const failed = (failure: Failure): WechatPayRequestError => {
      return new WechatPayRequestError(failure, { method: call.method, path: call.path, attempts, effect })
    }
    let result: Attempted
    try {
      const wait = tried.has(host) ? settings.backOff(attempts) : 0
      if (wait > 0) await pause(wait, call.signal)
      call.signal?.throwIfAborted()
      tried.add(host)
      result = await attempt(settings, call, host, verify)
    } catch (thrown) {
      // Nothing was sent this time: the caller gave up, or there is no signature.
      if (call.signal?.aborted === true) throw failed(aborted(thrown))
      if (last === undefined) throw thrown
      throw failed({ ...last, cause: thrown })
    }
    if ('answer' in result) return result.answer

    last = result.failure
    if (last.hostFailed) settings.hosts.unreachable(host)
    if (last.effect === 'unknown' && call.method !== 'GET') effect = 'unknown'
    if (!last.retryable || attempts > call.retries) throw failed(last)
  }
}

function aborted(cause: unknown): Failure {
  return {
    code: 'ERR_REQUEST_ABORTED',
    text: 'was given up by the caller before it was sent',
    effect: 'none',
    retryable: false,
    hostFailed: false,
    cause,
  }
}
