import { kind, reading } from './arguments.js'
import { invalidArgument } from './errors.js'

/** The parameters of a query: name, value, name, value, …. A repeated one stays repeated and is refused. */
export function queryPairs(query: unknown): string[] {
  return reading('query', () => read(query))
}

function read(query: unknown): string[] {
  if (typeof query === 'string') return flat(new URLSearchParams(afterQuestionMark(query)))
  if (typeof query !== 'object' || query === null || Array.isArray(query)) {
    throw invalidArgument(
      `query must be a URL, its text, URLSearchParams or an object of parameters; got ${kind(query)}`,
    )
  }
  if ('href' in query && typeof query.href === 'string') return flat(new URLSearchParams(afterQuestionMark(query.href)))
  return flat(Symbol.iterator in query ? (query as Iterable<unknown>) : Object.entries(query))
}

/** Of a URL its query; of anything else all, for it is one. */
function afterQuestionMark(text: string): string {
  const url = text.split('#', 1)[0] as string
  const at = url.indexOf('?')
  if (at >= 0) return url.slice(at + 1)
  return url.includes('=') ? url : ''
}

function flat(pairs: Iterable<unknown>): string[] {
  const found: string[] = []
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== 'string') {
      throw invalidArgument('query must give pairs of name and value')
    }
    const [name, value] = pair as [string, unknown]
    for (const single of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (single === undefined || single === null) continue
      // A framework may have parsed a name such as openid[x] into an object. None of ours looks like that.
      if (typeof single === 'string') found.push(name, single)
      else if (READ.includes(name)) throw invalidArgument(`${name} in the query must be a string; got ${kind(single)}`)
    }
  }
  return found
}

const READ: readonly string[] = ['timestamp', 'nonce', 'signature', 'msg_signature', 'echostr', 'encrypt_type']
