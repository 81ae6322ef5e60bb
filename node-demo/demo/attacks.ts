// What somebody between the parties, or a clock, can do to a payment. Each is wrong in exactly one way.

import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

export const ATTACKS = [
  'none',
  // On the way of a callback.
  'flip',
  'forged',
  'serial',
  'unsigned',
  'probe',
  'replay',
  'stale',
  'clock',
  'lost',
  // On the way of the order, to WeChat Pay and back.
  'request',
  'answer',
  // On the phone.
  'paysign',
] as const;

export type Attack = (typeof ATTACKS)[number];

/** An HTTP message on its way. */
export interface Letter {
  headers: Record<string, string>;
  body: Buffer;
}

/** One second outside the 300 that a callback may be away from the clock of the backend. */
const OUTSIDE_WINDOW = 301_000;
const SIGNTEST = 'WECHATPAY/SIGNTEST/';
let stranger: KeyObject | undefined;

/** What arrives at the backend in place of the callback that was sent; `undefined` when nothing does. */
export function tamperCallback(attack: Attack, sent: Letter): Letter | undefined {
  switch (attack) {
    case 'flip':
      return { ...sent, body: flipBit(sent.body) };
    case 'forged':
      return withHeader(sent, 'wechatpay-signature', strangersSignature(sent));
    case 'serial':
      return withHeader(sent, 'wechatpay-serial', randomBytes(20).toString('hex').toUpperCase());
    case 'probe': {
      const signature = `${SIGNTEST}${randomBytes(160).toString('base64')}`;
      return withHeader(sent, 'wechatpay-signature', signature);
    }
    case 'unsigned': {
      const kept = Object.entries(sent.headers).filter(([name]) => !/^wechatpay-/i.test(name));
      return { ...sent, headers: Object.fromEntries(kept) };
    }
    case 'lost':
      return undefined;
    default:
      return sent;
  }
}

/** When the sender says it signed, in milliseconds. */
export function signedAt({ headers }: Letter): number {
  return Number(lowerCased(headers)['wechatpay-timestamp']) * 1000;
}

/** How far the clock of the backend is from the one that signed the callback, in milliseconds. */
export function clockShift(attack: Attack): number {
  if (attack === 'stale') return OUTSIDE_WINDOW;
  return attack === 'clock' ? -OUTSIDE_WINDOW : 0;
}

/** The order on its way to WeChat Pay: one fen will do. */
export function tamperRequest(attack: Attack, body: Buffer): Buffer {
  return attack === 'request'
    ? Buffer.from(body.toString('utf8').replace(/("total":)\d+/, (_, name) => `${name}1`))
    : body;
}

/** The answer on its way back: another prepay_id. */
export function tamperAnswer(attack: Attack, body: Buffer): Buffer {
  return attack === 'answer'
    ? Buffer.from(body.toString('utf8').replace(/("prepay_id":"[^"]*)[^"]"/, '$1!"'))
    : body;
}

/** The three lines a callback's signature is over. */
export function callbackMessage({ headers, body }: Letter): string | undefined {
  const { 'wechatpay-timestamp': timestamp, 'wechatpay-nonce': nonce } = lowerCased(headers);
  if (timestamp === undefined || nonce === undefined) return undefined;
  return `${timestamp}\n${nonce}\n${body.toString('utf8')}\n`;
}

function strangersSignature(letter: Letter): string {
  stranger ??= generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  return sign('RSA-SHA256', Buffer.from(callbackMessage(letter) ?? ''), stranger).toString('base64');
}

/** Replaces a header whatever the case of its name. */
function withHeader(letter: Letter, name: string, value: string): Letter {
  const headers = Object.entries(letter.headers).map(
    ([known, old]) => [known, known.toLowerCase() === name ? value : old] as const,
  );
  return { ...letter, headers: Object.fromEntries(headers) };
}

/** Turns a base64 letter in the middle of the ciphertext into its neighbour; it stays valid JSON. */
function flipBit(body: Buffer): Buffer {
  const start = body.indexOf('"ciphertext":"') + '"ciphertext":"'.length;
  const end = body.indexOf('"', start);
  const flipped = Buffer.from(body);
  for (let at = Math.floor((start + end) / 2); at < end; at += 1) {
    const changed = (flipped[at] ?? 0) ^ 1;
    if (!/[0-9A-Za-z+/]/.test(String.fromCharCode(changed))) continue;
    flipped[at] = changed;
    break;
  }
  return flipped;
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
