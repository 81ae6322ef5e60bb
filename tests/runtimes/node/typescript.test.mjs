// TypeScript compiles a program against the declarations, and what it writes runs.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { counting } from '../../js/support/counting.mjs'

const require = createRequire(import.meta.url)
const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc')
const directory = fileURLToPath(new URL('.', import.meta.url))

const SOURCE = `
import { Merchant, WechatPayError, type WechatPayErrorCode } from 'wechatpay-wasm'
import { Client } from 'wechatpay-wasm/client'
import { init } from 'wechatpay-wasm/slim'

function code(): WechatPayErrorCode | undefined {
  try {
    new Merchant({ mchid: '1', serialNo: 'AB', privateKey: 'x', apiV3Key: 'x', platformKeys: [] })
  } catch (error) {
    if (error instanceof WechatPayError) return error.code
  }
  return undefined
}

console.log(code(), typeof Client, typeof init)
`
const WRONG = SOURCE.replace("mchid: '1'", 'mchid: 1')

/** What the compiled program says. */
function compiledAndRun(source, file, options) {
  const folder = mkdtempSync(join(directory, 'node_modules/.program-'))
  try {
    writeFileSync(join(folder, file), source)
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    const strict = ['--strict', '--skipLibCheck', 'false', '--types', 'node']
    const target = ['--target', 'es2022', '--lib', 'es2022,esnext.disposable']
    execFileSync(process.execPath, [compiler, ...strict, ...target, ...options, file], {
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
    })
    const script = file.replace(/ts$/, 'js')
    return execFileSync(process.execPath, [script], { cwd: folder, encoding: 'utf8' }).trim()
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const typescript = counting('typescript')
for (const [label, file, options] of [
  ['node16, import', 'program.mts', ['--module', 'node16']],
  ['node16, require', 'program.cts', ['--module', 'node16']],
  ['nodenext', 'program.ts', ['--module', 'nodenext']],
  ['bundler', 'program.ts', ['--module', 'esnext', '--moduleResolution', 'bundler']],
]) {
  typescript.accepts(label, () => {
    assert.equal(compiledAndRun(SOURCE, file, options), 'ERR_KEY_INVALID function function')
  })
  typescript.denies(`${label}: what is wrong compiles`, () => {
    const says = /TS2769[^]*'number' is not assignable to type 'string'/
    assert.throws(() => compiledAndRun(WRONG, file, options), ({ stdout }) => says.test(stdout))
  })
}
