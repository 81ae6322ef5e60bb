// The public API is the one that was agreed on: it changes when somebody means it to, with the version that this takes.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'

import { counting } from '../js/support/counting.mjs'
import { coreListing } from './core.mjs'
import { listings, version } from './listings.mjs'

const UPDATE = '`cargo xtask api` writes the listings anew; commit them with the change.'

// Before the first suite: one that is waited for has ended when the next begins.
const present = []
for (const listing of listings) present.push({ ...listing, found: await listing.find() })

for (const { name, file, found } of present) {
  const cases = counting(`api/${name}`)
  const [head, ...agreed] = readFileSync(file, 'utf8').trimEnd().split('\n')
  cases.accepts('it is not empty', () => assert.ok(agreed.length > 50 && found.length > 50))
  cases.accepts('it is that of this version', () => {
    assert.equal(head, `# ${version}`, `the listing of ${name} is of another version. ${UPDATE}`)
  })
  cases.denies('something is gone or has changed', () => {
    const gone = agreed.filter((line) => !found.includes(line))
    const breaks = `it breaks who uses it: the version must change in its first number that is not zero. ${UPDATE}`
    assert.equal(gone.join('\n'), '', `the API of ${name} has lost\n${gone.join('\n')}\nThis may be meant, but ${breaks}`)
  })
  cases.denies('something is new that nobody agreed on', () => {
    const added = found.filter((line) => !agreed.includes(line))
    assert.equal(added.join('\n'), '', `the API of ${name} has gained\n${added.join('\n')}\n${UPDATE}`)
  })
  cases.accepts('nothing but the order could differ', () => assert.deepEqual(found, agreed, UPDATE))
}

const detector = counting('api/detector')
const crate = (inputs, output) => ({
  root: 0,
  index: {
    0: { name: 'a', inner: { module: { items: [1] } }, attrs: [] },
    1: {
      name: 'f',
      attrs: [],
      inner: {
        function: { sig: { inputs, output }, generics: { params: [], where_predicates: [] }, header: {}, has_body: true },
      },
    },
  },
})
const u8 = { primitive: 'u8' }
for (const [what, changed] of [
  ['another argument', crate([['x', u8], ['y', u8]], null)],
  ['another type', crate([['x', { slice: u8 }]], null)],
  ['a reference that is mutable', crate([['x', { borrowed_ref: { is_mutable: true, type: u8 } }]], null)],
  ['another result', crate([['x', u8]], u8)],
]) {
  detector.denies(`${what} goes unseen`, () => {
    assert.notDeepEqual(coreListing(changed), coreListing(crate([['x', u8]], null)))
  })
}
