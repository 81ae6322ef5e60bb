// The recipe for Bun in the README.
import { fileURLToPath } from 'node:url'

import { counting } from '../../js/support/counting.mjs'
import { answersPayments, refusesTheRest } from '../../js/support/notify.mjs'
import { recipes } from '../../js/support/recipes.mjs'
import { served } from '../support/served.mjs'

const directory = fileURLToPath(new URL('.', import.meta.url))
const post = served({
  command: `${directory}node_modules/.bin/bun`,
  args: [],
  directory,
  code: recipes('wasm/README.md').get('Bun'),
  env: { DO_NOT_TRACK: '1' },
})

const recipe = counting('readme/bun')
recipe.accepts('Bun: 204 for a payment, and for the same again', async () => answersPayments(await post))
recipe.denies('Bun: a forged body, a probe, an old message or an unsigned one passes', async () => refusesTheRest(await post))
