// Numbers and tokens nobody can guess, by Web Crypto. WeChat Pay's cryptography is elsewhere: all of
// it is wechatpay-wasm.

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * 18 random characters and 14 digits of UTC time: 32, of the kind out_trade_no allows. The time comes last:
 * neighbours in time would be neighbours in every index, and transactions on them get in each other's way.
 */
export function orderNumber(now: Date): string {
  return `${randomText(18)}${compact(now)}`;
}

/** As an order number, with a letter that tells them apart. */
export function refundNumber(now: Date): string {
  return `R${randomText(18)}${compact(now)}`;
}

/** 160 random bits. */
export function sessionToken(): string {
  return randomText(32);
}

export async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** 32 letters: five bits of each random byte, so that none is likelier than another. */
function randomText(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => ALPHABET[byte & 31]).join('');
}

function compact(now: Date): string {
  return now.toISOString().slice(0, 19).replace(/[-:T]/g, '');
}
