import type * as declared from '../../types/adapters.js'
import type { HeadersInput, Notification, RawBody } from '../../types/index.js'
import { kind, members, reading } from '../arguments.js'
import { invalidArgument, WechatPayError } from '../errors.js'
import { MemoryReplayStore } from './memory-replay-store.js'

/** What the sender is to blame for. All else is this side's, and the notification shall come again. */
const REFUSED: ReadonlySet<string> = new Set([
  'ERR_HEADER_INVALID',
  'ERR_HEADER_MISSING',
  'ERR_SCHEME_UNSUPPORTED',
  'ERR_SERIAL_UNKNOWN',
  'ERR_SIGNATURE_INVALID',
  'ERR_SIGNATURE_PROBE',
  'ERR_TIMESTAMP_OUTSIDE_WINDOW',
])

const NAMES = ['merchant', 'onNotification', 'onError', 'onRefused', 'replayStore', 'maxBodyBytes', 'bodyTimeout'] as const

export class NotificationReceiver implements declared.NotificationReceiver {
  readonly #options: declared.NotificationOptions
  readonly #store: declared.ReplayStore

  constructor(options: declared.NotificationOptions) {
    const given = members(options, 'the handler of notifications', NAMES)
    withMethods(given.merchant, 'merchant', ['openNotification'])
    for (const name of ['onNotification', 'onError'] as const) callable(given[name], name)
    if (given.onRefused !== undefined) callable(given.onRefused, 'onRefused')
    if (given.replayStore !== undefined) withMethods(given.replayStore, 'replayStore', ['claim', 'commit', 'release'])
    this.#options = options
    this.#store = (given.replayStore as declared.ReplayStore | undefined) ?? new MemoryReplayStore()
  }

  async receive(message: {
    headers: HeadersInput
    body: RawBody
  }): Promise<declared.NotificationAnswer> {
    let notification: Notification
    try {
      notification = await this.#options.merchant.openNotification({ headers: message.headers, body: message.body })
    } catch (error) {
      if (!(error instanceof WechatPayError) || !REFUSED.has(error.code)) return this.failed(error)
      await quietly(() => this.#options.onRefused?.(error))
      return answer(401, 'the signature was not accepted')
    }
    try {
      switch (await this.#store.claim(notification.id)) {
        case 'handled':
          return answer(204)
        case 'busy':
          return answer(503, 'it is being handled; please send it again')
        case 'claimed':
          return await this.#handle(notification)
        default:
          throw invalidArgument('claim of the replayStore must give claimed, handled or busy')
      }
    } catch (error) {
      return this.failed(error, notification)
    }
  }

  async failed(error: unknown, notification?: Notification): Promise<declared.NotificationAnswer> {
    await quietly(() => this.#options.onError(error, notification))
    return answer(500, 'it could not be handled; please send it again')
  }

  async #handle(notification: Notification): Promise<declared.NotificationAnswer> {
    try {
      await this.#options.onNotification(notification)
    } catch (error) {
      await this.#end(() => this.#store.release(notification.id), notification)
      return this.failed(error, notification)
    }
    // Settled is settled: what the store cannot remember is at worst handed over once more.
    await this.#end(() => this.#store.commit(notification.id), notification)
    return answer(204)
  }

  async #end(tell: () => unknown, notification: Notification): Promise<void> {
    try {
      await tell()
    } catch (error) {
      await quietly(() => this.#options.onError(error, notification))
    }
  }
}

export function answer(status: declared.NotificationAnswer['status'], message?: string): declared.NotificationAnswer {
  if (message === undefined) return { status, headers: {}, body: undefined }
  const headers: Record<string, string> = { 'Content-Type': 'application/json' }
  if (status === 405) headers['Allow'] = 'POST'
  return { status, headers, body: JSON.stringify({ code: 'FAIL', message }) }
}

/** An observer that fails changes nothing of the answer. */
async function quietly(tell: () => unknown): Promise<void> {
  try {
    await tell()
  } catch {
    // There is nobody left to tell.
  }
}

function callable(value: unknown, name: string): void {
  if (typeof value !== 'function') throw invalidArgument(`${name} must be a function; got ${kind(value)}`)
}

function withMethods(value: unknown, name: string, methods: readonly string[]): void {
  const given = value as Record<string, unknown> | null | undefined
  if (reading(name, () => methods.every((method) => typeof given?.[method] === 'function'))) return
  throw invalidArgument(`${name} must have ${methods.join(', ')}; got ${kind(value)}`)
}
