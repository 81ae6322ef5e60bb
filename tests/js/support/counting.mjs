// Suites of cases; how they report is in tests/README.md.
import { after, test } from 'node:test'

/** Runs and counts cases; a case that fails is not counted. */
export function counting(name) {
  const held = { positive: 0, negative: 0 }
  after(() => console.log(`cases suite=${name} positive=${held.positive} negative=${held.negative}`))
  const counted = (label, sign, run, times = 1) =>
    test(`${name}: ${label}`, async () => {
      for (let round = 0; round < times; round += 1) {
        await run(round)
        held[sign] += 1
      }
    })
  return {
    /** Must succeed; `times` for random cases, each of which counts. */
    accepts: (label, run, times) => counted(label, 'positive', run, times),
    /** Must not come out as somebody claims; `run` asserts that. */
    denies: (label, run, times) => counted(label, 'negative', run, times),
  }
}
