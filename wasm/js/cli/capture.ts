import { UsageError } from './usage-error.js'

export interface Capture {
  headers: Record<string, string | string[]>
  body: string
}

/** A notification as somebody kept it: JSON with `headers` and `body`, or the text of the HTTP message. */
export function capture(text: string): Capture {
  if (/^\s*\{/.test(text)) return ofJson(text)
  const [, head, body] = /^([^]*?)\r?\n\r?\n([^]*)$/.exec(text) ?? []
  if (head === undefined || body === undefined) {
    throw new UsageError('the capture must have headers, an empty line and the body; or be JSON with headers and body')
  }
  const headers: Record<string, string[]> = {}
  for (const line of head.split(/\r?\n/)) {
    const [, name, value] = /^([^\s:]+):\s*(.*?)\s*$/.exec(line) ?? []
    if (name !== undefined && value !== undefined) (headers[name.toLowerCase()] ??= []).push(value)
  }
  return { headers, body }
}

function ofJson(text: string): Capture {
  let value: { headers?: unknown; body?: unknown }
  try {
    value = JSON.parse(text) as typeof value
  } catch {
    throw new UsageError('the capture begins as JSON and is none')
  }
  const { headers, body } = value
  if (typeof headers === 'object' && headers !== null && typeof body === 'string') {
    return { headers: headers as Capture['headers'], body }
  }
  throw new UsageError('a capture in JSON must have headers, an object, and body, the raw body as a string')
}
