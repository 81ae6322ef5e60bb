// WeChat Pay's callbacks meet this Worker first. What WeChat Pay did not sign ends here; what it did goes to
// the backend as it came, under a seal that only this Worker can make. It never answers 2xx by itself: that
// is for the backend to say, once the callback is saved.

import { Merchant, WechatPayError } from 'wechatpay-wasm';

import { seal } from './seal.js';

/**
 * @typedef {object} Environment
 * @property {string} BACKEND_URL
 * @property {string} EDGE_SECRET
 * @property {string} WECHATPAY_MCHID
 * @property {string} WECHATPAY_SERIAL_NO
 * @property {string} WECHATPAY_PRIVATE_KEY
 * @property {string} WECHATPAY_API_V3_KEY
 * @property {string} [WECHATPAY_PUBLIC_KEY_ID]
 * @property {string} [WECHATPAY_PUBLIC_KEY]
 * @property {string} [WECHATPAY_PLATFORM_CERTIFICATES]
 */

const PATHS = new Set(['/wechatpay/notify', '/wechatpay/refund-notify']);
const MAX_BODY_BYTES = 64 * 1024;
/** WeChat Pay waits five seconds. */
const BACKEND_MILLISECONDS = 4500;
/** Refusals that say who is asking is not WeChat Pay, or not now; all others say 400. */
const UNAUTHENTIC = new Set([
  'ERR_SERIAL_UNKNOWN',
  'ERR_SIGNATURE_INVALID',
  'ERR_SIGNATURE_PROBE',
  'ERR_TIMESTAMP_OUTSIDE_WINDOW',
]);

export default {
  /**
   * @param {Request} request
   * @param {Environment} environment
   */
  async fetch(request, environment) {
    const { pathname } = new URL(request.url);
    if (!PATHS.has(pathname)) return failure(404, 'nothing is here');
    if (request.method !== 'POST') return failure(405, 'callbacks are posted');
    const body = await limited(request.body);
    if (body === undefined) return failure(413, 'the callback is too large');
    try {
      merchantOf(environment).openNotification({ headers: request.headers, body });
    } catch (error) {
      if (!(error instanceof WechatPayError) || error.code === 'ERR_WASM_TRAP') {
        return failure(500, 'could not be read, please send it again');
      }
      return UNAUTHENTIC.has(error.code)
        ? failure(401, 'the signature was not accepted')
        : failure(400, 'the callback is malformed');
    }
    return forward(request.headers, pathname, body, environment);
  },
};

/** @type {{ environment: Environment, merchant: Merchant } | undefined} */
let held;

/** Keys are parsed once for each isolate. @param {Environment} environment */
function merchantOf(environment) {
  if (held?.environment !== environment) {
    held = { environment, merchant: new Merchant(optionsOf(environment)) };
  }
  return held.merchant;
}

/** @param {Environment} environment */
function optionsOf(environment) {
  const certificates = environment.WECHATPAY_PLATFORM_CERTIFICATES ?? '';
  const keys = certificates.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? [];
  const { WECHATPAY_PUBLIC_KEY_ID: serial, WECHATPAY_PUBLIC_KEY: key } = environment;
  return {
    mchid: environment.WECHATPAY_MCHID,
    serialNo: environment.WECHATPAY_SERIAL_NO,
    privateKey: environment.WECHATPAY_PRIVATE_KEY,
    apiV3Key: environment.WECHATPAY_API_V3_KEY,
    platformKeys: [
      ...(serial && key ? [{ serial, key }] : []),
      ...keys.map((pem) => ({ key: pem })),
    ],
  };
}

/**
 * The backend verifies again: the seal is a second lock, not a replacement for the first.
 *
 * @param {Headers} received
 * @param {string} path
 * @param {Uint8Array<ArrayBuffer>} body
 * @param {Environment} environment
 */
async function forward(received, path, body, { BACKEND_URL, EDGE_SECRET }) {
  const headers = new Headers({ 'Content-Type': 'application/json' });
  for (const [name, value] of received) {
    if (name.startsWith('wechatpay-')) headers.set(name, value);
  }
  headers.set('Edge-Seal', await seal(EDGE_SECRET, path, body, Math.floor(Date.now() / 1000)));
  try {
    const answer = await fetch(new URL(path, BACKEND_URL), {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(BACKEND_MILLISECONDS),
    });
    return new Response(answer.body, { status: answer.status, headers: contentType(answer) });
  } catch {
    return failure(503, 'the backend did not answer, please send it again');
  }
}

/** @param {Response} answer */
function contentType(answer) {
  const value = answer.headers.get('Content-Type');
  return value === null ? undefined : { 'Content-Type': value };
}

/**
 * The raw bytes, which are what was signed; undefined when there are too many.
 *
 * @param {ReadableStream<Uint8Array> | null} stream
 */
async function limited(stream) {
  /** @type {Uint8Array[]} */
  const pieces = [];
  let size = 0;
  for await (const piece of stream ?? []) {
    size += piece.length;
    if (size > MAX_BODY_BYTES) return undefined;
    pieces.push(piece);
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

/**
 * @param {number} status
 * @param {string} message
 */
function failure(status, message) {
  return Response.json({ code: 'FAIL', message }, { status });
}
