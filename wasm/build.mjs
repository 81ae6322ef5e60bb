// From dist/bindings, which `cargo xtask package` makes, and js/ to what is packed.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

import { build } from 'esbuild'

const { version } = JSON.parse(readFileSync('package.json', 'utf8'))

mkdirSync('dist/wasm', { recursive: true })
mkdirSync('dist/types', { recursive: true })
for (const file of readdirSync('types')) {
  const declarations = readFileSync(`types/${file}`, 'utf8')
  writeFileSync(`dist/types/${file}`, declarations)
  writeFileSync(`dist/types/${file.replace('.d.ts', '.d.cts')}`, declarations.replaceAll(/(from '.*)\.js'/g, "$1.cjs'"))
}

const shared = {
  bundle: true,
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  platform: 'neutral',
  loader: { '.wasm': 'base64' },
  define: { PACKAGE_VERSION: JSON.stringify(version) },
}
// Apart from both modules, so that their errors are of one class.
await build({ ...shared, entryPoints: ['js/errors.ts'], outfile: 'dist/errors.js', format: 'esm' })
await build({ ...shared, entryPoints: ['js/errors.ts'], outfile: 'dist/errors.cjs', format: 'cjs' })
// One facade over two modules: the usual one, and the one that has 国密 as well.
await join({
  module: 'wechatpay',
  bindings: 'dist/bindings',
  loader: '#wasm',
  prefix: '',
  entries: { index: 'js/index.ts', testing: 'js/testing.ts' },
  onNode: { index: 'node', testing: 'node-testing' },
})
await join({
  module: 'shangmi',
  bindings: 'dist/bindings/shangmi',
  loader: '#wasm-shangmi',
  prefix: 'shangmi-',
  entries: { shangmi: 'js/shangmi.ts' },
  onNode: { shangmi: 'node-shangmi' },
})

async function join({ module, bindings, loader, prefix, entries, onNode }) {
  copyFileSync(`${bindings}/wechatpay_bg.wasm`, `dist/${module}.wasm`)
  for (const runtime of ['workerd', 'edge-light']) {
    const source = readFileSync(`js/loaders/${runtime}.js`, 'utf8')
    writeFileSync(`dist/wasm/${prefix}${runtime}.js`, source.replace('wechatpay.wasm', `${module}.wasm`))
  }
  const inline = { path: resolve('js/loaders/inline.ts') }
  const paths = { bindings: resolve(`${bindings}/wechatpay.js`), wasm: resolve(`dist/${module}.wasm`) }
  const plugins = (errors, loadedBy) => [
    moduleAt(paths, loadedBy),
    modulesOfOtherRealms(paths.bindings),
    outside(/^\.\/errors\.js$/, errors),
  ]

  const { metafile } = await build({
    ...shared,
    entryPoints: entries,
    outdir: 'dist',
    chunkNames: `${prefix}shared`,
    splitting: true,
    format: 'esm',
    plugins: plugins('./errors.js', { path: loader, external: true }),
  })
  await build({
    ...shared,
    entryPoints: [inline.path],
    outfile: `dist/wasm/${prefix}inline.js`,
    format: 'esm',
    plugins: plugins('../errors.js', inline),
  })
  const exported = Object.values(entries).map((entry) => `export * from './${entry.replace('.ts', '.js')}'`)
  await build({
    ...shared,
    stdin: { contents: exported.join('\n'), resolveDir: '.' },
    outfile: `dist/${prefix}all.cjs`,
    format: 'cjs',
    plugins: plugins('./errors.cjs', inline),
  })
  // On Node all entries, import and require alike, share one module: one instance, one error class in a process.
  for (const [entry, imported] of Object.entries(onNode)) {
    const names = metafile.outputs[`dist/${entry}.js`].exports.join(', ')
    writeFileSync(
      `dist/${entry}.cjs`,
      `const { ${names} } = require('./${prefix}all.cjs')\nmodule.exports = { ${names} }\n`,
    )
    writeFileSync(`dist/${imported}.js`, `import all from './${prefix}all.cjs'\n\nexport const { ${names} } = all\n`)
  }
}

/** Leaves a file of its own where `filter` imports it. */
function outside(filter, path) {
  return {
    name: 'outside',
    setup({ onResolve }) {
      onResolve({ filter }, () => ({ path, external: true }))
    },
  }
}

/** Puts this module's glue, bytes and loader where the facade names those of the usual one. */
function moduleAt({ bindings, wasm }, loadedBy) {
  return {
    name: 'module-at',
    setup({ onResolve }) {
      onResolve({ filter: /^#wasm$/ }, () => loadedBy)
      onResolve({ filter: /\/dist\/bindings\/wechatpay\.js$/ }, () => ({ path: bindings }))
      onResolve({ filter: /\/dist\/wechatpay\.wasm$/ }, () => ({ path: wasm }))
    },
  }
}

/**
 * The glue compiles whatever is no WebAssembly.Module of its own realm; in a sandbox such as Next's edge runtime the
 * compiled module is one of another. Loaders give modules only, so the step goes.
 */
function modulesOfOtherRealms(bindings) {
  const step = /if \(!\(module instanceof WebAssembly\.Module\)\) \{\s*module = new WebAssembly\.Module\(module\);\s*\}/g
  return {
    name: 'modules-of-other-realms',
    setup({ onLoad }) {
      onLoad({ filter: /\/wechatpay\.js$/ }, ({ path }) => {
        if (path !== bindings) return undefined
        const glue = readFileSync(path, 'utf8')
        if (glue.match(step)?.length !== 1) throw new Error('wasm-bindgen wrote a glue of another form')
        return { contents: glue.replace(step, ''), loader: 'js' }
      })
    },
  }
}
