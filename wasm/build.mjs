// From dist/bindings, which `cargo xtask package` makes, and js/ to what is packed.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

import { build } from 'esbuild'

const { version } = JSON.parse(readFileSync('package.json', 'utf8'))

/** Takes a twentieth off, and does not change how fast a module is. */
const WASM_OPT = 'node_modules/binaryen/bin/wasm-opt'

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
// Apart from every facade, so that their errors are of one class.
await build({ ...shared, entryPoints: ['js/errors.ts'], outfile: 'dist/errors.js', format: 'esm' })
await build({ ...shared, entryPoints: ['js/errors.ts'], outfile: 'dist/errors.cjs', format: 'cjs' })

const wechatpay = await wasmModule({ name: 'wechatpay', bindings: 'dist/bindings', prefix: '' })
const extras = await wasmModule({ name: 'extras', bindings: 'dist/bindings/extras', prefix: 'extras-' })
const shangmi = await wasmModule({ name: 'shangmi', bindings: 'dist/bindings/shangmi', prefix: 'shangmi-' })

// A bundler leaves dist/extras.js and its module out where nothing of it is imported.
const usual = await facade({
  entries: { core: 'js/core.ts', extras: 'js/extras.ts', testing: 'js/testing.ts' },
  all: 'all',
  modules: { '#wasm': wechatpay, '#wasm-extras': extras },
})
writeFileSync('dist/index.js', "export * from './core.js'\nexport * from './extras.js'\n")
onNode({ entry: 'index', imported: 'node', all: 'all', names: [...usual.core, ...usual.extras] })
onNode({ entry: 'testing', imported: 'node-testing', all: 'all', names: usual.testing })

// 国密 reaches into everything, so here one module has it all.
const withShangmi = await facade({
  entries: { shangmi: 'js/shangmi.ts' },
  all: 'shangmi-all',
  modules: { '#wasm': shangmi, '#wasm-extras': shangmi },
})
onNode({ entry: 'shangmi', imported: 'node-shangmi', all: 'shangmi-all', names: withShangmi.shangmi })

// The first two without a module, which the program gives.
const slim = await facade({
  entries: { 'slim-core': 'js/slim/core.ts', 'slim-extras': 'js/slim/extras.ts' },
  all: 'slim-all',
  modules: {
    '#wasm': given(wechatpay, 'js/slim/core-module.ts'),
    '#wasm-extras': given(extras, 'js/slim/extras-module.ts'),
  },
})
writeFileSync('dist/slim.js', "export * from './slim-core.js'\nexport * from './slim-extras.js'\n")
onNode({ entry: 'slim', imported: 'node-slim', all: 'slim-all', names: [...slim['slim-core'], ...slim['slim-extras']] })

// What works on the merchant that it is given, and has no module of its own.
await plain({ adapters: 'js/adapters/index.ts', client: 'js/client/index.ts', signer: 'js/node/index.ts' })
await build({
  ...shared,
  entryPoints: { cli: 'js/cli/main.ts' },
  outdir: 'dist',
  format: 'esm',
  external: ['node:*', 'wechatpay-wasm', 'wechatpay-wasm/client'],
})

/** Puts the bytes of a module, and what loads them, into dist. */
async function wasmModule({ name, bindings, prefix }) {
  const wasm = resolve(`dist/${name}.wasm`)
  const compiled = `${bindings}/wechatpay_bg.wasm`
  execFileSync(process.execPath, [WASM_OPT, '-Oz', '--strip-target-features', compiled, '-o', wasm])
  for (const runtime of ['workerd', 'edge-light']) {
    const source = readFileSync(`js/loaders/${runtime}.js`, 'utf8')
    writeFileSync(`dist/wasm/${prefix}${runtime}.js`, source.replace('wechatpay.wasm', `${name}.wasm`))
  }
  for (const [format, extension] of [['esm', 'js'], ['cjs', 'cjs']]) {
    await build({
      ...shared,
      entryPoints: ['js/loaders/inline.ts'],
      outfile: `dist/wasm/${prefix}inline.${extension}`,
      format,
      plugins: [redirected({ [resolve('dist/wechatpay.wasm')]: { path: wasm } })],
    })
  }
  return {
    glue: resolve(bindings, 'wechatpay.js'),
    imported: { path: name === 'wechatpay' ? '#wasm' : `#wasm-${name}`, external: true },
    required: { path: `./wasm/${prefix}inline.cjs`, namespace: 'required' },
  }
}

/** The same module, with nothing but a function that takes it. */
function given({ glue }, loader) {
  const path = resolve(loader)
  return { glue, imported: { path }, required: { path } }
}

