// Whether a text tells a secret, or a body: every error that a suite refuses with is asked.
import { readdirSync, readFileSync } from 'node:fs'

import { API_V3_KEY, transaction } from './platform.mjs'

/** So much of a secret in a row gives it away. */
const PIECE = 12

const folder = new URL('../../vectors/keys/', import.meta.url)
// The appid is an example that messages give.
const { appid: _, ...told } = transaction
let known

/** The first piece of a secret in `text`: a line of a private key of the corpus, the APIv3 key, or what a notification says. */
export function leakIn(text) {
  known ??= new Set([...privateLines(), ...forms(API_V3_KEY), ...values(told)].flatMap(pieces))
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

const forms = (secret) => [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64'), [...Buffer.from(secret)].join(', ')]

/** Their names are in messages, and may be. */
function values(value) {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(values) : []
}
