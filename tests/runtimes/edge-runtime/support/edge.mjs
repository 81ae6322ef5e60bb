// Vercel's edge runtime. Its builder bundles with the condition `edge-light`, and hands compiled modules over as globals.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { EdgeRuntime } from 'edge-runtime'
import { build } from 'esbuild'

const project = fileURLToPath(new URL('..', import.meta.url))

/** The script, and the modules that it takes as globals. */
export async function bundled(source) {
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

/** Runs a script; `globals` are what the platform adds to the usual ones. */
export async function running(source, globals = {}) {
  const { script, modules } = await bundled(source)
  const compiled = Object.entries(modules).map(([name, bytes]) => [name, new WebAssembly.Module(bytes)])
  return new EdgeRuntime({
    extend: (context) => Object.assign(context, Object.fromEntries(compiled), globals),
    initialCode: script,
  })
}
