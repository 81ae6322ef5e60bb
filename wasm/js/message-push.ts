import type * as declared from '../types/index.js'
import { clock, members, optionalText, seconds, text } from './arguments.js'
import { parsed, receivedBody } from './body.js'
import { invalidArgument } from './errors.js'
import type { Bindings } from './extras-instance.js'
import { appidText, jsonText, optionalTolerance, secret } from './mini-program.js'
import { queryPairs } from './query.js'
import { randomNonce, requireRandomness } from './random.js'
import { Secrets } from './secrets.js'

interface Opened {
  format: 'json' | 'xml'
  text: string
  json: string
}

export class MessagePush implements declared.MessagePush {
  readonly appid: string;
  declare [Symbol.dispose]: () => void
  readonly #isSecure: boolean
  readonly #secrets: Secrets<InstanceType<Bindings['MessagePushHandle']>>

  constructor(options: declared.MessagePushOptions) {
    const given = members(options, 'new MessagePush', ['appid', 'token', 'encodingAESKey', 'tolerance'])
    const appid = appidText(given.appid)
    const keys = {
      token: secret(text(given.token, 'token'), 'token') as Uint8Array,
      encodingAESKey: secret(given.encodingAESKey, 'encodingAESKey'),
    }
    const window = optionalTolerance(given.tolerance)
    this.appid = appid
    this.#isSecure = keys.encodingAESKey !== undefined
    this.#secrets = new Secrets('MessagePush', keys, (module) => {
      return new module.MessagePushHandle(appid, keys.token, keys.encodingAESKey, window)
    })
  }

  verifyUrl(check: declared.UrlCheck): string {
    const given = members(check, 'verifyUrl', ['query', 'now'])
    const query = queryPairs(given.query)
    const now = clock(given.now, 'now')
    return this.#secrets.use((handle) => handle.verifyUrl(query, now))
  }

  openMessage<Message = unknown>(push: declared.ReceivedPush): declared.PushMessage<Message> {
    this.#requireMode(true, 'openMessage')
    const { query, body, now } = received(push, 'openMessage')
    const { format, text, json } = this.#secrets.use((handle) => handle.openMessage(query, body, now)) as Opened
    return { format, text, message: parsed(json, 'message') as Message }
  }

  openPlainMessage<Message = unknown>(push: declared.ReceivedPush): declared.PlainPushMessage<Message> {
    this.#requireMode(false, 'openPlainMessage')
    const { query, body, now } = received(push, 'openPlainMessage')
    const opened = this.#secrets.use((handle) => handle.openPlainMessage(query, body, now)) as Opened
    return {
      format: opened.format,
      unauthenticatedText: opened.text,
      unauthenticatedMessage: parsed(opened.json, 'message') as Message,
    }
  }

  sealReply(reply: declared.PushReply): string {
    this.#requireMode(true, 'sealReply')
    const given = members(reply, 'sealReply', ['message', 'format', 'timestamp', 'nonce'])
    const message = jsonText(given.message, 'message')
    const format = optionalText(given.format, 'format') ?? 'json'
    if (format !== 'json' && format !== 'xml') throw invalidArgument('format must be json or xml, that of the push')
    const timestamp = seconds(given.timestamp, 'timestamp')
    requireRandomness()
    const nonce = optionalText(given.nonce, 'nonce') ?? randomNonce()
    return this.#secrets.use((handle) => handle.sealReply(message, format === 'xml', timestamp, nonce))
  }

  free(): void {
    this.#secrets.free()
  }

  /** A push in plain mode must not pass where secure mode is set: anybody could send one. */
  #requireMode(isSecure: boolean, method: string): void {
    if (isSecure === this.#isSecure) return
    throw invalidArgument(
      isSecure
        ? `${method} is for secure mode and needs the encodingAESKey; give it to new MessagePush`
        : `${method} is for plain mode; with an encodingAESKey pushes come in secure mode, use openMessage`,
    )
  }

  static {
    if (Symbol.dispose) {
      const value = this.prototype.free
      Object.defineProperty(this.prototype, Symbol.dispose, { value, configurable: true, writable: true })
    }
  }
}

function received(push: unknown, method: string): { query: string[]; body: Uint8Array; now: number } {
  const given = members(push, method, ['query', 'body', 'now'])
  return { query: queryPairs(given.query), body: receivedBody(given.body), now: clock(given.now, 'now') }
}
