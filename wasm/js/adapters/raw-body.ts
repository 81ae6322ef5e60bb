import type * as declared from '../../types/adapters.js'
import { bytesOf, kind, reading } from '../arguments.js'
import { invalidArgument, WechatPayError } from '../errors.js'

export const TOO_LARGE = Symbol('too large')

const DEFAULT_LIMIT = 1_048_576

export function limitOf(options: { maxBodyBytes?: unknown } | undefined): number {
  const limit = reading('maxBodyBytes', () => options?.maxBodyBytes)
  if (limit === undefined) return DEFAULT_LIMIT
  if (typeof limit === 'number' && Number.isInteger(limit) && limit > 0) return limit
  throw invalidArgument(`maxBodyBytes must be a positive whole number; got ${kind(limit)}`)
}

/** The bytes of a request of Node: as somebody kept them, or from the wire. */
export async function nodeBody(
  request: declared.NodeRequest,
  kept: readonly unknown[],
  limit: number,
): Promise<Uint8Array | typeof TOO_LARGE> {
  for (const body of kept) {
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : bytesOf(body)
    if (bytes !== undefined) return bytes.byteLength > limit ? TOO_LARGE : bytes
  }
  if (request.readableDidRead) throw eaten('Put the handler before express.json() and other body parsers')
  const length = request.headers['content-length']
  if (typeof length === 'string' && Number(length) > limit) return TOO_LARGE
  const pieces = request[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  return collected(() => pieces.next(), limit)
}

export async function fetchBody(request: Request, limit: number): Promise<Uint8Array | typeof TOO_LARGE> {
  if (request.bodyUsed) throw eaten('Give the handler the request before request.json() and the like')
  if (Number(request.headers.get('Content-Length')) > limit) return TOO_LARGE
  if (request.body === null) return new Uint8Array()
  const reader = request.body.getReader()
  return collected(() => reader.read(), limit)
}

/** What is too large is left where it is: to destroy it would take the connection with it, and the answer. */
async function collected(
  next: () => Promise<{ done?: boolean | undefined; value?: Uint8Array | undefined }>,
  limit: number,
): Promise<Uint8Array | typeof TOO_LARGE> {
  const pieces: Uint8Array[] = []
  let length = 0
  for (let { done, value } = await next(); done !== true && value !== undefined; { done, value } = await next()) {
    length += value.byteLength
    if (length > limit) return TOO_LARGE
    pieces.push(value)
  }
  const body = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    body.set(piece, at)
    at += piece.byteLength
  }
  return body
}

function eaten(hint: string): WechatPayError {
  return new WechatPayError(
    'ERR_BODY_NOT_RAW',
    `the body was read and parsed before, and its bytes are gone; the signature covers the very bytes. ${hint}, or keep \
the bytes in request.rawBody: express.json({ verify: (request, response, bytes) => { request.rawBody = bytes } }), or \
NestFactory.create(AppModule, { rawBody: true })`,
  )
}
