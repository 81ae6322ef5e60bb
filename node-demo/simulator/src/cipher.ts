import {
  constants,
  createCipheriv,
  privateDecrypt,
  randomInt,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';

export interface Sealed {
  algorithm: 'AEAD_AES_256_GCM';
  ciphertext: string;
  nonce: string;
  associated_data: string;
}

const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** SHA256-RSA2048: RSASSA-PKCS1-v1_5 over the message, as standard base64. */
export function signMessage(message: string | Buffer, key: KeyObject): string {
  return sign('RSA-SHA256', Buffer.from(message), key).toString('base64');
}

/** Base64 must be the canonical form; Node's own decoder would skip what it does not know. */
export function signatureMatches(
  message: string | Buffer,
  signature: string,
  key: KeyObject,
): boolean {
  const bytes = Buffer.from(signature, 'base64');
  if (bytes.toString('base64') !== signature) return false;
  return verify('RSA-SHA256', Buffer.from(message), key, bytes);
}

/** AEAD_AES_256_GCM with the APIv3 key; the tag follows the ciphertext inside the base64. */
export function seal(plaintext: string, apiV3Key: string, associatedData: string): Sealed {
  const nonce = randomText(12);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(apiV3Key), Buffer.from(nonce));
  cipher.setAAD(Buffer.from(associatedData));
  const sealed = [cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()];
  return {
    algorithm: 'AEAD_AES_256_GCM',
    ciphertext: Buffer.concat(sealed).toString('base64'),
    nonce,
    associated_data: associatedData,
  };
}

/** Sensitive fields: RSAES-OAEP with SHA-1. `undefined` when it was not encrypted for this key. */
export function decryptSensitive(ciphertext: string, key: KeyObject): string | undefined {
  try {
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const bytes = Buffer.from(ciphertext, 'base64');
    return privateDecrypt({ key, padding, oaepHash: 'sha1' }, bytes).toString('utf8');
  } catch {
    return undefined;
  }
}

export function randomText(length: number): string {
  return Array.from({ length }, () => ALPHANUMERIC[randomInt(ALPHANUMERIC.length)]).join('');
}
