// The tarball as it is installed.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import * as imported from 'wechatpay-wasm'

import { refused, suite } from './support/cases.mjs'

const require = createRequire(import.meta.url)
const root = fileURLToPath(new URL('node_modules/wechatpay-wasm/', import.meta.url))
const files = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const text = (file) => readFileSync(join(root, file), 'utf8')
const scripts = files.filter((file) => /\.c?js$/.test(file))

const contents = suite('package/contents')
contents.accepts('nothing but what is meant', () => {
  const meant = /^(package\.json|LICENSE|README(\.zh-CN)?\.md|dist\/[\w-]+\.c?js|dist\/(wechatpay|extras|shangmi)\.wasm|dist\/wasm\/[\w-]+\.c?js|dist\/types\/[\w-]+\.d\.c?ts|reference\/([\w-]+\/)?[\w-]+\.md)$/
  assert.deepEqual(files.filter((file) => !meant.test(file)), [])
  assert.ok(files.includes('LICENSE') && files.includes('README.md') && files.includes('README.zh-CN.md'))
})
contents.accepts('every file that package.json names is there', () => {
  const named = (value) => (typeof value === 'string' ? [value] : Object.values(value).flatMap(named))
  for (const file of [...named(manifest.exports), ...named(manifest.imports)]) {
    assert.ok(files.includes(file.slice('./'.length)), file)
  }
})
contents.accepts('types come first, the most special runtime before Node', () => {
  for (const conditions of Object.values(manifest.exports)) {
    if (typeof conditions === 'string') continue
    assert.deepEqual(Object.keys(conditions), ['workerd', 'edge-light', 'deno', 'bun', 'node', 'import', 'require'])
    const leaves = Object.values(conditions).flatMap((leaf) => (leaf.types === undefined ? Object.values(leaf) : [leaf]))
    for (const leaf of leaves) {
      assert.deepEqual(Object.keys(leaf), ['types', 'default'])
      assert.match(leaf.types, leaf.default.endsWith('.cjs') ? /\.d\.cts$/ : /\.d\.ts$/)
    }
  }
})
contents.accepts('no dependency, no side effect, no script that runs at installation', () => {
  for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies', 'bundleDependencies']) {
    assert.equal(manifest[kind], undefined)
  }
  assert.equal(manifest.sideEffects, false)
  assert.equal(manifest.type, 'module')
  for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) assert.equal(manifest.scripts[name], undefined)
})
contents.denies('a module of Node is named, but in what is for Node alone', () => {
  const ofNode = /^dist\/(cli|signer)\.c?js$/
  for (const file of scripts.filter((name) => !ofNode.test(name))) {
    // What Node alone loads asks the process for it; nothing is imported.
    const asked = /^dist\/(shangmi-|slim-)?all\.cjs$/.test(file) ? /\.getBuiltinModule\?\.\("node:crypto"\)/ : /(?!)/
    assert.doesNotMatch(text(file).replace(asked, ''), /['"`]node:|require\(['"](?!\.\/)/, file)
  }
})
contents.denies('a place of the machine that built it is named', () => {
  for (const file of files) {
    const content = readFileSync(join(root, file), 'latin1')
    assert.doesNotMatch(content, /\/(home|root|Users)\/|\.cargo\/|\.rustup\//, file)
  }
})
for (const [module, names] of [
  ['wechatpay', ['dist/wasm/inline.cjs', 'dist/wasm/inline.js']],
  ['extras', ['dist/wasm/extras-inline.cjs', 'dist/wasm/extras-inline.js']],
  ['shangmi', ['dist/wasm/shangmi-inline.cjs', 'dist/wasm/shangmi-inline.js']],
]) {
  contents.accepts(`${module}.wasm: inlined and raw are the same bytes`, () => {
    const raw = readFileSync(require.resolve(`wechatpay-wasm/${module}.wasm`))
    const digest = createHash('sha256').update(raw).digest('hex')
    const inlined = (file) => /[A-Za-z0-9+/]{100000,}=*/.exec(text(file))
    const digestOf = (file) => createHash('sha256').update(Buffer.from(inlined(file)[0], 'base64')).digest('hex')
    const holders = scripts.filter((file) => inlined(file) !== null && digestOf(file) === digest)
    assert.deepEqual(holders.sort(), names)
  })
}
contents.denies('a module but that of 国密 speaks of it', () => {
  const words = ['WECHATPAY2-SM2-WITH-SM3', '1234567812345678', 'SM2']
  const has = (word) => (module) => readFileSync(require.resolve(`wechatpay-wasm/${module}.wasm`)).includes(word)
  const modules = ['wechatpay', 'extras', 'shangmi']
  for (const word of words) assert.deepEqual(modules.map(has(word)), [false, false, true], word)
})

const loading = suite('package/loading')
loading.accepts('import and require give the same', () => {
  const required = require('wechatpay-wasm')
  const names = Object.keys(required).sort()
  assert.deepEqual(Object.keys(imported).sort(), names)
  assert.ok(names.includes('Merchant') && names.includes('WechatPayError'))
  for (const name of names) assert.equal(imported[name], required[name], name)
})
loading.accepts('the portable build exports the same names', async () => {
  const portable = await import(new URL('node_modules/wechatpay-wasm/dist/index.js', import.meta.url))
  assert.deepEqual(Object.keys(portable).sort(), Object.keys(imported).sort())
})
loading.accepts('slim exports the same names, and what takes the modules', async () => {
  const names = [...Object.keys(imported), 'init', 'initExtras'].sort()
  assert.deepEqual(Object.keys(require('wechatpay-wasm/slim')).sort(), names)
  for (const file of ['slim.js', 'node-slim.js']) {
    const slim = await import(new URL(`node_modules/wechatpay-wasm/dist/${file}`, import.meta.url))
    assert.deepEqual(Object.keys(slim).sort(), names)
  }
})
const watched = (load) => `
  const seen = []
  const watch = (holder, name) => {
    const original = holder[name]
    holder[name] = new Proxy(original, {
      apply: (...call) => (seen.push(name), Reflect.apply(...call)),
      construct: (...call) => (seen.push(name), Reflect.construct(...call)),
    })
  }
  watch(WebAssembly, 'Module')
  watch(WebAssembly, 'Instance')
  watch(crypto, 'getRandomValues')
  watch(globalThis, 'atob')
  watch(globalThis, 'fetch')
  const { Merchant } = ${load}
  const atImport = seen.splice(0)
  try { new Merchant({ mchid: '1', serialNo: 'AB', privateKey: 'x', apiV3Key: 'x', platformKeys: [] }) } catch {}
  console.log(JSON.stringify({ atImport, atFirstCall: seen }))`
for (const [label, args, load] of [
  ['import', ['--input-type=module'], "await import('wechatpay-wasm')"],
  ['require', ['--input-type=commonjs'], "require('wechatpay-wasm')"],
  ['import of the portable build', ['--input-type=module', '--conditions=deno'], "await import('wechatpay-wasm')"],
]) {
  loading.accepts(`nothing happens at ${label}`, () => {
    const output = execFileSync(process.execPath, [...args, '--eval', watched(load)], {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      encoding: 'utf8',
    })
    const { atImport, atFirstCall } = JSON.parse(output)
    assert.deepEqual(atImport, [])
    assert.ok(atFirstCall.includes('Module') && atFirstCall.includes('Instance'))
  })
}

/** Which modules are read when `source` runs in a process of its own. */
function modulesRead(source) {
  const program = `
    const { responseSignature, stringA } = require('wechatpay-wasm')
    ${source}
    console.log(JSON.stringify(Object.keys(require.cache).filter((file) => file.includes('-inline') || file.includes('/inline'))))`
  const output = execFileSync(process.execPath, ['--input-type=commonjs', '--eval', program], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    encoding: 'utf8',
  })
  return JSON.parse(output).map((file) => /[\w-]+\.cjs$/.exec(file)[0])
}
const lazy = suite('package/lazy')
lazy.accepts('Node reads the bytes of a module when something of it is called', () => {
  assert.deepEqual(modulesRead(''), [])
  assert.deepEqual(modulesRead("responseSignature('/v3/certificates')"), ['inline.cjs'])
  assert.deepEqual(modulesRead('stringA({ a: 1 })'), ['extras-inline.cjs'])
})
lazy.accepts('the errors of both modules are of one class', async () => {
  await refused('ERR_ARGUMENT_INVALID', () => imported.responseSignature('no url'))
  await refused('ERR_CERTIFICATE_INVALID', () =>
    imported.verifyCertificateChain({ certificate: 'x', root: 'x', now: 0 }),
  )
})
