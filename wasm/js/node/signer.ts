import { constants, type KeyObject, privateDecrypt, sign as signed } from 'node:crypto'

import type * as declared from '../../types/node.js'
import { kind, reading, short } from '../arguments.js'
import { WechatPayError } from '../errors.js'

export function nodeSigner(key: KeyObject): ReturnType<typeof declared.nodeSigner> {
  const given = key as Partial<KeyObject> | null | undefined
  const { type, asymmetricKeyType } = reading('the key of nodeSigner', () => ({
    type: given?.type,
    asymmetricKeyType: given?.asymmetricKeyType,
  }))
  if (type !== 'private' || asymmetricKeyType !== 'rsa') {
    const got = type === undefined ? kind(key) : short(`a ${String(type)} one, ${String(asymmetricKeyType ?? 'symmetric')}`)
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
