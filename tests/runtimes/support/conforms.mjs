// A row of the matrix that `cargo xtask test --runtimes` prints; how suites report is in tests/README.md.
import assert from 'node:assert/strict'
import { test } from 'node:test'

/** `run` gives what `conformance` gave on the runtime. */
export function conforms(runtime, run) {
  test(`${runtime}: the conformance suite`, async () => {
    const { suites, failures } = await run()
    for (const [suite, { positive, negative }] of Object.entries(suites)) {
      console.log(`cases suite=${runtime}/${suite} positive=${positive} negative=${negative}`)
    }
    assert.deepEqual(failures, [])
  })
}
