import type * as declared from '../../types/adapters.js'
import { bytesOf, kind, reading } from '../arguments.js'
import { invalidArgument, WechatPayError } from '../errors.js'

/** Why a body was not read to its end. */
export interface Unread {
  status: 408 | 413
  message: string
}

export interface Limits {
  bytes: number
  seconds: number
}

const TOO_LARGE: Unread = { status: 413, message: 'the body is too large' }
const TOO_SLOW: Unread = { status: 408, message: 'the body is too slow' }

export function limitsOf(options: { maxBodyBytes?: unknown; bodyTimeout?: unknown } | undefined): Limits {
  const given = reading('maxBodyBytes or bodyTimeout', () => ({ ...options }))
  const { maxBodyBytes: bytes = 1_048_576, bodyTimeout: seconds = 5 } = given
  if (typeof bytes !== 'number' || !Number.isInteger(bytes) || bytes <= 0) {
    throw invalidArgument(`maxBodyBytes must be a positive whole number; got ${kind(bytes)}`)
  }
  if (typeof seconds !== 'number' || !(seconds > 0 && seconds <= 600)) {
    throw invalidArgument(`bodyTimeout must be a number of seconds (not milliseconds) up to 600; got ${kind(seconds)}`)
  }
  return { bytes, seconds }
}

/** The bytes of a request of Node: as somebody kept them, or from the wire. */
export async function nodeBody(
  request: declared.NodeRequest,
  kept: readonly unknown[],
  limits: Limits,
): Promise<Uint8Array | Unread> {
  for (const body of kept) {
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : bytesOf(body)
    if (bytes !== undefined) return bytes.byteLength > limits.bytes ? TOO_LARGE : bytes
  }
  if (request.readableDidRead) throw eaten('Put the handler before express.json() and other body parsers')
  return streamBody(request.headers, request, limits)
}

export async function streamBody(
  headers: declared.NodeRequest['headers'],
  stream: AsyncIterable<unknown>,
  limits: Limits,
): Promise<Uint8Array | Unread> {
  const length = headers['content-length']
  if (typeof length === 'string' && Number(length) > limits.bytes) return TOO_LARGE
  const pieces = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  return collected(() => pieces.next(), limits)
}

export async function fetchBody(request: Request, limits: Limits): Promise<Uint8Array | Unread> {
  if (request.bodyUsed) throw eaten('Give the handler the request before request.json() and the like')
  if (Number(request.headers.get('Content-Length')) > limits.bytes) return TOO_LARGE
  if (request.body === null) return new Uint8Array()
  const reader = request.body.getReader()
  return collected(() => reader.read(), limits)
}

interface Step {
  done?: boolean | undefined
  value?: Uint8Array | undefined
}

/** What is not read to its end is left where it is: to destroy it would take the connection with it, and the answer. */
async function collected(next: () => Promise<Step>, limits: Limits): Promise<Uint8Array | Unread> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<Unread>((resolve) => {
    timer = setTimeout(() => resolve(TOO_SLOW), limits.seconds * 1000)
  })
  const pieces: Uint8Array[] = []
  let length = 0
  try {
    for (;;) {
      const step = await Promise.race([next(), late])
      if ('status' in step) return step
      if (step.done === true || step.value === undefined) return joined(pieces, length)
      length += step.value.byteLength
      if (length > limits.bytes) return TOO_LARGE
      pieces.push(step.value)
    }
  } finally {
    clearTimeout(timer)
  }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
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
