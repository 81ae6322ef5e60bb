import { responseSignature, WechatPayError, type Merchant } from 'wechatpay-wasm';

import { Deadline } from './deadline.js';
import type { Metrics } from './metrics.js';
import { unixTime } from './time.js';

export interface Transaction {
  appid: string;
  mchid: string;
  out_trade_no: string;
  transaction_id?: string;
  trade_state: string;
  success_time?: string;
  payer?: { openid?: string };
  amount?: { total?: number; currency?: string };
}

/** A refund as the apply and query APIs answer it. */
export interface Refund {
  refund_id: string;
  out_refund_no: string;
  out_trade_no: string;
  transaction_id: string;
  status: string;
  amount: { total: number; refund: number };
}

/** A refund as the callback carries it. */
export interface RefundNotification {
  mchid: string;
  out_trade_no: string;
  transaction_id: string;
  out_refund_no: string;
  refund_id: string;
  refund_status: string;
  amount: { total: number; refund: number };
}

/** Where a bill is, and the digest of what is there. */
export interface AnnouncedBill {
  hash_type: string;
  hash_value: string;
  download_url: string;
}

export interface PrepayRequest {
  appid: string;
  description: string;
  outTradeNo: string;
  expiresAt: Date;
  notifyUrl: string;
  total: number;
  currency: string;
  openid: string;
}

export interface RefundRequest {
  outTradeNo: string;
  outRefundNo: string;
  reason: string;
  notifyUrl: string;
  refund: number;
  total: number;
  currency: string;
}

/** WeChat Pay said no: this request did nothing, and would be refused again. One like it may have done it before. */
export class PlatformRefusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(`WeChat Pay answered ${status} ${code}: ${message}`);
    this.name = 'PlatformRefusal';
    this.status = status;
    this.code = code;
  }

  /** Old and new pages spell the codes with and without underscores. */
  is(code: string): boolean {
    return plain(this.code) === plain(code);
  }
}

/**
 * Nobody knows whether it happened: no answer, a 5xx, a 429, or a 2xx whose signature does not
 * hold. Ask with the query API, or repeat with the same numbers; never with new ones.
 */
export class EffectUnknown extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EffectUnknown';
  }
}

const TIMEOUT_MILLISECONDS = 10_000;

export interface WechatPayClientOptions {
  merchant: Merchant;
  mchid: string;
  baseUrl: string;
  metrics: Metrics;
  now: () => Date;
  /** For a whole answer, and for each piece of a download. Default: ten seconds. */
  timeoutMilliseconds?: number | undefined;
}

/** The merchant APIs. Every 2xx is verified before a byte of it is believed. */
export class WechatPayClient {
  readonly #merchant: Merchant;
  readonly #mchid: string;
  readonly #baseUrl: string;
  readonly #metrics: Metrics;
  readonly #now: () => Date;
  readonly #timeoutMilliseconds: number;

  constructor(options: WechatPayClientOptions) {
    this.#merchant = options.merchant;
    this.#mchid = options.mchid;
    this.#baseUrl = options.baseUrl;
    this.#metrics = options.metrics;
    this.#now = options.now;
    this.#timeoutMilliseconds = options.timeoutMilliseconds ?? TIMEOUT_MILLISECONDS;
  }

