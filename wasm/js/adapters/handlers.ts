import type * as declared from '../../types/adapters.js'
import type { HeadersInput } from '../../types/index.js'
import { bytesOf, reading, text } from '../arguments.js'
import { fetchBody, limitOf, nodeBody, TOO_LARGE } from './raw-body.js'
import { answer, NotificationReceiver } from './receiver.js'

export function fetchHandler(
  options: declared.NotificationOptions,
): (request: Request, ...more: unknown[]) => Promise<Response> {
  const receiver = new NotificationReceiver(options)
  const limit = limitOf(options)
  return async (request) => {
    const { method, headers } = request
    const { status, ...given } = await received(receiver, method, headers, () => fetchBody(request, limit))
    return new Response(given.body ?? null, { status, headers: given.headers })
  }
}

export function nodeHandler(
  options: declared.NotificationOptions,
): (request: declared.NodeRequest, response: declared.NodeResponse, ...more: unknown[]) => Promise<void> {
  const receiver = new NotificationReceiver(options)
  const limit = limitOf(options)
  return async (request, response) => {
    const { method, headers, rawBody, body } = request
    const given = await received(receiver, method, headers, () => nodeBody(request, [rawBody, body], limit))
    response.writeHead(given.status, closing(given))
    response.end(given.body)
  }
}

export function koaHandler(
  options: declared.NotificationOptions,
): (context: declared.KoaContext, ...more: unknown[]) => Promise<void> {
  const receiver = new NotificationReceiver(options)
  const limit = limitOf(options)
  return async (context) => {
    const { rawBody, body } = context.request as { rawBody?: unknown; body?: unknown }
    const { method, headers } = context.req
    const given = await received(receiver, method, headers, () => nodeBody(context.req, [rawBody, body], limit))
    context.status = given.status
    context.set(closing(given))
    if (given.body !== undefined) context.body = given.body
  }
}

export async function fastifyPlugin(
  scope: declared.FastifyScope,
  options: declared.NotificationOptions & { path: string },
): Promise<void> {
  const receiver = new NotificationReceiver(options)
  const bodyLimit = limitOf(options)
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_, body, done) => done(null, body))
  scope.post(text(reading('path', () => options.path), 'path'), async ({ headers, body }, reply) => {
    const bytes = bytesOf(body) ?? new Uint8Array()
    const given = await received(receiver, 'POST', headers, async () => bytes)
    return reply.code(given.status).headers(given.headers).send(given.body)
  })
}

async function received(
  receiver: NotificationReceiver,
  method: string | undefined,
  headers: HeadersInput,
  read: () => Promise<Uint8Array | typeof TOO_LARGE>,
): Promise<declared.NotificationAnswer> {
  if (method !== 'POST') return answer(405, 'notifications come by POST')
  let body: Uint8Array | typeof TOO_LARGE
  try {
    body = await read()
  } catch (error) {
    return receiver.failed(error)
  }
  return body === TOO_LARGE ? answer(413, 'the body is too large') : receiver.receive({ headers, body })
}

/** What was not read to its end cannot be followed by another request. */
function closing({ status, headers }: declared.NotificationAnswer): Record<string, string> {
  return status === 413 ? { ...headers, Connection: 'close' } : headers
}
