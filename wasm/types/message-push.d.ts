/// <reference lib="esnext.disposable" />

import type { RawBody } from './merchant.js'

/** The query of a request: a URL or its text, `URLSearchParams`, or the query object of a framework. */
export type QueryInput =
  string | { readonly href: string } | Iterable<readonly [string, string]> | { readonly [name: string]: unknown }

export interface MessagePushOptions {
  /** The appid of the mini program. */
  appid: string
  /** The Token (令牌): 3 to 32 letters and digits. */
  token: string
  /**
   * The EncodingAESKey (消息加密密钥): 43 letters and digits. With it, pushes are taken in secure mode only; without it, in
   * plain mode only.
   */
  encodingAESKey?: string | undefined
  /**
   * How far the time of a push may lie from the clock, in seconds. WeChat documents no window: without it, the time is
   * not looked at.
   */
  tolerance?: number | undefined
}

export interface UrlCheck {
  query: QueryInput
  /** @default now */
  now?: number | Date | undefined
}

export interface ReceivedPush {
  query: QueryInput
  /** The raw body as it arrived. */
  body: RawBody
  /** @default now */
  now?: number | Date | undefined
}

export interface PushMessage<Message = unknown> {
  /** How the push is written, and an answer is to be. */
  format: 'json' | 'xml'
  /** The message as it was decrypted. */
  text: string
  /**
   * The message parsed. XML becomes an object of texts, numbers too: an element with elements inside it is an object,
   * elements of one name are an array.
   */
  message: Message
}

export interface PlainPushMessage<Message = unknown> {
  format: 'json' | 'xml'
  /** Nothing signs this. */
  unauthenticatedText: string
  /** Nothing signs this. Parsed as in secure mode. */
  unauthenticatedMessage: Message
}

export interface PushReply {
  /** JSON or XML, as the push was: an object becomes JSON. */
  message: string | { readonly [name: string]: unknown }
  /** That of the push. @default 'json' */
  format?: 'json' | 'xml' | undefined
  /** @default now */
  timestamp?: number | undefined
  /** Letters and digits. @default random */
  nonce?: string | undefined
}

/**
 * Receives message push (消息推送): events and messages that WeChat posts to the URL set in the mini program platform, as
 * XML or JSON.
 *
 * In plain mode nothing signs the message itself: whoever has seen one query can send any message with it. Payments and
 * deliveries belong into secure mode (安全模式).
 *
 * Every method throws a {@link WechatPayError}.
 */
export declare class MessagePush {
  /** @throws {WechatPayError} `ERR_KEY_INVALID`, `ERR_ARGUMENT_INVALID`. */
  constructor(options: MessagePushOptions)

  readonly appid: string

  /**
   * Checks the GET request by which WeChat checks the URL. Answer with what this gives, alone and as `text/plain`: the
   * signature does not cover it.
   *
   * @throws {WechatPayError} `ERR_MAC_INVALID`, `ERR_ARGUMENT_INVALID`, `ERR_TIMESTAMP_OUTSIDE_WINDOW`.
   */
  verifyUrl(check: UrlCheck): string

  /**
   * Verifies a push in secure mode by its `msg_signature`, decrypts it and compares the appid inside. WeChat sends a push
   * again when the answer is late: apply each once.
   *
   * @throws {WechatPayError} `ERR_BODY_MALFORMED`, `ERR_MAC_INVALID`, `ERR_DECRYPT_FAILED`, `ERR_APPID_MISMATCH`,
   * `ERR_ARGUMENT_INVALID`, `ERR_TIMESTAMP_OUTSIDE_WINDOW`.
   */
  openMessage<Message = unknown>(push: ReceivedPush): PushMessage<Message>

  /**
   * Checks the query of a push in plain mode (明文模式). The body is **not** covered: take it for a hint, and ask WeChat's
   * servers before anything of value happens. Throws where an `encodingAESKey` is set.
   *
   * @throws {WechatPayError} `ERR_MAC_INVALID`, `ERR_BODY_MALFORMED`, `ERR_ARGUMENT_INVALID`,
   * `ERR_TIMESTAMP_OUTSIDE_WINDOW`.
   */
  openPlainMessage<Message = unknown>(push: ReceivedPush): PlainPushMessage<Message>

  /**
   * Encrypts and signs an answer in secure mode; the body to answer with. A push that needs no answer takes the bare text
   * `success`.
   *
   * @throws {WechatPayError} `ERR_ARGUMENT_INVALID`, `ERR_SIGNING_FAILED`.
   */
  sealReply(reply: PushReply): string

  /** Wipes the keys. Afterwards every method throws. */
  free(): void
  [Symbol.dispose](): void
}
