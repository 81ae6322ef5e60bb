// Bun, and what its bundler makes of the same program.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import { conforms } from '../support/conforms.mjs'
import { answerOf } from '../support/process.mjs'

const directory = fileURLToPath(new URL('.', import.meta.url))
const bun = `${directory}node_modules/.bin/bun`
const env = { DO_NOT_TRACK: '1' }

conforms('bun', () => answerOf(bun, ['program.mjs'], { directory, env }))
conforms('bun-slim', () => answerOf(bun, ['slim.mjs'], { directory, env }))
conforms('bun-bundled', () => {
  execFileSync(bun, ['build', '--target=bun', '--outfile=dist/program.mjs', 'program.mjs'], { cwd: directory, stdio: 'pipe' })
  return answerOf(bun, ['dist/program.mjs'], { directory, env })
})
