import { bytesOf, kind } from './arguments.js'
import { WechatPayError } from './errors.js'

const HOW_TO_GET_IT = `\
Express: app.post(path, express.raw({ type: 'application/json' }), handler), before any express.json(). \
Koa: ctx.request.rawBody of koa-bodyparser. \
Fastify: addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => done(null, body)). \
Next: await request.text() in a route handler. \
Hono and workers: await request.text().`

/** The body of something received. */
export function receivedBody(value: unknown): Uint8Array {
  const bytes = raw(value)
  if (bytes !== undefined) return bytes
  throw new WechatPayError(
    'ERR_BODY_NOT_RAW',
    `body must be the raw body as it arrived, a string or bytes; got ${kind(value)}. The signature covers the very \
bytes, and a parsed body cannot be turned back into them. ${HOW_TO_GET_IT}`,
  )
}

/** The body of something about to be sent; none is an empty one. */
export function sentBody(value: unknown): Uint8Array {
  const bytes = value === undefined || value === null ? new Uint8Array() : raw(value)
  if (bytes !== undefined) return bytes
  throw new WechatPayError(
    'ERR_BODY_NOT_RAW',
    `body must be the very text or bytes that will be sent; got ${kind(value)}. Stringify once, sign that string and \
send that string: const body = JSON.stringify(order)`,
  )
}

/** Parses JSON that WeChat Pay is known to have written. The text stays out of the error. */
export function parsed(json: string, part: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    throw malformed(part, 'not JSON')
  }
}

export function decoded(bytes: Uint8Array, part: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw malformed(part, 'not UTF-8')
  }
}

const encoder = /* @__PURE__ */ new TextEncoder()

function raw(value: unknown): Uint8Array | undefined {
  return typeof value === 'string' ? encoder.encode(value) : bytesOf(value)
}

function malformed(part: string, what: string): WechatPayError {
  return new WechatPayError(
    'ERR_BODY_MALFORMED',
    `the ${part} is signed by WeChat Pay but ${what}. Keep the raw bytes for analysis and do not act on them`,
  )
}
