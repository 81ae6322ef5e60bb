// WeChat Pay in 国密: `openssl` signs, encrypts and judges; SM4 in GCM is built here on the SM4 of node:crypto.
import { execFile } from 'node:child_process'
import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'wechatpay-shangmi-'))
process.on('exit', () => rmSync(folder, { recursive: true }))
let files = 0

async function withFiles(contents, work) {
  const paths = contents.map(() => join(folder, String((files += 1))))
  await Promise.all(paths.map((path, at) => writeFile(path, contents[at])))
  try {
    return await work(...paths)
  } finally {
    await Promise.all(paths.map((path) => rm(path)))
  }
}

const openssl = async (...args) => (await run('openssl', args, { encoding: 'buffer', maxBuffer: 2 ** 26 })).stdout
const asSm2 = (userId) => ['-rawin', '-digest', 'sm3', '-pkeyopt', `distid:${userId}`]
const USER_ID = '1234567812345678'

export const sign = (privateKey, message, userId = USER_ID) =>
  withFiles([privateKey, message], (key, file) =>
    openssl('pkeyutl', '-sign', ...asSm2(userId), '-inkey', key, '-in', file),
  )

/** The private key serves: the public half is in it. */
export const verify = (privateKey, message, signature) =>
  withFiles([privateKey, message, signature], (key, file, sig) =>
    openssl('pkeyutl', '-verify', ...asSm2(USER_ID), '-inkey', key, '-in', file, '-sigfile', sig).then(
      () => true,
      () => false,
    ),
  )

export const encrypt = (privateKey, plaintext) =>
  withFiles([privateKey, plaintext], (key, file) => openssl('pkeyutl', '-encrypt', '-inkey', key, '-in', file))

export const decrypt = (privateKey, ciphertext) =>
  withFiles([privateKey, ciphertext], (key, file) => openssl('pkeyutl', '-decrypt', '-inkey', key, '-in', file))

/** A PKCS#8 key of its own. */
export const freshKey = async () => (await openssl('genpkey', '-algorithm', 'SM2')).toString()

export const publicKeyOf = (privateKey) =>
  withFiles([privateKey], async (key) => (await openssl('pkey', '-in', key, '-pubout')).toString())

/** The key as `openssl ec` writes it: SEC1, labelled SM2 PRIVATE KEY. */
export const sec1 = (privateKey) =>
  withFiles([privateKey], async (key) => (await openssl('ec', '-in', key)).toString())

/** The results of `work` for 0 to `count` - 1, a few at a time. */
export async function pool(count, work) {
  const results = []
  let next = 0
  const worker = async () => {
    while (next < count) {
      const at = next
      next += 1
      results[at] = await work(at)
    }
  }
  await Promise.all(Array.from({ length: 4 }, worker))
  return results
}

/** A `resource` as WeChat Pay encrypts it, with any of its members changed. */
export function resource(apiV3Key, plaintext, { nonce = randomBytes(6).toString('hex'), associatedData = 'transaction' } = {}) {
  const key = createHash('sm3').update(apiV3Key).digest().subarray(0, 16)
  const sealed = sealSm4Gcm(key, Buffer.from(nonce), Buffer.from(associatedData ?? ''), Buffer.from(plaintext))
  return {
    original_type: 'transaction',
    algorithm: 'AEAD_SM4_GCM',
    ciphertext: sealed.toString('base64'),
    associated_data: associatedData,
    nonce,
  }
}

/** NIST SP 800-38D §7.1 with a nonce of 96 bits: ciphertext, then tag. */
function sealSm4Gcm(key, nonce, associatedData, plaintext) {
  const counter = (number) => Buffer.concat([nonce, Buffer.from([0, 0, 0, number])])
  const ecb = createCipheriv('sm4-ecb', key, null)
  const hashKey = ecb.update(Buffer.alloc(16))
  const mask = ecb.update(counter(1))
  const ciphertext = createCipheriv('sm4-ctr', key, counter(2)).update(plaintext)
  const lengths = Buffer.alloc(16)
  lengths.writeBigUInt64BE(BigInt(associatedData.length) * 8n, 0)
  lengths.writeBigUInt64BE(BigInt(ciphertext.length) * 8n, 8)
  const hash = ghash(number(hashKey), [...blocks(associatedData), ...blocks(ciphertext), number(lengths)])
  const tag = Buffer.from((hash ^ number(mask)).toString(16).padStart(32, '0'), 'hex')
  return Buffer.concat([ciphertext, tag])
}

const number = (block) => BigInt(`0x${block.toString('hex')}`)

function blocks(bytes) {
  const padded = Buffer.concat([bytes, Buffer.alloc((16 - (bytes.length % 16)) % 16)])
  return Array.from({ length: padded.length / 16 }, (_, at) => number(padded.subarray(16 * at, 16 * at + 16)))
}

const ghash = (key, values) => values.reduce((state, value) => multiply(state ^ value, key), 0n)

/** In GF(2^128), most significant bit first (NIST SP 800-38D §6.3). */
function multiply(left, right) {
  let product = 0n
  let shifted = right
  for (let bit = 127n; bit >= 0n; bit -= 1n) {
    if ((left >> bit) & 1n) product ^= shifted
    shifted = shifted & 1n ? (shifted >> 1n) ^ (0xe1n << 120n) : shifted >> 1n
  }
  return product
}