/** Joins the facade with its modules; gives the names that each entry exports. */
async function facade({ entries, all, modules }) {
  const { '#wasm': core, '#wasm-extras': extras } = modules
  const glues = {
    [resolve('dist/bindings/wechatpay.js')]: { path: core.glue },
    [resolve('dist/bindings/extras/wechatpay.js')]: { path: extras.glue },
  }
  const host = { '#host': { path: resolve('js/host.ts') } }
  // One module has one instance, so that whatever ends it ends it for all.
  const instances = core === extras ? { [resolve('js/extras-instance.ts')]: { path: resolve('js/instance.ts') } } : {}
  const plugins = (errors, loaders) => [
    redirected({ ...glues, ...host, ...instances, ...loaders }),
    modulesOfOtherRealms(),
    outside(/^\.\.?\/errors\.js$/, errors),
  ]
  const loaders = (way) => Object.fromEntries(Object.entries(modules).map(([name, module]) => [name, module[way]]))

  const { metafile } = await build({
    ...shared,
    entryPoints: entries,
    outdir: 'dist',
    chunkNames: '[name]-[hash]',
    splitting: true,
    format: 'esm',
    plugins: plugins('./errors.js', loaders('imported')),
  })
  const exported = Object.values(entries).map((entry) => `export * from './${entry.replace('.ts', '.js')}'`)
  // What Node reads at every start is short; names stay, and with them the traces of errors.
  const useNodeCrypto = "import { useNodeCrypto } from './js/node-crypto.ts'\nuseNodeCrypto()"
  await build({
    ...shared,
    stdin: { contents: [...exported, useNodeCrypto].join('\n'), resolveDir: '.' },
    outfile: `dist/${all}.cjs`,
    format: 'cjs',
    minifyWhitespace: true,
    minifySyntax: true,
    plugins: [...plugins('./errors.cjs', loaders('required')), requiredWhenCalled()],
  })
  return Object.fromEntries(
    Object.keys(entries).map((entry) => [entry, metafile.outputs[`dist/${entry}.js`].exports]),
  )
}

/** Entries that have no module of their own. */
async function plain(entries) {
  const { metafile } = await build({
    ...shared,
    entryPoints: entries,
    outdir: 'dist',
    format: 'esm',
    external: ['node:*'],
    plugins: [outside(/\/errors\.js$/, './errors.js')],
  })
  await build({
    ...shared,
    entryPoints: entries,
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    external: ['node:*'],
    plugins: [outside(/\/errors\.js$/, './errors.cjs')],
  })
  // On Node one class of errors in a process, imported and required alike.
  for (const entry of Object.keys(entries)) {
    const names = metafile.outputs[`dist/${entry}.js`].exports.join(', ')
    writeFileSync(`dist/node-${entry}.js`, `import all from './${entry}.cjs'\n\nexport const { ${names} } = all\n`)
  }
}

/** On Node all entries, import and require alike, share one file: one instance, one error class in a process. */
function onNode({ entry, imported, all, names }) {
  const list = [...names].sort().join(', ')
  writeFileSync(`dist/${entry}.cjs`, `const { ${list} } = require('./${all}.cjs')\nmodule.exports = { ${list} }\n`)
  writeFileSync(`dist/${imported}.js`, `import all from './${all}.cjs'\n\nexport const { ${list} } = all\n`)
}

/** Puts one thing where another is imported, by its path or its name. */
function redirected(places) {
  return {
    name: 'redirected',
    setup({ onResolve }) {
      onResolve({ filter: /^#|^\.\.?\// }, ({ path, resolveDir }) => {
        const place = path.startsWith('#') ? path : resolve(resolveDir, path)
        return places[place] ?? places[place.replace(/\.js$/, '.ts')]
      })
    },
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

/** A loader whose file, with all the bytes of the module in it, is read when the module starts. */
function requiredWhenCalled() {
  return {
    name: 'required-when-called',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^\.\/wasm\// }, ({ path }) => ({ path, external: true }))
      onLoad({ filter: /./, namespace: 'required' }, ({ path }) => ({
        contents: `export default () => require(${JSON.stringify(path)}).default()`,
      }))
    },
  }
}

/**
 * The glue compiles whatever is no WebAssembly.Module of its own realm; in a sandbox such as Next's edge runtime the
 * compiled module is one of another. Loaders give modules only, so the step goes.
 */
function modulesOfOtherRealms() {
  const step = /if \(!\(module instanceof WebAssembly\.Module\)\) \{\s*module = new WebAssembly\.Module\(module\);\s*\}/g
  return {
    name: 'modules-of-other-realms',
    setup({ onLoad }) {
      onLoad({ filter: /\/dist\/bindings\/.*wechatpay\.js$/ }, ({ path }) => {
        const glue = readFileSync(path, 'utf8')
        if (glue.match(step)?.length !== 1) throw new Error('wasm-bindgen wrote a glue of another form')
        return { contents: glue.replace(step, ''), loader: 'js' }
      })
    },
  }
}
