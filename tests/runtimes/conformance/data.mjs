// The vectors and keys that the suites read, as JSON that any runtime can be handed. This file runs on Node.
import { createPublicKey } from 'node:crypto'

import { coverage, key, vectors } from '../../js/support/vectors.mjs'

const KEYS = [
  'flurl-sm2-key',
  'flurl-sm2-pub',
  'throwaway-merchant-key',
  'throwaway-platform-cert',
  'throwaway-platform-key',
  'throwaway-platform-next-key',
  'throwaway-platform-next-pub',
  'wechatpay-java-sm2-merchant-key',
]

export const data = {
  vectors: Object.fromEntries(Object.keys(coverage).map((kind) => [kind, vectors(kind)])),
  keys: Object.fromEntries(KEYS.map((name) => [name, key(name)])),
  publicKeys: publicKeys(),
}

function publicKeys() {
  const kinds = ['apiv3_verify', 'apiv3_notify', 'rsa_sha256_verify']
  const pems = kinds.flatMap((kind) => vectors(kind)).flatMap(({ inputs }) => Object.values(inputs))
  const found = pems.filter((value) => typeof value === 'string' && /^\s*-----BEGIN (?!.*PRIVATE)/.test(value))
  return Object.fromEntries(found.map((pem) => [pem, createPublicKey(pem).export({ type: 'spki', format: 'pem' })]))
}
