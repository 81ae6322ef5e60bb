// Whether a text tells a secret, or a body: every error that a suite refuses with is asked.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { inspect } from 'node:util'

import { API_V3_KEY, transaction } from './platform.mjs'

/** So much of a secret in a row gives it away. */
const PIECE = 11

/** What the suites take as APIv3 key, APIv2 key, Token, AppSecret and AppKey. */
const TEXTS = [
  API_V3_KEY,
  'throw-away-APIv2-key-of-32-chars',
  'another-APIv2-key-of-32-letters.',
  '192006250b4c09247ec02edce69f6a2d',
  'AAAAAtoken1',
  '0123456789abcdef0123456789abcdef',
  'live-app-key',
  'sandbox-app-key',
]

/** What they take as session_key, key of the server API and EncodingAESKey: base64. */
const BASE64 = [
  'tiihtNczf5v6AKRyjwEUhQ==',
  'otUpngOjU+nVQaWJIC3D/yMLV17RKaP6t4Ot9tbnzLY=',
  'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
]

const folder = new URL('../../vectors/keys/', import.meta.url)
// The appid is an example that messages give.
const { appid: _, ...told } = transaction
let known

/** The error: neither it nor its cause tells a secret, or anything of a body. */
export function discreet(error) {
  const shown = inspect(error, { depth: 9, showHidden: true })
  assert.equal(leakIn(shown), undefined, shown)
  return error
}

/** The first piece of a secret in `text`: a line of a private key of the corpus, another key of the suites, or what a notification says. */
export function leakIn(text) {
  known ??= new Set([...privateLines(), ...keys(), ...values(told)].flatMap(pieces))
  return pieces(text).find((piece) => known.has(piece))
}

function pieces(text) {
  return Array.from({ length: Math.max(0, text.length - PIECE + 1) }, (_, at) => text.slice(at, at + PIECE))
}

/** The base64 of every private key, of RSA keys without the first lines, which are the same in the public half. */
function privateLines() {
  const texts = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'))
  return texts
    .filter((text) => text.includes('PRIVATE KEY-----'))
    .map((text) => text.split(/\r?\n/))
    .flatMap((lines) => lines.slice(lines.length > 12 ? 8 : 1))
    .filter((line) => !line.startsWith('-'))
}

function keys() {
  const texts = [...TEXTS, ...BASE64]
  const bytes = [...texts.map((text) => Buffer.from(text)), ...BASE64.map((text) => Buffer.from(text, 'base64'))]
  return [...texts, ...bytes.flatMap((key) => [key.toString('hex'), key.toString('base64'), [...key].join(', ')])]
}

/** Their names are in messages, and may be. */
function values(value) {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(values) : []
}
