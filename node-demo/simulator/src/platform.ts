// One request on its way through the platform: who is it, what does it want, sign the answer, write it down.

import type { IncomingMessage, ServerResponse } from 'node:http';

import { Api } from './api.js';
import { ApiError, paramError } from './api-error.js';
import { Authenticator } from './authorization.js';
import { Cashier } from './cashier.js';
import { Control } from './control.js';
import { probeSignature, type Faults } from './faults.js';
import { json, readRequest, writeAnswer, type HttpAnswer, type HttpRequest } from './http.js';
import * as identifiers from './identifiers.js';
import { Journal } from './journal.js';
import { signHeaders, type KeyRing } from './key-ring.js';
import { Ledger } from './ledger.js';
import { Notifier, type NotifierOptions } from './notifier.js';
import type { PlatformKey } from './platform-keys.js';
import type { Registry } from './registry.js';
import { Scheduler } from './scheduler.js';
import { Users } from './users.js';

/** An answer about to leave, signed. */
export interface Exchange {
  request: HttpRequest;
  answer: HttpAnswer;
}

/**
 * Comes between an answer and the wire: wait in it, return another answer, or return 'drop' to cut
 * the connection. The platform has done its work by then, as it has when a network fails.
 */
export type BeforeAnswer = (
  exchange: Exchange,
) => HttpAnswer | 'drop' | undefined | Promise<HttpAnswer | 'drop' | undefined>;

export interface PlatformOptions extends NotifierOptions {
  registry: Registry;
  keyRing: KeyRing;
  now: () => number;
  refundMilliseconds: number;
  beforeAnswer: BeforeAnswer | undefined;
  faults: Faults;
  journalCapacity: number;
  allowedOrigins: Set<string>;
}

interface Handled {
  answer: HttpAnswer;
  verifiedMessage?: string | undefined;
  answerMessage?: string | undefined;
}

const OK_CODE = 0;
const FAILURE_CODE = 268_435_456;

export class Platform {
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly users: Users;
  readonly notifier: Notifier;
  readonly control: Control;
  readonly scheduler = new Scheduler();
  readonly #options: PlatformOptions;
  readonly #authenticator: Authenticator;
  /** WeChat Pay's own clock, which need not be right. */
  readonly #clock: () => number;
  readonly #api: Api;

  constructor(options: PlatformOptions) {
    const { registry, keyRing, now } = options;
    this.#options = options;
    this.journal = new Journal(now, options.journalCapacity);
    this.ledger = new Ledger(now);
    this.users = new Users(registry, now);
    this.notifier = new Notifier(keyRing, this.journal, this.scheduler, now, options);
    this.#clock = () => options.faults.skewed(now());
    this.#authenticator = new Authenticator(registry, this.#clock);
    this.#api = new Api({ ...options, ...this.#parts() });
    this.control = new Control({
      ...this.#parts(),
      now,
      keyRing,
      journal: this.journal,
      cashier: new Cashier(registry, this.ledger, now),
      faults: options.faults,
      announcePayment: (order) => this.#api.announcePayment(order),
      forgePayment: (order) => this.#api.forgePayment(order),
    });
  }

  async serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(message);
    if (request === undefined) {
      writeAnswer(response, json(413, { code: 'INVALID_REQUEST', message: '请求体过大' }));
      message.destroy();
      return;
    }
    if (request.path.startsWith('/_simulator/')) {
      writeAnswer(response, await this.#controlled(request));
      return;
    }
    const handled = request.path.startsWith('/sns/')
      ? { answer: this.#login(request) }
      : this.#faulty(request);
    const { faults } = this.#options;
    const latency = faults.upTo(faults.settings.latencyMilliseconds);
    if (latency > 0) await new Promise((resolve) => setTimeout(resolve, latency));
    const answer = await this.#options.beforeAnswer?.({ request, answer: handled.answer });
    this.#record(request, handled);
    if (answer === 'drop') response.destroy();
    else writeAnswer(response, answer ?? handled.answer);
  }

  #parts(): {
    users: Users;
    ledger: Ledger;
    notifier: Notifier;
    scheduler: Scheduler;
  } {
    const { users, ledger, notifier, scheduler } = this;
    return { users, ledger, notifier, scheduler };
  }

