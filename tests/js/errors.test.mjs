// The table of codes: one in the core, one in JavaScript, one in each README.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'

import { WechatPayError } from 'wechatpay-wasm'

import { suite } from './support/cases.mjs'

const file = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

const ofJavaScript = [
  'ERR_BODY_NOT_RAW',
  'ERR_REQUEST_ABORTED',
  'ERR_REQUEST_REFUSED',
  'ERR_REQUEST_UNANSWERED',
  'ERR_RESPONSE_UNVERIFIED',
  'ERR_WASM_TRAP',
]
const codes = suite('errors/codes')
codes.accepts('those of the core, and those that only JavaScript can raise', () => {
  const [table] = /CODES: &'static \[&'static str\] = &\[[^\]]*\]/.exec(file('core/src/error.rs'))
  const ofCore = table.match(/ERR_[A-Z0-9_]+/g)
  assert.ok(ofCore.length > 10)
  assert.deepEqual([...WechatPayError.codes], [...ofCore, ...ofJavaScript].sort())
})
codes.accepts('the declared union', () => {
  const [, union] = /type WechatPayErrorCode =([^]*?)\n\n/.exec(file('wasm/types/errors.d.ts'))
  assert.deepEqual(union.match(/ERR_[A-Z0-9_]+/g), [...WechatPayError.codes])
})
for (const readme of ['README.md', 'README.zh-CN.md']) {
  codes.accepts(`the table of ${readme}`, () => {
    const rows = file(`wasm/${readme}`).match(/^\| `ERR_[A-Z0-9_]+` \|/gm) ?? []
    assert.deepEqual(rows.map((row) => row.slice(3, -3)), [...WechatPayError.codes])
  })
}
codes.denies('the table can be changed', () => {
  assert.throws(() => WechatPayError.codes.push('ERR_OTHER'), TypeError)
})

const shape = suite('errors/shape')
shape.accepts('an Error with name, code, message and cause', () => {
  const cause = new Error('why')
  const error = new WechatPayError('ERR_DECRYPT_FAILED', 'what to do', { cause })
  assert.ok(error instanceof Error)
  assert.equal(String(error), 'WechatPayError: what to do')
  assert.equal(error.cause, cause)
  assert.deepEqual(Object.keys(error), ['code'])
  assert.match(error.stack, /^WechatPayError: what to do\n/)
  assert.match(inspect(error), /code: 'ERR_DECRYPT_FAILED'/)
})
