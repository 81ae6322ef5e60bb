// `node fuzz/main.mjs --seconds 20`, after `cargo xtask test --only js` has installed the package.
import { parseArgs } from 'node:util'

import { fuzz } from './fuzzer.mjs'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
    /** One case, as it was printed. */
    case: { type: 'string' },
    /** One call, such as Merchant.authorize. */
    only: { type: 'string' },
  },
})

const seed = Number(values.seed)
const end = Date.now() + 1000 * Number(values.seconds)
const one = values.case === undefined ? {} : { first: Number(values.case) }
const enough = values.case === undefined ? (count) => Date.now() > end || count >= 2 ** 31 : (count) => count > 0
const only = values.only === undefined ? {} : { only: values.only }

const { results, refusals, codes, findings } = await fuzz({ seed, enough, ...one, ...only })
console.log(`fuzz target=js executions=${results + refusals} results=${results} refusals=${refusals} codes=${codes.size} seed=${seed}`)
const shown = new Map()
for (const finding of findings) {
  const kind = `${finding.call} ${finding.problem.split('\n', 1)[0]}`
  if (!shown.has(kind)) shown.set(kind, finding)
}
for (const { index, call, done = [], problem } of shown.values()) {
  console.log(`\nFINDING ${call}\n  ${done.join('\n  ')}\n  ${problem.split('\n').slice(0, 6).join('\n  ')}`)
  const choice = values.only === undefined ? '' : ` --only ${values.only}`
  console.log(`  again: (cd tests/js && node fuzz/main.mjs --seed ${seed} --case ${index}${choice})`)
}
if (findings.length > 0) console.log(`\n${findings.length} findings of ${shown.size} kinds`)
process.exit(findings.length > 0 ? 1 : 0)
