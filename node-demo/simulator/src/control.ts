// The control API under /_simulator/: the phone in the user's hand, and the levers of a test.

import { Cashier, PaymentRefusal, type Opened, type PaymentCall } from './cashier.js';
import { faultIssue, type Faults } from './faults.js';
import { DELIVERY_KINDS, type DeliveryKind } from './forgery.js';
import { json, matchPath, type HttpAnswer, type HttpRequest } from './http.js';
import type { Journal } from './journal.js';
import type { KeyMode, KeyRing } from './key-ring.js';
import type { Ledger, Order } from './ledger.js';
import type { Attempt, Notification, Notifier } from './notifier.js';
import type { Users } from './users.js';

export interface ControlDependencies {
  users: Users;
  cashier: Cashier;
  now: () => number;
  ledger: Ledger;
  keyRing: KeyRing;
  journal: Journal;
  notifier: Notifier;
  faults: Faults;
  announcePayment: (order: Order) => Notification | undefined;
  forgePayment: (order: Order) => Promise<Attempt>;
}

export interface PaymentOutcome {
  errMsg: string;
  notificationId?: string;
}

interface Route {
  method: string;
  path: string;
  handle: (
    request: HttpRequest,
    parameters: Record<string, string>,
  ) => HttpAnswer | Promise<HttpAnswer>;
}

class ControlError extends Error {}

const MODES: readonly KeyMode[] = ['public-key', 'certificate', 'gray'];

export class Control {
  readonly #dependencies: ControlDependencies;
  readonly #routes: Route[];

  constructor(dependencies: ControlDependencies) {
    this.#dependencies = dependencies;
    const { users, keyRing, journal, ledger, notifier } = dependencies;
    this.#routes = [
      { method: 'GET', path: '/_simulator/keys', handle: () => json(200, publicKeys(keyRing)) },
      {
        method: 'GET',
        path: '/_simulator/log',
        handle: ({ query }) => json(200, journal.entries(Number(query.get('after') ?? 0))),
      },
      {
        method: 'GET',
        path: '/_simulator/orders',
        handle: () => json(200, ledger.orders.map(orderSummary)),
      },
      {
        method: 'GET',
        path: '/_simulator/notifications',
        handle: () => json(200, notifier.notifications.map(notificationSummary)),
      },
      {
        method: 'POST',
        path: '/_simulator/notifications/{id}/send',
        handle: (request, parameters) => this.#send(request, parameters),
      },
      {
        method: 'POST',
        path: '/_simulator/orders/{out_trade_no}/forge',
        handle: async (_, parameters) =>
          json(200, await this.forge(parameters['out_trade_no'] ?? '')),
      },
      {
        method: 'POST',
        path: '/_simulator/certificates',
        handle: async () => {
          const { serial, pem } = await keyRing.issueCertificate(dependencies.now());
          return json(200, { serial, key: pem });
        },
      },
      {
        method: 'GET',
        path: '/_simulator/settings',
        handle: () => json(200, this.#settings()),
      },
      {
        method: 'POST',
        path: '/_simulator/settings',
        handle: (request) => this.#changeSettings(members(request)),
      },
      {
        method: 'POST',
        path: '/_simulator/login',
        handle: (request) => {
          const { appid, user = 'user' } = members(request);
          return json(200, { code: users.login(text(appid, 'appid'), text(user, 'user')) });
        },
      },
      {
        method: 'POST',
        path: '/_simulator/sheet',
        handle: (request) =>
          this.#outcome(() => this.openSheet(this.#paymentCall(members(request)))),
      },
      {
        method: 'POST',
        path: '/_simulator/pay',
        handle: (request) => this.#outcome(() => this.pay(this.#paymentCall(members(request)))),
      },
      {
        method: 'POST',
        path: '/_simulator/cancel',
        handle: (request) => json(200, this.cancel(this.#paymentCall(members(request)))),
      },
    ];
  }

  async handle(request: HttpRequest): Promise<HttpAnswer> {
    try {
      for (const route of this.#routes) {
        const parameters = matchPath(route.path, request.path);
        if (parameters === undefined || route.method !== request.method) continue;
        return await route.handle(request, parameters);
      }
    } catch (error) {
      return json(400, { error: error instanceof Error ? error.message : String(error) });
    }
    const known = this.#routes.map(({ method, path }) => `${method} ${path}`);
    return json(404, { error: `no such control: ${request.method} ${request.path}`, known });
  }

  /** `wx.requestPayment` was called: the sheet slides up, or an error does. */
  openSheet(call: PaymentCall): object {
    const { sheet } = this.#recorded('sheet', call, () => this.#dependencies.cashier.open(call));
    const { message: _, ...shown } = sheet;
    return { errMsg: 'requestPayment:ok', ...shown };
  }

  /** The user confirmed; the callback is on its way before this returns. */
  pay(call: PaymentCall): PaymentOutcome {
    const { order } = this.#recorded('pay', call, () => this.#dependencies.cashier.pay(call));
    const notification = this.#dependencies.announcePayment(order);
    return {
      errMsg: 'requestPayment:ok',
      ...(notification === undefined ? {} : { notificationId: notification.id }),
    };
  }

  /** The user closed the sheet; nothing is paid and nobody is told. */
  cancel(call: PaymentCall): PaymentOutcome {
    const errMsg = 'requestPayment:fail cancel';
    const prepayId = String(call.package).replace(/^prepay_id=/, '');
    this.#dependencies.journal.record({ type: 'payment', action: 'cancel', prepayId, errMsg });
    return { errMsg };
  }

  /** A forged callback says that this order, which is not paid, was. */
  forge(outTradeNo: string): Promise<Attempt> {
    const { ledger, forgePayment } = this.#dependencies;
    const order = ledger.orders.find((one) => one.outTradeNo === outTradeNo);
    if (order === undefined) throw new ControlError(`there is no order ${outTradeNo}`);
    return forgePayment(order);
  }

  #settings(): object {
    const { keyRing, faults } = this.#dependencies;
    return { ...keyRing.settings, ...faults.settings };
  }

  #recorded(action: 'sheet' | 'pay', call: PaymentCall, work: () => Opened): Opened {
    const { journal } = this.#dependencies;
    try {
      const opened = work();
      const { prepayId, outTradeNo, message: signedMessage } = opened.sheet;
      const errMsg = 'requestPayment:ok';
      journal.record({ type: 'payment', action, prepayId, outTradeNo, signedMessage, errMsg });
      return opened;
    } catch (error) {
      if (error instanceof PaymentRefusal) {
        const prepayId = String(call.package).replace(/^prepay_id=/, '');
        journal.record({
          type: 'payment',
          action,
          prepayId,
          errMsg: error.errMsg,
          ...(error.signMessage === undefined ? {} : { signedMessage: error.signMessage }),
        });
      }
      throw error;
    }
  }

