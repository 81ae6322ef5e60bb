// The recipe for Deno in the README, with the permissions it names.
import { fileURLToPath } from 'node:url'

import { counting } from '../../js/support/counting.mjs'
import { answersPayments, refusesTheRest } from '../../js/support/notify.mjs'
import { recipes } from '../../js/support/recipes.mjs'
import { served } from '../support/served.mjs'

const directory = fileURLToPath(new URL('.', import.meta.url))
const post = served({
  command: `${directory}node_modules/.bin/deno`,
  args: ['run', '--no-remote', '--node-modules-dir=manual', '--allow-net', '--allow-env'],
  directory,
  code: recipes('wasm/README.md').get('Deno'),
  env: { DENO_NO_UPDATE_CHECK: '1', DENO_NO_PROMPT: '1', NO_COLOR: '1' },
})

const recipe = counting('readme/deno')
recipe.accepts('Deno: 204 for a payment, and for the same again', async () => answersPayments(await post))
recipe.denies('Deno: a forged body, a probe, an old message or an unsigned one passes', async () => refusesTheRest(await post))
