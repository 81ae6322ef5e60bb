// The seal on a callback that the edge hands on: `t=<UNIX time>,v1=<HMAC-SHA256 in hex>` over the lines
// time, path and SHA-256 of the body.

const encoder = new TextEncoder();

/**
 * @param {string} secret
 * @param {string} path
 * @param {Uint8Array<ArrayBuffer>} body
 * @param {number} timestamp UNIX time in seconds
 * @returns {Promise<string>} the value of `Edge-Seal`
 */
export async function seal(secret, path, body, timestamp) {
  if (secret === undefined || secret.length < 32) {
    throw new Error('EDGE_SECRET must be at least 32 characters');
  }
  const hash = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), hash, false, ['sign']);
  const digest = hex(await crypto.subtle.digest('SHA-256', body));
  const message = encoder.encode(`${timestamp}\n${path}\n${digest}\n`);
  return `t=${timestamp},v1=${hex(await crypto.subtle.sign('HMAC', key, message))}`;
}

/** @param {ArrayBuffer} bytes */
function hex(bytes) {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
