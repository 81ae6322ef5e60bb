// What the lock files of npm may bring in: known bytes, known licences, no code that runs while it is installed.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

import { counting } from '../js/support/counting.mjs'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Each can be used by anybody for tests; what is published depends on none of them. */
const LICENCES = [
  '0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC0-1.0', 'ISC', 'MIT', 'Python-2.0', 'Unlicense',
  'MIT OR Apache-2.0',
]

/** Package: why another licence will do, or where it is written when the package names none. */
const EXCEPTIONS = {
  '@img/sharp-': 'LGPL-3.0-or-later: the image library of a local runtime, run in tests and never passed on',
  'caniuse-lite': 'CC-BY-4.0: data that a bundler reads',
  'lightningcss': 'MPL-2.0: the style compiler of a bundler, run in tests and never passed on',
  'busboy': 'MIT, in its LICENSE',
  'streamsearch': 'MIT, in its LICENSE',
}

/** They fetch or place the binary of this machine, and would do so without their script at the first run. */
const SCRIPTS = ['bun', 'deno', 'esbuild', 'sharp', 'workerd']

/** For where the advisories cannot be asked for: those that packages of our lock files had. */
const ADVISORIES = JSON.parse(readFileSync(new URL('advisories.json', import.meta.url), 'utf8'))

/** Other packages as they are pinned, which run without a network on data of ours. */
const PINNED = ['tests/bench/js', 'tests/peers']

const files = readdirSync(root, { recursive: true, withFileTypes: false })
  .filter((path) => basename(path) === 'package-lock.json' && !/(^|\/)(node_modules|target|dist|package)\//.test(path))
  .sort()

const cases = counting('supply/locks')
cases.accepts('every folder with dependencies of its own has a lock file', () => {
  const runtimes = ['bun', 'bundlers', 'chromium', 'deno', 'edge-runtime', 'node', 'workerd'].map((name) => `tests/runtimes/${name}`)
  const folders = ['node-demo', 'node-demo/edge', 'tests/bench/js', 'tests/js', 'tests/peers', ...runtimes, 'wasm']
  for (const folder of folders) assert.ok(files.includes(`${folder}/package-lock.json`), folder)
})
for (const file of files) {
  const { lockfileVersion, packages } = JSON.parse(readFileSync(root + file, 'utf8'))
  const locked = Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && link !== true)
  const name = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)

  cases.accepts(`${file} is that of its package.json`, () => {
    assert.equal(lockfileVersion, 3)
    const given = JSON.parse(readFileSync(`${root}${dirname(file)}/package.json`, 'utf8'))
    for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) assert.deepEqual(packages[''][kind], given[kind])
  })
  cases.denies(`${file} takes bytes that nobody has checked`, () => {
    const unchecked = locked.filter(([, { integrity }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity))
    assert.deepEqual(unchecked.map(([path]) => path), [])
  })
  cases.denies(`${file} says where to download from`, () => {
    assert.deepEqual(locked.filter(([, entry]) => 'resolved' in entry).map(([path]) => path), [])
  })
  cases.denies(`${file} runs a script while it is installed`, () => {
    const running = locked.filter(([path, { hasInstallScript }]) => hasInstallScript && !SCRIPTS.includes(name(path)))
    assert.deepEqual(running.map(([path]) => path), [])
  })
  cases.denies(`${file} brings in a licence that nobody has read`, () => {
    const isKnown = (path) => Object.keys(EXCEPTIONS).some((exception) => name(path).startsWith(exception))
    const unread = locked.filter(([path, { license }]) => !LICENCES.includes(license) && !isKnown(path))
    assert.deepEqual(unread.map(([path, { license }]) => `${path}: ${license}`), [])
  })
}

for (const file of files.filter((file) => !PINNED.includes(dirname(file)))) {
  const { packages } = JSON.parse(readFileSync(root + file, 'utf8'))
  cases.denies(`${file} holds a version with a known weakness`, () => {
    const found = Object.entries(packages).flatMap(([path, { version }]) => {
      const known = ADVISORIES.filter((advisory) => path.endsWith(`node_modules/${advisory.package}`))
      return known.filter((advisory) => isWithin(version, advisory)).map(({ id, what }) => `${path} ${version}: ${id}, ${what}`)
    })
    assert.deepEqual(found, [])
  })
}
cases.accepts('a version is known to be within its advisory, at both ends', () => {
  const advisory = { from: '2.0.0', below: '2.10.2' }
  const within = ['1.9.9', '2.0.0', '2.9.10', '2.10.1', '2.10.2', '10.0.0'].filter((version) => isWithin(version, advisory))
  assert.deepEqual(within, ['2.0.0', '2.9.10', '2.10.1'])
})

const published = JSON.parse(readFileSync(`${root}wasm/package.json`, 'utf8'))
cases.denies('the published package depends on something, or runs something while it is installed', () => {
  for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies', 'bundleDependencies']) assert.equal(published[kind], undefined)
  const scripts = Object.keys(published.scripts ?? {})
  assert.deepEqual(scripts.filter((script) => /install|prepare|prepublish/.test(script)), [])
})

function isWithin(version, { from = '0.0.0', below }) {
  const order = new Intl.Collator('en', { numeric: true })
  return order.compare(version, from) >= 0 && order.compare(version, below) < 0
}
