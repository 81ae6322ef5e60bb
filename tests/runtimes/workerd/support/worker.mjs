// A worker, bundled as wrangler bundles it, on workerd.
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'

import { build } from 'esbuild'
import { Miniflare } from 'miniflare'

// Nothing is fetched from the network.
process.env.CLOUDFLARE_CF_FETCH_ENABLED = 'false'
process.env.WRANGLER_SEND_METRICS = 'false'

const project = fileURLToPath(new URL('..', import.meta.url))

/** The modules that `source` becomes. */
export async function bundled(source) {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: project, sourcefile: 'worker.mjs' },
    outdir: join(project, 'dist'),
    entryNames: 'worker',
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['workerd', 'worker', 'browser'],
    loader: { '.wasm': 'copy' },
    logLevel: 'error',
  })
  return outputFiles
    .map(({ path, contents }) => ({ type: path.endsWith('.wasm') ? 'CompiledWasm' : 'ESModule', path, contents }))
    .sort((one, other) => Number(one.type === 'CompiledWasm') - Number(other.type === 'CompiledWasm'))
}

/** Workers that run until the tests of the file are over. */
export async function running(...workers) {
  const miniflare = new Miniflare({
    workers: workers.map((worker) => ({
      compatibilityDate: '2026-04-01',
      modulesRoot: dirname(worker.modules[0].path),
      ...worker,
    })),
    cf: false,
  })
  await miniflare.ready
  after(() => miniflare.dispose())
  return miniflare
}