  /** 429 comes before WeChat Pay acts, a 5xx before it or after it. */
  #faulty(request: HttpRequest): Handled {
    const { faults } = this.#options;
    const { errorPercent, rateLimitPercent } = faults.settings;
    const unsigned = (status: number, code: string, message: string): Handled => {
      const { headers, ...answer } = json(status, { code, message });
      const requestId = { 'Request-ID': identifiers.requestId(FAILURE_CODE) };
      return { answer: { ...answer, headers: { ...headers, ...requestId } } };
    };
    if (faults.happens(rateLimitPercent)) {
      return unsigned(429, 'FREQUENCY_LIMITED', '频率超限，请降低请求频率');
    }
    if (!faults.happens(errorPercent)) return this.#authenticated(request);
    if (faults.happens(50)) this.#authenticated(request);
    return faults.happens(50)
      ? unsigned(500, 'SYSTEM_ERROR', '系统异常，请用相同参数重新调用')
      : unsigned(502, 'SERVICE_UNAVAILABLE', '服务不可用');
  }

  /** /v3/: only a merchant whose signature was good gets a signed answer. */
  #authenticated(request: HttpRequest): Handled {
    let key: PlatformKey | undefined;
    let verifiedMessage: string | undefined;
    let answer: HttpAnswer;
    try {
      requireHeaders(request);
      const { method, url, headers, body } = request;
      const { authorization } = headers;
      const caller = this.#authenticator.authenticate({ method, url, authorization, body });
      verifiedMessage = caller.message;
      key = this.#options.keyRing.default();
      key = this.#options.keyRing.forAnswer(header(request, 'wechatpay-serial'));
      answer = this.#api.handle(request, caller.merchant);
    } catch (error) {
      answer = failure(error);
    }
    const { faults } = this.#options;
    const code = answer.status < 300 ? OK_CODE : FAILURE_CODE;
    const headers = { ...answer.headers, 'Request-ID': identifiers.requestId(code) };
    if (key === undefined || answer.unsigned) {
      return { answer: { ...answer, headers }, verifiedMessage };
    }
    const signed = signHeaders(answer.body, key, this.#clock());
    if (faults.happens(faults.settings.answerProbePercent)) {
      signed.headers['Wechatpay-Signature'] = probeSignature();
    }
    return {
      answer: { ...answer, headers: { ...headers, ...signed.headers } },
      verifiedMessage,
      answerMessage: signed.message,
    };
  }

  /** code2Session answers JSON under text/plain, and every error with status 200. */
  #login(request: HttpRequest): HttpAnswer {
    const headers = { 'Content-Type': 'text/plain', 'Request-ID': identifiers.requestId(OK_CODE) };
    if (request.path !== '/sns/jscode2session' || request.method !== 'GET') {
      return { status: 404, headers, body: Buffer.from('Not Found') };
    }
    const answer = this.users.code2Session(request.query);
    return { status: 200, headers, body: Buffer.from(JSON.stringify(answer)) };
  }

  /** The control API is for the machine it runs on; a web page needs its origin allowed by name. */
  async #controlled(request: HttpRequest): Promise<HttpAnswer> {
    const origin = header(request, 'origin');
    if (origin !== undefined && !this.#options.allowedOrigins.has(origin)) {
      return json(403, { error: `origin ${origin} is not among the allowed origins` });
    }
    const cors: Record<string, string> =
      origin === undefined
        ? {}
        : {
            'Access-Control-Allow-Origin': origin,
            'Access-Control-Allow-Headers': 'Content-Type',
            Vary: 'Origin',
          };
    if (request.method === 'OPTIONS') return { status: 204, headers: cors, body: Buffer.alloc(0) };
    const answer = await this.control.handle(request);
    return { ...answer, headers: { ...answer.headers, ...cors } };
  }

  #record(request: HttpRequest, handled: Handled): void {
    const { method, url, headers, body } = request;
    const { answer, verifiedMessage, answerMessage } = handled;
    this.journal.record({
      type: 'exchange',
      method,
      url,
      headers,
      body: body.toString('utf8'),
      ...(verifiedMessage === undefined ? {} : { signedMessage: verifiedMessage }),
      answer: {
        status: answer.status,
        headers: answer.headers,
        body: answer.body.toString('utf8'),
        ...(answerMessage === undefined ? {} : { signedMessage: answerMessage }),
      },
    });
  }
}

function requireHeaders(request: HttpRequest): void {
  const accept = header(request, 'accept');
  if (accept === undefined || header(request, 'user-agent') === undefined) {
    throw new ApiError(400, 'PARAM_ERROR', 'Http头缺少Accept或User-Agent');
  }
  if (!/application\/json|\*\/\*|application\/\*/.test(accept)) {
    throw paramError('Accept', 'must allow application/json', accept, 'header');
  }
  if (request.method === 'GET') return;
  const contentType = header(request, 'content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(contentType)) {
    throw new ApiError(415, 'INVALID_REQUEST', 'Content-Type 必须为 application/json');
  }
}

function failure(error: unknown): HttpAnswer {
  if (error instanceof ApiError) return json(error.status, error.toBody());
  throw error;
}

/** `undefined` when the header is absent or empty. */
function header(request: HttpRequest, name: string): string | undefined {
  const value = request.headers[name];
  const text = Array.isArray(value) ? value.join(', ') : value;
  return text === '' ? undefined : text;
}
