import { ApiError } from './api-error.js';
import { signatureMatches } from './cipher.js';
import type { RegisteredMerchant, Registry } from './registry.js';

export interface SignedRequest {
  method: string;
  /** The request target exactly as it came over the wire: path and query. */
  url: string;
  authorization: string | undefined;
  body: Buffer;
}

export interface Authenticated {
  merchant: RegisteredMerchant;
  /** The five lines the merchant's signature was checked over. */
  message: string;
}

const SCHEME = 'WECHATPAY2-SHA256-RSA2048';
const ITEMS = ['mchid', 'nonce_str', 'timestamp', 'serial_no', 'signature'] as const;
const WINDOW_SECONDS = 300;
/** How much of the body the error shows: as little as the real one. */
const SHOWN_BODY_BYTES = 8;

type Items = Record<(typeof ITEMS)[number], string>;

/** Checks the Authorization header the way WeChat Pay does; every failure is a 401 SIGN_ERROR. */
export class Authenticator {
  readonly #registry: Registry;
  readonly #now: () => number;
  readonly #nonces = new Map<string, number>();

  constructor(registry: Registry, now: () => number) {
    this.#registry = registry;
    this.#now = now;
  }

  authenticate(request: SignedRequest): Authenticated {
    const items = parseAuthorization(request.authorization);
    const message = signMessageOf(request, items);
    const refuse = (message_: string, field: string, issue: string): ApiError =>
      signError(message_, field, issue, signInformation(request, message, items));

    const merchant = this.#registry.merchants.get(items.mchid);
    if (merchant === undefined) throw refuse('商户号不存在', 'mchid', 'unknown mchid');
    if (items.serial_no !== merchant.serialNo) {
      throw refuse('商户证书序列号有误', 'serial_no', 'unknown serial_no');
    }
    const now = Math.floor(this.#now() / 1000);
    if (!/^\d{1,12}$/.test(items.timestamp)) {
      throw refuse('Http头Authorization值格式错误', 'timestamp', 'not a UNIX time in seconds');
    }
    if (Math.abs(now - Number(items.timestamp)) > WINDOW_SECONDS) {
      const text = 'Http头Authorization中的timestamp与发起请求的时间不得超过5分钟';
      throw refuse(text, 'timestamp', `${now - Number(items.timestamp)} seconds away`);
    }
    if (!signatureMatches(message, items.signature, merchant.publicKey)) {
      throw refuse('错误的签名，验签失败', 'signature', 'sign not match');
    }
    if (!this.#rememberNonce(`${items.mchid}:${items.nonce_str}`, now)) {
      throw refuse('请求的随机串已使用过', 'nonce_str', 'nonce_str was used before');
    }
    return { merchant, message: message.toString('utf8') };
  }

  /** False when the nonce was seen inside the window, in which its timestamp would still be good. */
  #rememberNonce(nonce: string, now: number): boolean {
    for (const [old, time] of this.#nonces) {
      if (now - time <= 2 * WINDOW_SECONDS) break;
      this.#nonces.delete(old);
    }
    if (this.#nonces.has(nonce)) return false;
    this.#nonces.set(nonce, now);
    return true;
  }
}

/** The schema, one space, then the five items in any order, each once, quoted, parted by commas. */
function parseAuthorization(header: string | undefined): Items {
  const malformed = (issue: string): ApiError =>
    signError('Http头Authorization值格式错误', 'authorization', issue);
  if (header === undefined) throw malformed('header is missing');

  const space = header.indexOf(' ');
  const scheme = space < 0 ? header : header.slice(0, space);
  if (scheme !== SCHEME) {
    throw signError(
      'Http头Authorization认证类型不正确',
      'authorization',
      `schema must be ${SCHEME}`,
    );
  }
  const items = new Map<string, string>();
  for (const part of header.slice(space + 1).split(',')) {
    const [, name, value] = /^([a-z_]+)="([^"]+)"$/.exec(part) ?? [];
    if (name === undefined || value === undefined) throw malformed('items must read name="value"');
    if (!ITEMS.some((item) => item === name)) throw malformed(`${name} is not one of the items`);
    if (items.has(name)) throw malformed(`${name} occurs twice`);
    items.set(name, value);
  }
  for (const item of ITEMS) if (!items.has(item)) throw malformed(`${item} is missing`);
  return Object.fromEntries(items) as Items;
}

function signMessageOf(request: SignedRequest, items: Items): Buffer {
  const head = `${request.method}\n${request.url}\n${items.timestamp}\n${items.nonce_str}\n`;
  return Buffer.concat([Buffer.from(head), request.body, Buffer.from('\n')]);
}

/** What WeChat Pay tells a merchant whose signature it refused: how it built the message itself. */
function signInformation(request: SignedRequest, message: Buffer, items: Items): object {
  const { method, url, body } = request;
  const shown = body.subarray(0, SHOWN_BODY_BYTES).toString('utf8');
  return {
    method,
    sign_message_length: message.length,
    truncated_sign_message: `${method}\n${url}\n${items.timestamp}\n${items.nonce_str}\n${shown}\n`,
    url,
  };
}

function signError(message: string, field: string, issue: string, information?: object): ApiError {
  return new ApiError(401, 'SIGN_ERROR', message, {
    detail: { issue },
    field,
    location: 'authorization',
    ...(information === undefined ? {} : { sign_information: information }),
  });
}
