// Deno, without any permission. Slim reads the modules itself, and may do nothing else.
import { fileURLToPath } from 'node:url'

import { conforms } from '../support/conforms.mjs'
import { answerOf } from '../support/process.mjs'

const directory = fileURLToPath(new URL('.', import.meta.url))
const deno = `${directory}node_modules/.bin/deno`
const env = { DENO_NO_UPDATE_CHECK: '1', DENO_NO_PROMPT: '1', NO_COLOR: '1' }
const run = (...args) => answerOf(deno, ['run', '--no-remote', '--node-modules-dir=manual', ...args], { directory, env })

conforms('deno', () => run('program.mjs'))
conforms('deno-slim', () => run(`--allow-read=${directory}node_modules`, 'slim.mjs'))
