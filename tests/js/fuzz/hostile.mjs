// Values that no declaration allows, and values that are what they should be only at first sight.
import { createSecretKey } from 'node:crypto'
import { runInNewContext } from 'node:vm'

/** Thrown by what a caller brings along: getters, iterators, traps, functions. */
export class OfCaller extends Error {}

const fail = () => {
  throw new OfCaller('of the caller')
}
const allTraps = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((trap) => [trap, fail]))

function detached(view) {
  structuredClone(view.buffer, { transfer: [view.buffer] })
  return view
}

function revoked(target) {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}

function cyclic() {
  const object = { name: 'x' }
  object.self = object
  object.list = [object]
  return object
}

function deep(depth) {
  let value = []
  for (let at = 0; at < depth; at += 1) value = [value]
  return value
}

const tagged = (tag, more = {}) => ({ [Symbol.toStringTag]: tag, ...more })
const shrunk = () => {
  const buffer = new ArrayBuffer(16, { maxByteLength: 64 })
  const view = new Uint8Array(buffer, 8, 8)
  buffer.resize(4)
  return view
}

/** Name and maker of each: a fresh one every time, as some of them change when they are used. */
export const HOSTILE = Object.entries({
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  zero: () => 0,
  'minus zero': () => -0,
  NaN: () => NaN,
  infinity: () => -Infinity,
  fraction: () => 0.5,
  'large number': () => 2 ** 53,
  'just beyond 32 bits': () => 2 ** 32,
  BigInt: () => 10n,
  symbol: () => Symbol('of the caller'),
  'empty string': () => '',
  'lone surrogate': () => 'a\ud800b',
  'control characters': () => '\0\n\r\u2028\u007f',
  'long string': () => 'A'.repeat(1_000_000),
  'long string of others': () => '支'.repeat(100_000),
  'JSON of depth': () => '['.repeat(100_000),
  proto: () => '__proto__',
  function: () => () => 'x',
  'function that throws': () => fail,
  'function that rejects': () => async () => fail(),
  class: () => class Foo {},
  object: () => ({}),
  'object without a prototype': () => Object.create(null),
  'object with __proto__': () => JSON.parse('{"__proto__":{"key":"x"},"constructor":1}'),
  cyclic,
  'frozen object': () => Object.freeze({ name: 'x' }),
  'object with a getter that throws': () => Object.defineProperty({}, 'headers', { get: fail, enumerable: true }),
  'object whose constructor throws': () => Object.defineProperty({}, 'constructor', { get: fail }),
  'object that is no text': () => ({ toString: fail, valueOf: fail, [Symbol.toPrimitive]: fail }),
  'object with a toJSON that throws': () => ({ toJSON: fail }),
  'object with a BigInt': () => ({ amount: 1n }),
  thenable: () => ({ then: (resolve) => resolve('x') }),
  'thenable that throws': () => ({ then: fail }),
  array: () => [],
  'array of arrays': () => [[['x']], [], [undefined, null]],
  'array with holes': () => [, 'x', ,],
  'array of depth': () => deep(5_000),
  'array that throws': () => Object.defineProperty(['x'], 0, { get: fail }),
  'array-like': () => ({ length: 2 ** 32, 0: 'x' }),
  'iterable that throws': () => ({ [Symbol.iterator]: fail }),
  'iterable that is none': () => ({ [Symbol.iterator]: 1 }),
  'iterable of no pairs': () => new Set([1, 'x', null]),
  'generator that throws': () =>
    (function* () {
      yield ['a', 'b']
      fail()
    })(),
  Map: () => new Map([['a', 'b'], [1, 2]]),
  Date: () => new Date(1_700_000_000_000),
  'invalid Date': () => new Date(NaN),
  'late Date': () => new Date(8.64e15),
  RegExp: () => /x/,
  Error: () => new Error('x'),
  Promise: () => Promise.resolve('x'),
  Headers: () => new Headers({ 'Wechatpay-Nonce': 'x' }),
  URL: () => new URL('https://api.mch.weixin.qq.com/v3/x?a=b#c'),
  URLSearchParams: () => new URLSearchParams('a=b&a=c'),
  FormData: () => new FormData(),
  Request: () => new Request('http://x.example/', { headers: { a: 'b' } }),
  AbortSignal: () => AbortSignal.abort(new OfCaller()),
  'half of an AbortSignal': () => ({ aborted: false, addEventListener: 1 }),
  Blob: () => new Blob(['x']),
  KeyObject: () => createSecretKey(Buffer.from('x')),
  'no bytes': () => new Uint8Array(),
  bytes: () => new Uint8Array([0, 255, 10, 237, 160, 128]),
  Buffer: () => Buffer.from('{"a":1}'),
  'many bytes': () => new Uint8Array(300_000).fill(0x5b),
  'shared bytes': () => new Uint8Array(new SharedArrayBuffer(8)),
  SharedArrayBuffer: () => new SharedArrayBuffer(8),
  'bytes transferred away': () => detached(new Uint8Array(8)),
  'ArrayBuffer transferred away': () => detached(new Uint8Array(8)).buffer,
  'bytes out of bounds': shrunk,
  'bytes of another realm': () => runInNewContext('new Uint8Array([123, 125])'),
  'object of another realm': () => runInNewContext('({ a: [1] })'),
  DataView: () => new DataView(new ArrayBuffer(8)),
  Float64Array: () => new Float64Array([1.5, NaN]),
  BigInt64Array: () => new BigInt64Array([1n]),
  'bytes by their tag': () => tagged('Uint8Array', { length: 3, buffer: 1 }),
  'ArrayBuffer by its tag': () => tagged('ArrayBuffer', { length: 2 ** 33, byteLength: 8 }),
  'Date by its tag': () => tagged('Date'),
  'module by its tag': () => tagged('WebAssembly.Module'),
  'Date that throws': () => Object.assign(new Date(), { getTime: fail }),
  'tag that throws': () => Object.defineProperty({}, Symbol.toStringTag, { get: fail }),
  Proxy: () => new Proxy({ name: 'x' }, {}),
  'Proxy of bytes': () => new Proxy(new Uint8Array(3), {}),
  'Proxy of an array': () => new Proxy(['x'], {}),
  'Proxy that throws': () => new Proxy({}, allTraps),
  'Proxy of a function that throws': () => new Proxy(() => 1, allTraps),
  'revoked Proxy': () => revoked({}),
  'revoked Proxy of an array': () => revoked([]),
  'revoked Proxy of a function': () => revoked(() => 1),
})
