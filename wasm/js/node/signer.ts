import { constants, type KeyObject, privateDecrypt, sign as signed } from 'node:crypto'

import type * as declared from '../../types/node.js'
import { kind } from '../arguments.js'
import { WechatPayError } from '../errors.js'

export function nodeSigner(key: KeyObject): ReturnType<typeof declared.nodeSigner> {
  const given = key as Partial<KeyObject> | null | undefined
  if (given?.type !== 'private' || given.asymmetricKeyType !== 'rsa') {
    const got = given?.type === undefined ? kind(key) : `a ${given.type} one, ${given.asymmetricKeyType ?? 'symmetric'}`
    throw new WechatPayError('ERR_KEY_INVALID', `nodeSigner takes a private RSA KeyObject of node:crypto; got ${got}`)
  }
  return {
    sign: (message) =>
      new Promise((resolve, reject) => {
        signed('sha256', message, { key, padding: constants.RSA_PKCS1_PADDING }, (error, signature) => {
          if (error === null) resolve(signature)
          else reject(error)
        })
      }),
    decrypt: (ciphertext) =>
      privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, ciphertext),
  }
}
