// The seal of the edge worker on a callback: `t=<UNIX time>,v1=<HMAC-SHA256 in hex>` over the lines time,
// path and SHA-256 of the body. It says that the callback came by the edge; that it came from WeChat Pay is
// verified as ever.

import { unixTime } from './time.js';

const WINDOW_SECONDS = 300;
const encoder = new TextEncoder();

export async function sealHolds(
  secret: string,
  seal: string | undefined,
  path: string,
  body: Uint8Array<ArrayBuffer>,
  now: Date,
): Promise<boolean> {
  const [, timestamp, signature] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(seal ?? '') ?? [];
  if (timestamp === undefined || signature === undefined) return false;
  if (Math.abs(unixTime(now) - Number(timestamp)) > WINDOW_SECONDS) return false;
  const hash = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), hash, false, ['verify']);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body));
  const message = encoder.encode(`${timestamp}\n${path}\n${hex(digest)}\n`);
  // Compared by Web Crypto, which takes the same time wherever they differ.
  return crypto.subtle.verify('HMAC', key, fromHex(signature), message);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
