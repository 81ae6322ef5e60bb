import { kind, reading, short } from '../arguments.js'
import { invalidArgument } from '../errors.js'

/** A path with its values percent-encoded, each in one piece. */
export function path(parts: TemplateStringsArray, ...values: readonly unknown[]): string {
  return parts.reduce((before, part, at) => `${before}${segment(values[at - 1])}${part}`)
}

function segment(value: unknown): string {
  if (typeof value === 'string' && value !== '' && value !== '.' && value !== '..') return encoded(value)
  throw invalidArgument(`a number that names an order, bill or merchant must be a string; got ${described(value)}`)
}

function described(value: unknown): string {
  return typeof value === 'string' ? 'an empty one, or dots' : kind(value)
}

/** Path and query. A path is never a full URL: nothing is signed for another host. */
export function target(given: unknown, query: unknown): string {
  if (typeof given !== 'string' || !/^\/(?!\/)[^#\s]*$/.test(given)) {
    throw invalidArgument(
      `path must begin with one slash, such as /v3/certificates, without a host, a fragment or blanks; got \
${typeof given === 'string' ? 'another string' : kind(given)}`,
    )
  }
  const pairs = queryPairs(query)
  if (pairs.length === 0) return given
  return `${given}${given.includes('?') ? '&' : '?'}${pairs.join('&')}`
}

function queryPairs(query: unknown): string[] {
  if (query === undefined) return []
  return reading('query', () => pairsOf(query))
}

function pairsOf(query: unknown): string[] {
  if (typeof query !== 'object' || query === null || Array.isArray(query)) {
    throw invalidArgument(`query must be an object of names and values; got ${kind(query)}`)
  }
  return Object.entries(query).flatMap(([name, value]: [string, unknown]) => {
    if (value === undefined) return []
    if (!['string', 'number', 'boolean'].includes(typeof value)) {
      throw invalidArgument(`query.${short(name)} must be a string, a number or a boolean; got ${kind(value)}`)
    }
    return [`${encoded(name)}=${encoded(String(value))}`]
  })
}

function encoded(value: string): string {
  try {
    // What is left of the reserved characters, fetch would encode behind our back.
    return encodeURIComponent(value).replaceAll("'", '%27')
  } catch {
    throw invalidArgument('a value in the URL is no well-formed text: it holds half of a surrogate pair')
  }
}
