// The tarball before those who judge packages: publint, and Are the types wrong?
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

import { publint } from 'publint'

import { counting } from '../../js/support/counting.mjs'

const tarball = fileURLToPath(new URL('../../../wasm/dist/wechatpay-wasm.tgz', import.meta.url))
/** Every subpath that is a program. */
const entries = ['.', './adapters', './client', './node', './shangmi', './slim', './testing']

const judged = counting('package/judged')
judged.accepts('publint --strict: no message', async () => {
  const { buffer } = new Uint8Array(readFileSync(tarball))
  const { messages } = await publint({ pack: { tarball: buffer }, strict: true })
  assert.deepEqual(messages, [])
})

// Two things are left out. TypeScript's `node10` knows no `exports`, and TypeScript 7 no `node10`; what an import of a
// .wasm gives is the platform's to say, and its types.
const manifest = createRequire(import.meta.url).resolve('@arethetypeswrong/cli/package.json')
const attw = join(dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin.attw)
const without = ['--profile', 'node16', '--exclude-entrypoints', 'wechatpay.wasm', 'extras.wasm', 'shangmi.wasm']
const options = [...without, '--format', 'json']
const { status, stdout } = spawnSync(process.execPath, [attw, tarball, ...options], { encoding: 'utf8', maxBuffer: 2 ** 28 })
const { analysis } = JSON.parse(stdout)
judged.accepts('attw: no problem', () => {
  assert.deepEqual(analysis.problems.filter(({ resolutionKind }) => resolutionKind !== 'node10'), [])
  assert.equal(status, 0)
})
for (const entry of entries) {
  const { resolutions } = analysis.entrypoints[entry] ?? { resolutions: {} }
  for (const mode of ['node16-cjs', 'node16-esm', 'bundler']) {
    judged.accepts(`attw: ${entry} by ${mode} has types and an implementation`, () => {
      assert.ok(resolutions[mode]?.resolution && resolutions[mode].implementationResolution)
    })
  }
}
