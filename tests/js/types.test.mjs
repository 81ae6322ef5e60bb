// The declarations as TypeScript projects see them: node16 and bundler resolution, import and require, strict.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { suite } from './support/cases.mjs'

const require = createRequire(import.meta.url)
const compilerOf = (name) => join(dirname(require.resolve(`${name}/package.json`)), 'bin/tsc')
const [typescript5, typescript7] = ['typescript', 'typescript-7'].map(compilerOf)
const folder = fileURLToPath(new URL('types', import.meta.url))

function compile(files, options, compiler = typescript7) {
  const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false', '--target', 'es2022']
  const { status, stdout } = spawnSync(process.execPath, [compiler, ...strict, ...options, ...files], {
    cwd: folder,
    encoding: 'utf8',
  })
  assert.equal(status, 0, stdout)
}

const node = ['--types', 'node', '--lib', 'es2022,esnext.disposable']
const types = suite('types')
types.accepts('node16', () => compile(['use.ts', 'use.cts', 'mini-program.ts'], [...node, '--module', 'node16']))
types.accepts('node16, by TypeScript 5', () =>
  compile(['use.ts', 'use.cts', 'mini-program.ts'], [...node, '--module', 'node16'], typescript5),
)
types.accepts('nodenext', () => compile(['use.ts', 'use.cts'], [...node, '--module', 'nodenext']))
types.accepts('bundler', () =>
  compile(['use.ts', 'mini-program.ts'], [...node, '--module', 'esnext', '--moduleResolution', 'bundler']),
)
for (const condition of ['workerd', 'edge-light', 'deno', 'bun']) {
  types.accepts(`bundler for ${condition}`, () =>
    compile(['use.ts'], [...node, '--module', 'esnext', '--moduleResolution', 'bundler', '--customConditions', condition]),
  )
}
types.accepts('without the types of Node or of a browser', () =>
  compile(['bare.ts'], ['--types', '', '--lib', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler']),
)
types.accepts('slim in a browser', () =>
  compile(['slim.ts'], ['--types', '', '--lib', 'es2022,dom', '--module', 'esnext', '--moduleResolution', 'bundler']),
)
types.accepts('client, adapters and signers, beside real frameworks', () =>
  compile(['client.ts'], [...node, '--skipLibCheck', 'true', '--experimentalDecorators', '--module', 'node16']),
)
types.denies('the compiler does see what is wrong', () => {
  assert.throws(() => compile(['wrong.ts'], [...node, '--module', 'node16']), /wrong\.ts\(3,40\): error TS2769[^]*'number' is not assignable to type 'string'/)
})
