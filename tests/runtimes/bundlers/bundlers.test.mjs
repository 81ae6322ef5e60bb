// The same program through every bundler, for browsers and for Node; what comes out is run.
import assert from 'node:assert/strict'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { nodeResolve } from '@rollup/plugin-node-resolve'
import * as esbuild from 'esbuild'
import { rollup } from 'rollup'
import * as vite from 'vite'
import webpack from 'webpack'

import { counting } from '../../js/support/counting.mjs'
import { conforms } from '../support/conforms.mjs'
import { answerOf } from '../support/process.mjs'

const project = fileURLToPath(new URL('.', import.meta.url))
const entry = join(project, 'program.mjs')
const dist = join(project, 'dist')
rmSync(dist, { recursive: true, force: true })

/** Each writes one file for browsers to dist and gives its path. */
const forBrowsers = {
  esbuild: async () => {
    const outfile = join(dist, 'esbuild.mjs')
    await esbuild.build({ entryPoints: [entry], outfile, bundle: true, minify: true, format: 'esm', logLevel: 'error' })
    return outfile
  },
  vite: async () => {
    const outDir = join(dist, 'vite')
    const lib = { entry, formats: ['es'], fileName: () => 'vite.mjs' }
    await vite.build({ root: project, configFile: false, logLevel: 'error', build: { outDir, lib, emptyOutDir: false } })
    return join(outDir, 'vite.mjs')
  },
  webpack: async () => packed({ target: 'web', filename: 'webpack.mjs' }),
  rollup: async () => {
    const file = join(dist, 'rollup.mjs')
    const bundle = await rollup({ input: entry, plugins: [nodeResolve({ browser: true })] })
    await bundle.write({ file, format: 'es' })
    return file
  },
}

const forNode = {
  'esbuild-node': async () => {
    const outfile = join(dist, 'esbuild-node.cjs')
    await esbuild.build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' })
    return outfile
  },
  'webpack-node': () => packed({ target: 'node20', filename: 'webpack-node.mjs' }),
}

async function packed({ target, filename }) {
  const compiler = webpack({
    mode: 'production',
    context: project,
    entry,
    target,
    experiments: { outputModule: true },
    output: { path: dist, filename, library: { type: 'module' } },
    performance: false,
  })
  const stats = await new Promise((resolve, reject) => {
    compiler.run((error, done) => (error ? reject(error) : resolve(done)))
  })
  assert.equal(stats.hasErrors() || stats.hasWarnings(), false, stats.toString())
  return join(dist, filename)
}

const made = new Map()
const bundle = (name, make) => made.get(name) ?? made.set(name, make()).get(name)

for (const [name, make] of Object.entries({ ...forBrowsers, ...forNode })) {
  conforms(name, async () => answerOf(process.execPath, ['run.mjs', await bundle(name, make)], { directory: project }))
}

const bundles = counting('bundle')
for (const [name, make] of Object.entries(forBrowsers)) {
  bundles.denies(`${name}: the bundle asks for a module of Node`, async () => {
    assert.doesNotMatch(readFileSync(await bundle(name, make), 'utf8'), /['"`]node:|getBuiltinModule|\brequire\(/)
  })
}
for (const [name, make] of Object.entries(forNode)) {
  bundles.accepts(`${name}: the bundle asks the process for node:crypto`, async () => {
    assert.match(readFileSync(await bundle(name, make), 'utf8'), /getBuiltinModule/)
  })
}
