// Node 20, 22 and 24, imported and required, on node:crypto and on the module.
import { fileURLToPath } from 'node:url'

import { conforms } from '../support/conforms.mjs'
import { answerOf } from '../support/process.mjs'

const directory = fileURLToPath(new URL('.', import.meta.url))

for (const version of ['node-20', 'node-22', 'node-24']) {
  const node = fileURLToPath(new URL(`node_modules/${version}/bin/node`, import.meta.url))
  for (const [way, program] of [['import', 'import.mjs'], ['require', 'require.cjs'], ['slim', 'slim.mjs']]) {
    conforms(`${version}-${way}`, () => answerOf(node, [program], { directory }))
    if (way === 'slim') continue
    conforms(`${version}-${way}-wasm`, () => answerOf(node, [program], { engine: 'wasm', directory }))
  }
}
