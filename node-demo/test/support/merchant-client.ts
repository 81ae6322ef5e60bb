// A merchant on node:crypto alone, able to do everything right and every single thing wrong.

import { randomBytes, sign, verify, X509Certificate, type KeyLike } from 'node:crypto';
import { request, type IncomingHttpHeaders } from 'node:http';

import type { Simulator, ThrowawayMerchant } from 'wechatpay-simulator';

export interface Items {
  mchid: string;
  nonce_str: string;
  timestamp: string;
  serial_no: string;
  signature: string;
}

export interface Call {
  method?: string;
  /** Path and query. */
  url: string;
  body?: string | object;
  /** Headers to add, replace, or (undefined) leave out. */
  headers?: Record<string, string | undefined>;
  /** Items to replace before signing. */
  items?: Partial<Omit<Items, 'signature'>>;
  /** What is signed, given what should be. */
  signInstead?: (message: string) => string | Buffer;
  privateKey?: KeyLike;
  /** The whole Authorization header, from the items. */
  authorization?: (items: Items) => string | undefined;
  /** The body that is sent after another was signed. */
  sendInstead?: string;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  // A test knows what it expects to find in there.
  json: any;
}

const SCHEME = 'WECHATPAY2-SHA256-RSA2048';

export class MerchantClient {
  readonly #simulator: Simulator;
  readonly #account: ThrowawayMerchant;
  readonly #now: () => number;

  constructor(simulator: Simulator, account: ThrowawayMerchant, now: () => number = Date.now) {
    this.#simulator = simulator;
    this.#account = account;
    this.#now = now;
  }

  call(call: Call): Promise<Answer> {
    const { merchant, privateKey } = this.#account;
    const method = call.method ?? (call.body === undefined ? 'GET' : 'POST');
    const body = typeof call.body === 'object' ? JSON.stringify(call.body) : (call.body ?? '');
    const items = {
      mchid: merchant.mchid,
      nonce_str: randomBytes(16).toString('hex'),
      timestamp: String(Math.floor(this.#now() / 1000)),
      serial_no: merchant.serialNo,
      ...call.items,
    };
    const message = `${method}\n${call.url}\n${items.timestamp}\n${items.nonce_str}\n${body}\n`;
    const signed = call.signInstead?.(message) ?? message;
    const bytes = sign('RSA-SHA256', Buffer.from(signed), call.privateKey ?? privateKey);
    const all = { ...items, signature: bytes.toString('base64') };
    const build = call.authorization ?? authorizationOf;
    return send(`${this.#simulator.url}${call.url}`, method, call.sendInstead ?? body, {
      Accept: 'application/json',
      'User-Agent': 'wechatpay-simulator tests',
      ...(body === '' ? {} : { 'Content-Type': 'application/json' }),
      Authorization: build(all),
      ...call.headers,
    });
  }

  /** Throws unless the answer is signed by a key of the platform; returns the serial. */
  verified(answer: Answer): string {
    const { headers, text } = answer;
    const serial = String(headers['wechatpay-serial']);
    const message = `${headers['wechatpay-timestamp']}\n${headers['wechatpay-nonce']}\n${text}\n`;
    const signature = Buffer.from(String(headers['wechatpay-signature']), 'base64');
    if (!verify('RSA-SHA256', Buffer.from(message), this.#platformKey(serial), signature)) {
      throw new Error(`the answer is not signed by ${serial}`);
    }
    return serial;
  }

  #platformKey(serial: string): KeyLike {
    const { publicKey, certificates } = this.#simulator.keys;
    if (serial === publicKey.serial) return publicKey.pem;
    const certificate = certificates.find((candidate) => candidate.serial === serial);
    if (certificate === undefined) throw new Error(`no platform key has the serial ${serial}`);
    return new X509Certificate(certificate.pem).publicKey;
  }
}

export function authorizationOf(items: Partial<Items>): string {
  const parts = Object.entries(items).map(([name, value]) => `${name}="${value}"`);
  return `${SCHEME} ${parts.join(',')}`;
}

/** One request with exactly these headers: no more, no less. */
export function send(
  url: string,
  method: string,
  body: string | Buffer,
  headers: Record<string, string | undefined>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const { statusCode: status = 0, headers: received } = response;
        resolve({ status, headers: received, text, json: parsed(text) });
      });
    });
    outgoing.on('error', reject);
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) outgoing.setHeader(name, value);
    }
    if (body.length > 0) outgoing.setHeader('Content-Length', Buffer.byteLength(body));
    outgoing.end(body);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
