// Other implementations of the same protocol, each behind the same functions; one that a peer does not have is missing.
// As the merchant they hold the keys of `merchantOptions`; as the platform they sign with any key they are given.
import { execFileSync, spawn } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'

import { API_V3_KEY, merchantOptions, PUBLIC_KEY_ID } from '../js/support/platform.mjs'
import { key } from '../js/support/vectors.mjs'

const require = createRequire(import.meta.url)
const { mchid, serialNo, privateKey } = merchantOptions

/** The same key pairs for everybody. */
export const platform = { privateKey: key('throwaway-platform-next-key'), publicKey: key('throwaway-platform-next-pub') }
export const merchantPublicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' })

export const peers = [axiosPlugin(), nodeV3(), python(), openssl()]

export const requestMessage = ({ method, path, timestamp, nonce, body }) =>
  `${method}\n${path}\n${timestamp}\n${nonce}\n${body}\n`
export const responseMessage = ({ timestamp, nonce, body }) => `${timestamp}\n${nonce}\n${body}\n`

function axiosPlugin() {
  const { Aes, Formatter, Hash, Rsa, Transformer } = require('wechatpay-axios-plugin')
  const own = Rsa.from(privateKey, 'private')
  return {
    name: 'wechatpay-axios-plugin',
    authorization({ method, path, timestamp, nonce, body }) {
      const signature = Rsa.sign(Formatter.request(method, path, timestamp, nonce, body), own)
      return Formatter.authorization(mchid, nonce, signature, timestamp, serialNo)
    },
    sign: (message, key) => Rsa.sign(message, Rsa.from(key, 'private')),
    verify: ({ timestamp, nonce, body, signature }, key) =>
      Rsa.verify(Formatter.response(timestamp, nonce, body), signature, Rsa.from(key, 'public')),
    encrypt: (text, key) => Rsa.encrypt(text, Rsa.from(key, 'public')),
    decrypt: (ciphertext, key) => Rsa.decrypt(ciphertext, Rsa.from(key, 'private')),
    seal: (text, nonce, associatedData) => Aes.AesGcm.encrypt(text, API_V3_KEY, nonce, associatedData),
    open: ({ body }) => {
      const { ciphertext, nonce, associated_data: associatedData } = JSON.parse(body).resource
      return JSON.parse(Aes.AesGcm.decrypt(ciphertext, API_V3_KEY, nonce, associatedData))
    },
    signV2: (fields, type, key) => Hash.sign(type, fields, key),
    toXml: (fields) => Transformer.toXml(fields),
  }
}

function nodeV3() {
  const WxPay = require('wechatpay-node-v3')
  const holding = (privateKey) =>
    new WxPay({
      appid: 'wx8888888888888888',
      mchid,
      publicKey: Buffer.from(key('throwaway-merchant-cert')),
      privateKey: Buffer.from(privateKey),
      key: API_V3_KEY,
      serial_no: serialNo,
    })
  const pay = holding(privateKey)
  return {
    name: 'wechatpay-node-v3',
    authorization({ method, path, timestamp, nonce, body }) {
      return pay.getAuthorization(nonce, String(timestamp), pay.getSignature(method, nonce, String(timestamp), path, body))
    },
    sign: (message, key) => holding(key).sha256WithRsa(message),
    verify({ timestamp, nonce, body, signature }, key) {
      WxPay.certificates[PUBLIC_KEY_ID] = key
      return pay.verifySign({ timestamp, nonce, body, serial: PUBLIC_KEY_ID, signature })
    },
    encrypt: (text, key) => pay.publicEncrypt(text, Buffer.from(key)),
    decrypt: (ciphertext, key) => holding(key).privateDecrypt(ciphertext),
  }
}

/** One process for all cases: a question a line, an answer a line, until the last case was run. */
function python() {
  const script = fileURLToPath(new URL('judge.py', import.meta.url))
  const child = spawn(process.env.PEERS_PYTHON ?? 'python3', [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting = []
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift().resolve(JSON.parse(line)))
  child.on('close', (code) => waiting.forEach(({ reject }) => reject(new Error(`python3 ended with ${code}`))))
  after(() => child.stdin.end())
  const ask = (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject })
      child.stdin.write(`${JSON.stringify(question)}\n`)
    })
  const call = async (operation, ...values) => {
    const { result, error } = await ask({ operation, values })
    if (error !== undefined) throw new Error(error)
    return result
  }
  return {
    name: 'wechatpayv3',
    authorization: (request) => call('authorization', request),
    sign: (message, key) => call('sign', message, key),
    verify: (message, key) => call('verify', message, key),
    encrypt: (text, key) => call('encrypt', text, key),
    decrypt: (ciphertext, key) => call('decrypt', ciphertext, key),
    seal: (text, nonce, associatedData) => call('seal', text, nonce, associatedData),
    open: (delivery) => call('open', delivery),
    reachNetwork: () => call('reach_network'),
  }
}

/** The command line, on files of a folder of its own. */
function openssl() {
  const folder = mkdtempSync(join(tmpdir(), 'peers-'))
  after(() => rmSync(folder, { recursive: true }))
  const file = (name, content) => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }
  const run = (args, input) => execFileSync('openssl', args, { input, stdio: ['pipe', 'pipe', 'ignore'] })
  const oaep = ['-pkeyopt', 'rsa_padding_mode:oaep', '-pkeyopt', 'rsa_oaep_md:sha1']
  return {
    name: 'openssl',
    sign: (message, key) => run(['dgst', '-sha256', '-sign', file('key.pem', key)], message).toString('base64'),
    verify({ signature, ...message }, key) {
      const signed = file('signature', Buffer.from(signature, 'base64'))
      try {
        run(['dgst', '-sha256', '-verify', file('public.pem', key), '-signature', signed], responseMessage(message))
        return true
      } catch {
        return false
      }
    },
    encrypt: (text, key) => run(['pkeyutl', '-encrypt', '-pubin', '-inkey', file('public.pem', key), ...oaep], text).toString('base64'),
    decrypt: (ciphertext, key) =>
      run(['pkeyutl', '-decrypt', '-inkey', file('key.pem', key), ...oaep], Buffer.from(ciphertext, 'base64')).toString(),
  }
}
