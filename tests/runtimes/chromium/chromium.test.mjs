// Chromium, in a page under the policy that the README names. No request leaves the machine.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'

import { build } from 'esbuild'
import { chromium } from 'playwright-core'

import { counting } from '../../js/support/counting.mjs'
import { data } from '../conformance/data.mjs'
import { conforms } from '../support/conforms.mjs'

const project = fileURLToPath(new URL('.', import.meta.url))
const require = createRequire(import.meta.url)
const CHROMIUM = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome']
const ORIGIN = 'https://page.example'
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"

const PACKAGE = `
import * as wechatpay from 'wechatpay-wasm'
import * as shangmi from 'wechatpay-wasm/shangmi'
const packages = async () => ({ wechatpay, shangmi })`

const SLIM = `
import * as wechatpay from 'wechatpay-wasm/slim'
async function packages() {
  wechatpay.init(await WebAssembly.compileStreaming(fetch('/wechatpay.wasm')))
  wechatpay.initExtras(await WebAssembly.compileStreaming(fetch('/extras.wasm')))
  return { wechatpay }
}`

const ANSWER = `
import { conformance } from '../conformance/index.mjs'
globalThis.answer = async (data) => conformance({ ...(await packages()), data })`

const executablePath = CHROMIUM.find((path) => path !== undefined && existsSync(path))
assert.ok(executablePath, 'install chromium, or name it in CHROMIUM')
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-background-networking'] })
after(() => browser.close())

async function bundled(source) {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: project },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    logLevel: 'error',
  })
  return outputFiles[0].text
}

/** A page with `source` in it. */
async function page(source, policy = POLICY) {
  const script = await bundled(source)
  const opened = await browser.newPage()
  await opened.route('**/*', (route) => {
    const { origin, pathname } = new URL(route.request().url())
    if (origin !== ORIGIN) return route.abort()
    if (pathname === '/') {
      const body = '<!doctype html><script type="module" src="/script.js"></script>'
      return route.fulfill({ contentType: 'text/html', headers: { 'Content-Security-Policy': policy }, body })
    }
    if (pathname === '/script.js') return route.fulfill({ contentType: 'text/javascript', body: script })
    if (!pathname.endsWith('.wasm')) return route.fulfill({ status: 404 })
    const body = readFileSync(require.resolve(`wechatpay-wasm${pathname}`))
    return route.fulfill({ contentType: 'application/wasm', body })
  })
  await opened.goto(ORIGIN)
  await opened.waitForFunction(() => globalThis.answer !== undefined)
  return opened
}

const run = async (source) => (await page(source)).evaluate((given) => globalThis.answer(given), data)

conforms('chromium', () => run(PACKAGE + ANSWER))
conforms('chromium-slim', () => run(SLIM + ANSWER))

const bundles = counting('bundle')
bundles.denies('browser: the bundle asks for a module of Node', async () => {
  for (const source of [PACKAGE, SLIM]) {
    assert.doesNotMatch(await bundled(source + ANSWER), /['"`]node:|getBuiltinModule|\brequire\(/)
  }
})

const policy = counting('content_security_policy')
const MAKE = `
import { Merchant } from 'wechatpay-wasm'
globalThis.answer = (options) => {
  try {
    return new Merchant(options).serialNo
  } catch ({ code, message }) {
    return { code, message }
  }
}`
const options = {
  mchid: '1900000001',
  serialNo: '1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C',
  privateKey: data.keys['throwaway-merchant-key'],
  apiV3Key: '0123456789abcdefghijklmnopqrstuv',
  platformKeys: [],
}
const made = async (allowed) => {
  const opened = await page(MAKE, `script-src 'self' ${allowed}`)
  return opened.evaluate((given) => globalThis.answer(given), options)
}
policy.accepts("'wasm-unsafe-eval' is enough", async () => assert.equal(await made("'wasm-unsafe-eval'"), options.serialNo))
policy.denies('a policy without it: the error says what it has to allow', async () => {
  const { code, message } = await made('')
  assert.equal(code, 'ERR_WASM_TRAP')
  assert.match(message, /'wasm-unsafe-eval'/)
})
