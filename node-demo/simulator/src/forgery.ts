// Callbacks that are not what they should be, each wrong in exactly one way.

import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';

import { probeSignature } from './faults.js';
import { signHeaders, type SignedHeaders } from './key-ring.js';
import type { PlatformKey } from './platform-keys.js';

export const DELIVERY_KINDS = [
  /** Nothing is wrong. */
  'genuine',
  /** WeChat Pay's own probe: the signature begins WECHATPAY/SIGNTEST/ and is no signature. */
  'probe',
  /** Signed with a stranger's key under WeChat Pay's serial. */
  'forged',
  /** One bit of the ciphertext changed after signing. */
  'flipped-bit',
  /** A serial that names no key. */
  'wrong-serial',
  /** Well signed 301 seconds ago: a replay. */
  'stale',
  /** Well signed 301 seconds from now. */
  'ahead',
  /** No Wechatpay-* headers, as a proxy that filters them leaves it. */
  'unsigned',
] as const;

export type DeliveryKind = (typeof DELIVERY_KINDS)[number];

export interface Delivery extends SignedHeaders {
  body: Buffer;
}

const OUTSIDE_WINDOW = 301_000;
let stranger: KeyObject | undefined;

export function prepareDelivery(
  kind: DeliveryKind,
  body: Buffer,
  key: PlatformKey,
  now: number,
): Delivery {
  const genuine = { ...signHeaders(body, key, now), body };
  switch (kind) {
    case 'genuine':
      return genuine;
    case 'probe':
      return withHeader(genuine, 'Wechatpay-Signature', probeSignature());
    case 'forged':
      return { ...signHeaders(body, { ...key, privateKey: strangersKey() }, now), body };
    case 'flipped-bit':
      return { ...genuine, body: flipBit(body) };
    case 'wrong-serial':
      return withHeader(genuine, 'Wechatpay-Serial', randomBytes(20).toString('hex').toUpperCase());
    case 'stale':
      return { ...signHeaders(body, key, now - OUTSIDE_WINDOW), body };
    case 'ahead':
      return { ...signHeaders(body, key, now + OUTSIDE_WINDOW), body };
    case 'unsigned':
      return { ...genuine, headers: {} };
  }
}

function withHeader(delivery: Delivery, name: string, value: string): Delivery {
  return { ...delivery, headers: { ...delivery.headers, [name]: value } };
}

function strangersKey(): KeyObject {
  stranger ??= generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  return stranger;
}

/** Turns a base64 letter in the middle of the ciphertext into its neighbour; it stays valid JSON. */
function flipBit(body: Buffer): Buffer {
  const start = body.indexOf('"ciphertext":"') + '"ciphertext":"'.length;
  const end = body.indexOf('"', start);
  const flipped = Buffer.from(body);
  for (let at = Math.floor((start + end) / 2); at < end; at += 1) {
    const changed = (flipped[at] ?? 0) ^ 1;
    if (/[0-9A-Za-z+/]/.test(String.fromCharCode(changed))) {
      flipped[at] = changed;
      return flipped;
    }
  }
  throw new Error('the callback body holds no ciphertext to flip a bit in');
}
