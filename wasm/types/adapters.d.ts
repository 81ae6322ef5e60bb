/**
 * What answers WeChat Pay's notifications in a web framework: takes the raw body, verifies, decrypts, hands over to you
 * once, answers. Nothing of any framework is imported. Nothing is logged.
 *
 * Answers: 204 when your handler is done, 401 for what is not from WeChat Pay, forged or probe, 500 when your handler
 * or this set-up fails, so that WeChat Pay sends the notification again: 15 times within a day. It waits five seconds for
 * an answer: what takes longer goes on, the next delivery meanwhile gets 503, and the one after that 204.
 *
 * @module wechatpay-wasm/adapters
 */

import type { WechatPayError } from './errors.js'
import type { HeadersInput, Notification, RawBody, ReceivedMessage } from './merchant.js'

type MaybePromise<T> = T | Promise<T>

/**
 * Remembers which notifications were handled: WeChat Pay sends each until it is answered, at times again after that.
 * Shared by all processes, a table or a Redis key per `id` does it; the one in memory is for one process.
 */
export interface ReplayStore {
  /**
   * Takes a notification for handling, in one atomic step. `claimed`: it is yours. `handled`: `commit` was called for
   * it. `busy`: somebody has claimed it and not yet ended. A claim has to expire by itself, after a minute for instance:
   * a process that dies in the middle must not lose the notification. A handler that outlives its claim may meet a second
   * one at work on the same order: settle in one transaction of your database.
   */
  claim(id: string): MaybePromise<'claimed' | 'handled' | 'busy'>
  /** It was handled; remember that for two days or longer. */
  commit(id: string): MaybePromise<void>
  /** It was not handled: the next delivery may claim it. */
  release(id: string): MaybePromise<void>
}

export interface MemoryReplayStoreOptions {
  /** Seconds after which a claim that nobody ended is free again: longer than your handler takes. @default 60 */
  lease?: number | undefined
  /** Seconds for which what was handled is remembered. @default 172800, two days */
  retention?: number | undefined
  /** How many are remembered; beyond it the oldest is forgotten. @default 100000 */
  capacity?: number | undefined
}

export declare class MemoryReplayStore implements ReplayStore {
  constructor(options?: MemoryReplayStoreOptions)
  claim(id: string): 'claimed' | 'handled' | 'busy'
  commit(id: string): void
  release(id: string): void
}

/** A `Merchant`, or a `Client`, which asks for new platform certificates where one is missing. */
export interface NotificationOpener {
  openNotification(message: ReceivedMessage): MaybePromise<Notification>
}

export interface NotificationOptions {
  merchant: NotificationOpener
  /**
   * Settles the order, once per notification while the store remembers. Compare `appid`, `mchid`, number, amount and
   * currency with your own order. If it throws, the answer is 500 and the notification comes again.
   */
  onNotification(notification: Notification): unknown
  /**
   * Gets what ended in 500: errors of your handler, of the store and of the set-up, such as a body that a parser has
   * eaten. Log it: WeChat Pay tells nobody.
   */
  onError(error: unknown, notification?: Notification): unknown
  /** Gets what ended in 4xx. `ERR_SIGNATURE_PROBE` is WeChat Pay's own test and no alarm. */
  onRefused?: ((error: WechatPayError) => unknown) | undefined
  /** @default a new `MemoryReplayStore` */
  replayStore?: ReplayStore | undefined
  /** The largest body that is read, in bytes; more is answered 413. @default 1048576 */
  maxBodyBytes?: number | undefined
  /**
   * Seconds within which a body has to arrive; a slower one is answered 408. WeChat Pay itself waits five for the answer.
   *
   * @default 5
   */
  bodyTimeout?: number | undefined
}

/** What to answer. */
export interface NotificationAnswer {
  status: 204 | 401 | 405 | 408 | 413 | 500 | 503
  headers: Record<string, string>
  /** JSON; undefined for 204. */
  body: string | undefined
}

/** For a framework that has no adapter here: give it headers and raw body, answer what it returns. It never throws. */
export declare class NotificationReceiver {
  /** @throws {WechatPayError} `ERR_ARGUMENT_INVALID`. */
  constructor(options: NotificationOptions)
  receive(message: { headers: HeadersInput; body: RawBody }): Promise<NotificationAnswer>
  /** What to answer when a request could not even be read. Tells `onError`. */
  failed(error: unknown): Promise<NotificationAnswer>
}

/**
 * For everything that speaks `Request` and `Response`: Hono (`context.req.raw`), Workers, Next, Bun, Deno. More
 * arguments are not looked at, so it can be a route handler itself.
 */
export declare function fetchHandler(options: NotificationOptions): (request: Request, ...more: unknown[]) => Promise<Response>

/** What is used of `http.IncomingMessage`, and of what frameworks put on it. */
export interface NodeRequest extends AsyncIterable<unknown> {
  readonly method?: string | undefined
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined }
  readonly readableDidRead: boolean
  readonly body?: unknown
  readonly rawBody?: unknown
}

/** What is used of `http.ServerResponse`. */
export interface NodeResponse {
  readonly headersSent: boolean
  writeHead(status: number, headers: Record<string, string>): unknown
  end(body?: string): unknown
}

/**
 * For `node:http`, Express, Connect, and Nest as a functional middleware. Put it before `express.json()`; after it, it
 * needs the bytes in `request.rawBody` (Nest: `NestFactory.create(AppModule, { rawBody: true })`). The promise is
 * fulfilled when the answer is written.
 */
export declare function nodeHandler(
  options: NotificationOptions,
): (request: NodeRequest, response: NodeResponse, ...more: unknown[]) => Promise<void>

/** What is used of the context of Koa. */
export interface KoaContext {
  readonly req: NodeRequest
  readonly request: object
  status: number
  body: unknown
  set(headers: Record<string, string>): unknown
}

/** For Koa, before or after koa-bodyparser. */
export declare function koaHandler(options: NotificationOptions): (context: KoaContext, ...more: unknown[]) => Promise<void>

/** What is used of a Fastify instance. */
export interface FastifyScope {
  removeAllContentTypeParsers(): unknown
  addContentTypeParser(
    type: string,
    parse: (request: { readonly headers: NodeRequest['headers'] }, payload: AsyncIterable<unknown>) => Promise<unknown>,
  ): unknown
  post(
    path: string,
    handler: (
      request: { readonly headers: NodeRequest['headers']; readonly body: unknown },
      reply: FastifyReply,
    ) => Promise<unknown>,
  ): unknown
}

export interface FastifyReply {
  code(status: number): FastifyReply
  headers(headers: Record<string, string>): FastifyReply
  send(body?: string): FastifyReply
}

/**
 * For Fastify: `app.register(fastifyPlugin, { path: '/wechatpay/notify', … })`. Its parser takes the bytes as they
 * come; all other routes keep theirs.
 */
export declare function fastifyPlugin(
  scope: FastifyScope,
  options: NotificationOptions & { path: string },
): Promise<void>
