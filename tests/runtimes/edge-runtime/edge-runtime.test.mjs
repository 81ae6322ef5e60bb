// Vercel's edge runtime. Its builder bundles with the condition `edge-light`, and hands compiled modules over as globals.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { EdgeRuntime } from 'edge-runtime'
import { build } from 'esbuild'

import { counting } from '../../js/support/counting.mjs'
import { data } from '../conformance/data.mjs'
import { conforms } from '../support/conforms.mjs'

const project = fileURLToPath(new URL('.', import.meta.url))

const PACKAGE = `
import * as wechatpay from 'wechatpay-wasm'
import * as shangmi from 'wechatpay-wasm/shangmi'
const packages = { wechatpay, shangmi }`

const SLIM = `
import * as wechatpay from 'wechatpay-wasm/slim'
import wechatpayModule from 'wechatpay-wasm/wechatpay.wasm?module'
import extrasModule from 'wechatpay-wasm/extras.wasm?module'
wechatpay.init(wechatpayModule)
wechatpay.initExtras(extrasModule)
const packages = { wechatpay }`

const HANDLER = `
import { conformance } from '../conformance/index.mjs'
addEventListener('fetch', (event) => event.respondWith(answer(event.request)))
const answer = async (request) => Response.json(await conformance({ ...packages, data: await request.json() }))`

/** The script, and the modules that it takes as globals. */
async function bundled(source) {
  const modules = {}
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: project },
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    conditions: ['edge-light'],
    logLevel: 'error',
    plugins: [asGlobals(modules)],
  })
  return { script: outputFiles[0].text, modules }
}

function asGlobals(modules) {
  return {
    name: 'modules-as-globals',
    setup(bundler) {
      bundler.onResolve({ filter: /\.wasm\?module$/ }, async ({ path, ...from }) => {
        const found = await bundler.resolve(path.replace('?module', ''), { ...from, kind: 'import-statement' })
        return { ...found, namespace: 'compiled' }
      })
      bundler.onLoad({ filter: /./, namespace: 'compiled' }, ({ path }) => {
        const name = `wasm_${Object.keys(modules).length}`
        modules[name] = readFileSync(path)
        return { contents: `export default ${name}` }
      })
    },
  }
}

async function run(source) {
  const { script, modules } = await bundled(source)
  const compiled = Object.entries(modules).map(([name, bytes]) => [name, new WebAssembly.Module(bytes)])
  const runtime = new EdgeRuntime({
    extend: (context) => Object.assign(context, Object.fromEntries(compiled)),
    initialCode: script,
  })
  const response = await runtime.dispatchFetch('https://edge.example/', { method: 'POST', body: JSON.stringify(data) })
  return response.json()
}

conforms('edge-runtime', () => run(PACKAGE + HANDLER))
conforms('edge-runtime-slim', () => run(SLIM + HANDLER))

const bundles = counting('bundle')
for (const [label, source, count] of [['the package', PACKAGE + HANDLER, 3], ['slim', SLIM + HANDLER, 2]]) {
  bundles.accepts(`edge: ${label} takes its modules from the platform`, async () => {
    const { script, modules } = await bundled(source)
    assert.equal(Object.keys(modules).length, count)
    assert.doesNotMatch(script, /[A-Za-z0-9+/]{100000}/)
  })
  bundles.denies(`edge: ${label} asks for a module of Node`, async () => {
    assert.doesNotMatch((await bundled(source)).script, /['"`]node:|getBuiltinModule|\brequire\(/)
  })
}
