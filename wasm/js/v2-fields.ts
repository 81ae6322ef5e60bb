import type * as declared from '../types/index.js'
import { bytesOf, kind, reading, short } from './arguments.js'
import { WechatPayError, invalidArgument } from './errors.js'

/** Fields as the module takes them: name, value, name, value, …. */
export function flat(given: unknown, name: string): string[] {
  return reading(name, () => {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw invalidArgument(
        `${name} must be an object of fields, such as { body: 'test', total_fee: 1 }; got ${kind(given)}`,
      )
    }
    const fields: string[] = []
    for (const [field, value] of Object.entries(given)) {
      if (value === undefined) continue
      fields.push(field, fieldText(value, `${name}.${short(field)}`))
    }
    return fields
  })
}

/** Fields as an object; one called `__proto__` is a field like any other. */
export function unflattened(fields: readonly string[]): declared.FieldsV2 {
  const pairs: [string, string][] = []
  for (let at = 0; at + 1 < fields.length; at += 2) pairs.push([fields[at] as string, fields[at + 1] as string])
  return Object.fromEntries(pairs)
}

/** The XML of something received. */
export function receivedXml(value: unknown): Uint8Array {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : bytesOf(value)
  if (bytes !== undefined) return bytes
  throw new WechatPayError(
    'ERR_BODY_NOT_RAW',
    `body must be the XML as it arrived, a string or bytes; got ${kind(value)}. XML that was parsed elsewhere may have \
lost or changed fields, and the signature covers all of them. Express: app.post(path, express.text({ type: '*/*' }), \
handler). Koa: ctx.request.rawBody. Fastify: addContentTypeParser('text/xml', { parseAs: 'buffer' }, \
(request, body, done) => done(null, body)). Next, Hono and workers: await request.text()`,
  )
}

export function signType(value: unknown, name: string): declared.SignTypeV2 | undefined {
  if (value === undefined || value === 'MD5' || value === 'HMAC-SHA256') return value
  throw invalidArgument(`${name} must be 'MD5' or 'HMAC-SHA256'; got ${typeof value === 'string' ? `'${short(value)}'` : kind(value)}`)
}

function fieldText(value: unknown, name: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  const got = typeof value === 'number' ? String(value) : kind(value)
  throw invalidArgument(`${name} must be a string or a whole number; got ${got}. Nested values go in as JSON text`)
}
