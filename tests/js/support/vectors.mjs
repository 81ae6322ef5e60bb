import { readFileSync } from 'node:fs'

const folder = new URL('../../vectors/', import.meta.url)

export const key = (name) => readFileSync(new URL(`keys/${name}.pem`, folder), 'utf8')

export const coverage = JSON.parse(readFileSync(new URL('coverage.json', folder), 'utf8'))

/** The entries of a kind, each with the verdict that holds here. */
export function vectors(kind) {
  const entries = JSON.parse(readFileSync(new URL(`${kind}.json`, folder), 'utf8'))
  return entries.map((entry) => ({
    name: entry.name,
    inputs: resolved(entry.inputs),
    expected: resolved(entry.expected),
    ok: entry.strict_expect_ok ?? entry.expect_ok,
    /** Where this implementation refuses what the published test accepts. */
    exception: coverage[kind].exceptions?.[entry.name]?.code,
  }))
}

function resolved(value) {
  if (typeof value === 'string') {
    const reference = /^@keys\/(.+)\.pem$/.exec(value)
    return reference === null ? value : key(reference[1])
  }
  if (Array.isArray(value)) return value.map(resolved)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, resolved(member)]))
}
