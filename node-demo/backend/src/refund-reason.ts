// Why money goes back, in the buyer's words: what WeChat Pay takes of it.

import { ShopError } from './errors.js';

const MAX_BYTES = 80;

export function checkReason(reason: string): void {
  if (/\p{Cc}/u.test(reason)) {
    throw new ShopError(400, 'REASON_INVALID', 'reason must not have control characters');
  }
  // With the flag u, a surrogate that is matched is one without its other half.
  if (/[\u{10000}-\u{10FFFF}\p{Cs}]/u.test(reason)) {
    const text = 'WeChat Pay takes no characters of four bytes, such as emoji; leave them out of reason';
    throw new ShopError(400, 'REASON_INVALID', text);
  }
  if (new TextEncoder().encode(reason).length > MAX_BYTES) {
    const text = `reason must be at most ${MAX_BYTES} bytes of UTF-8`;
    throw new ShopError(400, 'REASON_TOO_LONG', text);
  }
}