  async prepay(request: PrepayRequest): Promise<string> {
    const answer = await this.#call<{ prepay_id: string }>('POST', '/v3/pay/transactions/jsapi', {
      appid: request.appid,
      mchid: this.#mchid,
      description: request.description,
      out_trade_no: request.outTradeNo,
      time_expire: rfc3339(request.expiresAt),
      notify_url: request.notifyUrl,
      amount: { total: request.total, currency: request.currency },
      payer: { openid: request.openid },
    });
    return answer.prepay_id;
  }

  queryOrder(outTradeNo: string): Promise<Transaction> {
    const mchid = encodeURIComponent(this.#mchid);
    const number = encodeURIComponent(outTradeNo);
    return this.#call('GET', `/v3/pay/transactions/out-trade-no/${number}?mchid=${mchid}`);
  }

  async closeOrder(outTradeNo: string): Promise<void> {
    const path = `/v3/pay/transactions/out-trade-no/${encodeURIComponent(outTradeNo)}/close`;
    await this.#call('POST', path, { mchid: this.#mchid });
  }

  refund(request: RefundRequest): Promise<Refund> {
    return this.#call('POST', '/v3/refund/domestic/refunds', {
      out_trade_no: request.outTradeNo,
      out_refund_no: request.outRefundNo,
      reason: request.reason,
      notify_url: request.notifyUrl,
      amount: { refund: request.refund, total: request.total, currency: request.currency },
    });
  }

  queryRefund(outRefundNo: string): Promise<Refund> {
    return this.#call('GET', `/v3/refund/domestic/refunds/${encodeURIComponent(outRefundNo)}`);
  }

  /** Where the trade bill (交易账单) of a day can be had; there is none before 10 o'clock of the next. */
  tradeBill(billDate: string): Promise<AnnouncedBill> {
    return this.#call('GET', `/v3/bill/tradebill?bill_date=${billDate}&bill_type=ALL`);
  }

  /** The file behind a download_url: unsigned, and to be held against its digest. */
  async *download(downloadUrl: string): AsyncGenerator<Uint8Array> {
    const url = URL.canParse(downloadUrl) ? new URL(downloadUrl) : undefined;
    if (url?.origin !== this.#baseUrl || responseSignature(url.href) !== 'none') {
      throw new PlatformRefusal(0, 'DOWNLOAD_URL_FOREIGN', 'download_url leads elsewhere');
    }
    const path = `${url.pathname}${url.search}`;
    const deadline = new Deadline(this.#timeoutMilliseconds);
    try {
      const response = await this.#fetch('GET', path, deadline);
      if (!response.ok || response.body === null) {
        throw refusal(response.status, await bytesOf(response, url.pathname, deadline), url.pathname);
      }
      yield* piecesOf(response.body, url.pathname, deadline);
    } finally {
      deadline.clear();
    }
  }

  async #call<T>(method: string, path: string, content?: object): Promise<T> {
    const api = `${method} ${(path.split('?')[0] ?? '').replace(/(out-trade-no|refunds)\/[^/]+/, '$1/{}')}`;
    const started = performance.now();
    const record = (outcome: 'ok' | 'refused' | 'unknown'): void =>
      this.#metrics.platformCall(api, outcome, performance.now() - started);
    const deadline = new Deadline(this.#timeoutMilliseconds);
    try {
      const response = await this.#fetch(method, path, deadline, content);
      const bytes = await bytesOf(response, path, deadline);
      if (!response.ok) throw refusal(response.status, bytes, `${method} ${path}`);
      const answer = this.#verified<T>(method, path, response, bytes);
      record('ok');
      return answer;
    } catch (error) {
      record(error instanceof PlatformRefusal ? 'refused' : 'unknown');
      throw error;
    } finally {
      deadline.clear();
    }
  }

  async #fetch(
    method: string,
    path: string,
    deadline: Deadline,
    content?: object,
  ): Promise<Response> {
    const url = `${this.#baseUrl}${path}`;
    const body = content === undefined ? {} : { body: JSON.stringify(content) };
    const timestamp = unixTime(this.#now());
    const { headers } = this.#merchant.authorize({ method, url, timestamp, ...body });
    try {
      const { signal } = deadline;
      return await deadline.within(
        fetch(url, { method, headers, ...body, redirect: 'error', signal }),
      );
    } catch (error) {
      throw new EffectUnknown(`${method} ${path} brought no answer`, { cause: error });
    }
  }

  #verified<T>(method: string, path: string, response: Response, body: Uint8Array): T {
    try {
      return this.#merchant.verifyResponse<T>({
        headers: response.headers,
        body,
        now: this.#now(),
      });
    } catch (error) {
      if (!(error instanceof WechatPayError)) throw error;
      const text = `${method} ${path} was answered ${response.status}, but not by WeChat Pay`;
      throw new EffectUnknown(`${text} (${error.code})`, { cause: error });
    }
  }
}

async function bytesOf(
  response: Response,
  path: string,
  deadline: Deadline,
): Promise<Uint8Array> {
  try {
    return new Uint8Array(await deadline.within(response.arrayBuffer()));
  } catch (error) {
    throw new EffectUnknown(`the answer to ${path} broke off`, { cause: error });
  }
}

/** However long a file takes, as long as its next piece comes in time. */
async function* piecesOf(
  body: ReadableStream<Uint8Array>,
  path: string,
  deadline: Deadline,
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await deadline.within(reader.read());
      if (done) return;
      // The caller's own time does not count.
      deadline.clear();
      yield value;
      deadline.extend();
    }
  } catch (error) {
    throw new EffectUnknown(`the answer to ${path} broke off`, { cause: error });
  } finally {
    // No word is waited for: where the file broke off, there may be none.
    void reader.cancel().catch(() => {});
  }
}

function refusal(status: number, bytes: Uint8Array, call: string): Error {
  const { code, message } = errorBody(bytes);
  return status >= 500 || status === 429
    ? new EffectUnknown(`${call} was answered ${status} ${code}`)
    : new PlatformRefusal(status, code, message);
}

/** Error answers are for humans and often unsigned; only their code is acted upon. */
function errorBody(bytes: Uint8Array): { code: string; message: string } {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const { code, message } = value as { code?: unknown; message?: unknown };
    return { code: String(code ?? 'UNKNOWN'), message: String(message ?? '') };
  } catch {
    return { code: 'UNKNOWN', message: 'the answer is not JSON' };
  }
}

/** Whole seconds with an offset: the form of the documents' examples. */
function rfc3339(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, '+00:00');
}

function plain(code: string): string {
  return code.replaceAll('_', '').toUpperCase();
}
