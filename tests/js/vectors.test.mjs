// The published vectors of APIv3, as on every runtime.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { kinds, vectors } from '../runtimes/conformance/vectors.mjs'
import { context } from './support/conformance.mjs'
import { coverage } from './support/vectors.mjs'

vectors(context)

test('every kind that is said to be read here is read here', () => {
  const said = Object.keys(coverage).filter((kind) => coverage[kind].js.suite === 'vectors')
  assert.deepEqual(said, Object.keys(kinds).sort())
})