  /** The phone gets a refusal as an answer, not as an HTTP error: that is how wx reports it. */
  #outcome(work: () => object): HttpAnswer {
    try {
      return json(200, work());
    } catch (error) {
      if (error instanceof PaymentRefusal) return json(200, { errMsg: error.errMsg });
      throw error;
    }
  }

  /** The phone is held by a user; WeChat knows the openid that user has in this mini program. */
  #paymentCall(value: Record<string, unknown>): PaymentCall {
    const { timeStamp, nonceStr, package: packageValue, signType, paySign } = value;
    const appid = text(value['appid'], 'appid');
    const openid =
      value['openid'] === undefined
        ? this.#dependencies.users.openid(appid, text(value['user'] ?? 'user', 'user'))
        : text(value['openid'], 'openid');
    return { appid, openid, timeStamp, nonceStr, package: packageValue, signType, paySign };
  }

  async #send(request: HttpRequest, parameters: Record<string, string>): Promise<HttpAnswer> {
    const { kind = 'genuine' } = members(request);
    if (!DELIVERY_KINDS.some((known) => known === kind)) {
      throw new ControlError(`kind must be one of ${DELIVERY_KINDS.join(', ')}`);
    }
    const id = parameters['id'] ?? '';
    const { attempt } = await this.#dependencies.notifier.send(id, kind as DeliveryKind);
    return json(200, attempt);
  }

  #changeSettings(changes: Record<string, unknown>): HttpAnswer {
    const { keyRing } = this.#dependencies;
    const { settings } = keyRing;
    const { mode, grayPercent, currentCertificate, ...faultChanges } = changes;
    for (const [name, value] of Object.entries(faultChanges)) {
      const issue = faultIssue(name, value);
      if (issue !== undefined) throw new ControlError(issue);
    }
    if (mode !== undefined && !MODES.some((known) => known === mode)) {
      throw new ControlError(`mode must be one of ${MODES.join(', ')}`);
    }
    if (grayPercent !== undefined && !isWithin(grayPercent, 100)) {
      throw new ControlError('grayPercent must be an integer from 0 to 100');
    }
    const last = keyRing.keys.certificates.length - 1;
    if (currentCertificate !== undefined && !isWithin(currentCertificate, last)) {
      throw new ControlError(`currentCertificate must be an integer from 0 to ${last}`);
    }
    Object.assign(settings, {
      ...settings,
      ...definedOf({ mode, grayPercent, currentCertificate }),
    });
    Object.assign(this.#dependencies.faults.settings, faultChanges);
    return json(200, this.#settings());
  }
}

function publicKeys(keyRing: KeyRing): object {
  const { publicKey, rootCertificate } = keyRing.keys;
  return {
    settings: keyRing.settings,
    publicKey:
      keyRing.settings.mode === 'certificate'
        ? null
        : { serial: publicKey.serial, key: publicKey.pem },
    certificates: keyRing.certificates.map(({ serial, pem }) => ({ serial, key: pem })),
    rootCertificate,
  };
}

function orderSummary(order: Order): object {
  const { mchid, outTradeNo, prepayId, total, currency, state, transactionId } = order;
  const refunds = order.refunds.map(({ outRefundNo, refundId, refund, status }) => ({
    outRefundNo,
    refundId,
    refund,
    status,
  }));
  return { mchid, outTradeNo, prepayId, total, currency, state, transactionId, refunds };
}

function notificationSummary(notification: Notification): object {
  const { id, eventType, url, state, attempts } = notification;
  return { id, eventType, url, state, attempts };
}

function members(request: HttpRequest): Record<string, unknown> {
  const value: unknown = request.body.length === 0 ? {} : JSON.parse(request.body.toString('utf8'));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ControlError('the body must be a JSON object');
  }
  return value as Record<string, unknown>;
}

function text(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') {
    throw new ControlError(`${name} must be a non-empty string`);
  }
  return value;
}

function isWithin(value: unknown, max: number): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= max;
}

function definedOf(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
