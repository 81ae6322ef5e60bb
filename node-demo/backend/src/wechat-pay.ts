import { WechatPayError, type Merchant } from 'wechatpay-wasm';

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

/** WeChat Pay said no: nothing happened there, and the same request would be refused again. */
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

/** The merchant APIs. Every 2xx is verified before a byte of it is believed. */
export class WechatPayClient {
  readonly #merchant: Merchant;
  readonly #mchid: string;
  readonly #baseUrl: string;

  constructor(merchant: Merchant, mchid: string, baseUrl: string) {
    this.#merchant = merchant;
    this.#mchid = mchid;
    this.#baseUrl = baseUrl;
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

  async #call<T>(method: string, path: string, content?: object): Promise<T> {
    const url = `${this.#baseUrl}${path}`;
    const body = content === undefined ? undefined : JSON.stringify(content);
    const { headers } = this.#merchant.authorize({
      method,
      url,
      ...(body === undefined ? {} : { body }),
    });

    let response: Response;
    let bytes: Uint8Array;
    try {
      response = await fetch(url, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
      });
      bytes = new Uint8Array(await response.arrayBuffer());
    } catch (error) {
      throw new EffectUnknown(`${method} ${path} brought no answer`, { cause: error });
    }

    if (response.ok) return this.#verified(method, path, response, bytes);
    const { code, message } = errorBody(bytes);
    if (response.status >= 500 || response.status === 429) {
      throw new EffectUnknown(`${method} ${path} was answered ${response.status} ${code}`);
    }
    throw new PlatformRefusal(response.status, code, message);
  }

  #verified<T>(method: string, path: string, response: Response, body: Uint8Array): T {
    try {
      return this.#merchant.verifyResponse<T>({ headers: response.headers, body });
    } catch (error) {
      if (!(error instanceof WechatPayError)) throw error;
      const text = `${method} ${path} was answered ${response.status}, but not by WeChat Pay`;
      throw new EffectUnknown(`${text} (${error.code})`, { cause: error });
    }
  }
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
