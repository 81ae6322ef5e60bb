// The Worker, bundled as wrangler bundles it, on workerd.
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';
import { Miniflare } from 'miniflare';

// Nothing is fetched from the network.
process.env.CLOUDFLARE_CF_FETCH_ENABLED = 'false';
process.env.WRANGLER_SEND_METRICS = 'false';

const project = fileURLToPath(new URL('..', import.meta.url));
const running = [];
let modules;

async function bundled() {
  const { outputFiles } = await build({
    entryPoints: [`${project}src/worker.js`],
    outdir: `${project}dist`,
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['workerd', 'worker', 'browser'],
    loader: { '.wasm': 'copy' },
    logLevel: 'error',
  });
  return outputFiles
    .map(({ path, contents }) => ({
      type: path.endsWith('.wasm') ? 'CompiledWasm' : 'ESModule',
      path,
      contents,
    }))
    .sort(
      (one, other) => Number(one.type === 'CompiledWasm') - Number(other.type === 'CompiledWasm'),
    );
}

/** A Worker with these variables; its address. */
export async function startWorker(bindings) {
  modules ??= await bundled();
  const miniflare = new Miniflare({
    host: '127.0.0.1',
    port: 0,
    cf: false,
    compatibilityDate: '2026-04-01',
    modulesRoot: `${project}dist`,
    modules,
    bindings,
  });
  const url = await miniflare.ready;
  running.push(miniflare);
  return url.origin;
}

export async function stopWorkers() {
  await Promise.all(running.map((miniflare) => miniflare.dispose()));
}
