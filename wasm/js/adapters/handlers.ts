import type * as declared from '../../types/adapters.js'
import type { HeadersInput } from '../../types/index.js'
import { reading, text } from '../arguments.js'
import { fetchBody, limitsOf, nodeBody, streamBody, type Unread } from './raw-body.js'
import { answer, NotificationReceiver } from './receiver.js'

export function fetchHandler(
  options: declared.NotificationOptions,
): (request: Request, ...more: unknown[]) => Promise<Response> {
  const receiver = new NotificationReceiver(options)
  const limits = limitsOf(options)
  return async (request) => {
    const { method, headers } = request
    const { status, ...given } = await received(receiver, method, headers, () => fetchBody(request, limits))
    return new Response(given.body ?? null, { status, headers: given.headers })
  }
}

export function nodeHandler(
  options: declared.NotificationOptions,
): (request: declared.NodeRequest, response: declared.NodeResponse, ...more: unknown[]) => Promise<void> {
  const receiver = new NotificationReceiver(options)
  const limits = limitsOf(options)
  return async (request, response) => {
    const { method, headers, rawBody, body } = request
    const given = await received(receiver, method, headers, () => nodeBody(request, [rawBody, body], limits))
    // A time-out of the framework may have been faster.
    if (response.headersSent) return
    response.writeHead(given.status, closing(given))
    response.end(given.body)
  }
}

export function koaHandler(
  options: declared.NotificationOptions,
): (context: declared.KoaContext, ...more: unknown[]) => Promise<void> {
  const receiver = new NotificationReceiver(options)
  const limits = limitsOf(options)
  return async (context) => {
    const { rawBody, body } = context.request as { rawBody?: unknown; body?: unknown }
    const { method, headers } = context.req
    const given = await received(receiver, method, headers, () => nodeBody(context.req, [rawBody, body], limits))
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
  const limits = limitsOf(options)
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', async ({ headers }, payload) => streamBody(headers, payload, limits))
  scope.post(text(reading('path', () => options.path), 'path'), async ({ headers, body }, reply) => {
    const read = (body ?? new Uint8Array()) as Uint8Array | Unread
    const given = await received(receiver, 'POST', headers, async () => read)
    return reply.code(given.status).headers(closing(given)).send(given.body)
  })
}

async function received(
  receiver: NotificationReceiver,
  method: string | undefined,
  headers: HeadersInput,
  read: () => Promise<Uint8Array | Unread>,
): Promise<declared.NotificationAnswer> {
  if (method !== 'POST') return answer(405, 'notifications come by POST')
  let body: Uint8Array | Unread
  try {
    body = await read()
  } catch (error) {
    return receiver.failed(error)
  }
  return 'status' in body ? answer(body.status, body.message) : receiver.receive({ headers, body })
}

/** What was not read to its end cannot be followed by another request. */
function closing({ status, headers }: declared.NotificationAnswer): Record<string, string> {
  return status === 408 || status === 413 ? { ...headers, Connection: 'close' } : headers
}
