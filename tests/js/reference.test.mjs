// The API reference is what typedoc makes of the declarations; after a change of these: npm run reference.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'

import { suite } from './support/cases.mjs'

const typedoc = join(dirname(createRequire(import.meta.url).resolve('typedoc/package.json')), 'bin/typedoc')
const options = fileURLToPath(new URL('reference/typedoc.json', import.meta.url))
const committed = fileURLToPath(new URL('../../wasm/reference/', import.meta.url))
const made = mkdtempSync(join(tmpdir(), 'reference-'))
after(() => rmSync(made, { recursive: true }))

const pages = (folder) =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .map((path) => [path.slice(folder.length).replace(/^\//, ''), readFileSync(path, 'utf8')])
      .sort(),
  )

const entries = ['wechatpay-wasm', ...['adapters', 'client', 'node', 'testing'].map((name) => `wechatpay-wasm/${name}`)]
// Before the first case: what a case waits for at the top of a file ends the count of those before it.
const exported = await Promise.all(entries.map(async (entry) => Object.keys(await import(entry))))

const reference = suite('reference')
reference.accepts('is current', () => {
  // A link that leads nowhere, or a type that is not exported, is an error of typedoc.
  execFileSync(process.execPath, [typedoc, '--options', options, '--out', made], { stdio: 'pipe' })
  assert.deepEqual(Object.keys(pages(made)), Object.keys(pages(committed)))
  assert.deepEqual(pages(made), pages(committed), 'run `npm run reference` in tests/js')
})
const text = Object.values(pages(committed)).join('\n')
for (const [at, entry] of entries.entries()) {
  const names = exported[at].filter((name) => name !== 'default')
  reference.accepts(`has everything that ${entry} exports`, () => {
    assert.ok(names.length > 0)
    for (const name of names) assert.match(text, new RegExp(`^### ${name}(\\(\\))?$`, 'm'), name)
  })
}
reference.denies('it shows what is private', () => assert.doesNotMatch(text, /Symbol\(|#private|MerchantImplementation/))
