// node:crypto as an oracle: reads one `[name, argument]` a line, answers each with a line, `[result]` or `{"error"}`.
// Bytes travel as base64.
const crypto = require('node:crypto')
const { createInterface } = require('node:readline')

const bytes = (text) => Buffer.from(text, 'base64')
const pss = (key, saltLength) => ({ key, saltLength, padding: crypto.constants.RSA_PKCS1_PSS_PADDING })

const oaep = (key) => ({ key, padding: crypto.constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' })

const operations = {
  /** Ciphertext, then tag. */
  sealAes256Gcm({ key, nonce, associatedData, text }) {
    const cipher = crypto.createCipheriv('aes-256-gcm', bytes(key), bytes(nonce)).setAAD(bytes(associatedData))
    return Buffer.concat([cipher.update(bytes(text)), cipher.final(), cipher.getAuthTag()]).toString('base64')
  },

  /** The text, or null where the tag does not match. */
  openAes256Gcm({ key, nonce, associatedData, sealed }) {
    const ciphertext = bytes(sealed)
    const decipher = crypto.createDecipheriv('aes-256-gcm', bytes(key), bytes(nonce), { authTagLength: 16 })
    decipher.setAAD(bytes(associatedData)).setAuthTag(ciphertext.subarray(-16))
    const head = decipher.update(ciphertext.subarray(0, -16))
    try {
      return Buffer.concat([head, decipher.final()]).toString('base64')
    } catch {
      return null
    }
  },

  /** RSAES-OAEP with SHA-1. */
  encryptOaep: ({ key, text }) => crypto.publicEncrypt(oaep(key), bytes(text)).toString('base64'),

  /** The text, or null where there is none. */
  decryptOaep({ key, ciphertext }) {
    try {
      return crypto.privateDecrypt(oaep(key), bytes(ciphertext)).toString('base64')
    } catch {
      return null
    }
  },

  /** RSASSA-PSS with SHA-256. */
  signPss: ({ key, message, saltLength }) =>
    crypto.sign('sha256', bytes(message), pss(key, saltLength)).toString('base64'),

  verifyPss: ({ key, message, saltLength, signature }) =>
    crypto.verify('sha256', bytes(message), pss(key, saltLength), bytes(signature)),
}

createInterface({ input: process.stdin }).on('line', (line) => {
  let answer
  try {
    const [name, argument] = JSON.parse(line)
    answer = [operations[name](argument)]
  } catch (error) {
    answer = { error: String(error) }
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
})
