// The merchant APIs under /v3/, behind authentication.

import { ApiError, paramError } from './api-error.js';
import { Bills } from './bills.js';
import { decryptSensitive, seal } from './cipher.js';
import { Combine } from './combine.js';
import {
  combineDocument,
  refundDocument,
  refundNotificationDocument,
  transactionDocument,
} from './documents.js';
import { json, matchPath, noContent, type HttpAnswer, type HttpRequest } from './http.js';
import { transactionId } from './identifiers.js';
import type { KeyRing } from './key-ring.js';
import type { Ledger, Order, Refund } from './ledger.js';
import type { Attempt, Notification, Notifier } from './notifier.js';
import type { RegisteredMerchant, Registry } from './registry.js';
import { CLOSE_ORDER, JSAPI_PREPAY, REFUND, SECURITY_ECHO } from './rules.js';
import type { Scheduler } from './scheduler.js';
import { parseBody, type JsonObject } from './schema.js';
import { rfc3339 } from './time.js';
import type { Users } from './users.js';

export interface ApiDependencies {
  registry: Registry;
  users: Users;
  ledger: Ledger;
  keyRing: KeyRing;
  notifier: Notifier;
  scheduler: Scheduler;
  refundMilliseconds: number;
  now: () => number;
}

interface Call {
  request: HttpRequest;
  parameters: Record<string, string>;
  merchant: RegisteredMerchant;
}

interface Route {
  method: string;
  path: string;
  handle: (call: Call) => HttpAnswer;
}

export class Api {
  readonly #dependencies: ApiDependencies;
  readonly #routes: Route[];

  constructor(dependencies: ApiDependencies) {
    this.#dependencies = dependencies;
    const { ledger, now } = dependencies;
    const bills = new Bills(ledger, now);
    const combine = new Combine(dependencies);
    const combined = '/v3/combine-transactions/out-trade-no/{combine_out_trade_no}';
    const byNumber = '/v3/pay/transactions/out-trade-no/{out_trade_no}';
    this.#routes = [
      { method: 'POST', path: '/v3/pay/transactions/jsapi', handle: (call) => this.#prepay(call) },
      { method: 'GET', path: byNumber, handle: (call) => this.#queryByNumber(call) },
      { method: 'POST', path: `${byNumber}/close`, handle: (call) => this.#close(call) },
      {
        method: 'GET',
        path: '/v3/pay/transactions/id/{transaction_id}',
        handle: (call) => this.#queryById(call),
      },
      { method: 'POST', path: '/v3/refund/domestic/refunds', handle: (call) => this.#refund(call) },
      {
        method: 'GET',
        path: '/v3/refund/domestic/refunds/{out_refund_no}',
        handle: (call) => this.#queryRefund(call),
      },
      {
        method: 'POST',
        path: '/v3/combine-transactions/jsapi',
        handle: ({ request, merchant }) => combine.prepay(request, merchant),
      },
      {
        method: 'GET',
        path: combined,
        handle: ({ parameters, merchant }) =>
          combine.query(parameters['combine_out_trade_no'] ?? '', merchant),
      },
      {
        method: 'POST',
        path: `${combined}/close`,
        handle: ({ request, parameters, merchant }) =>
          combine.close(request, parameters['combine_out_trade_no'] ?? '', merchant),
      },
      {
        method: 'GET',
        path: '/v3/bill/tradebill',
        handle: ({ request, merchant }) => bills.tradeBill(request, merchant.mchid),
      },
      {
        method: 'GET',
        path: '/v3/bill/fundflowbill',
        handle: ({ request, merchant }) => bills.fundFlowBill(request, merchant.mchid),
      },
      {
        method: 'GET',
        path: '/v3/billdownload/file',
        handle: ({ request, merchant }) => bills.download(request, merchant.mchid),
      },
      { method: 'GET', path: '/v3/certificates', handle: (call) => this.#certificates(call) },
      { method: 'POST', path: '/v3/security/echo', handle: (call) => this.#echo(call) },
    ];
  }

  handle(request: HttpRequest, merchant: RegisteredMerchant): HttpAnswer {
    let pathExists = false;
    for (const route of this.#routes) {
      const parameters = matchPath(route.path, request.path);
      if (parameters === undefined) continue;
      if (route.method === request.method) return route.handle({ request, parameters, merchant });
      pathExists = true;
    }
    throw pathExists
      ? new ApiError(405, 'INVALID_REQUEST', `${request.path} 不支持 ${request.method} 方法`)
      : new ApiError(404, 'NOT_FOUND', `请求的路径不存在: ${request.path}`);
  }

  /** Tells the merchant that the user paid. */
  announcePayment(order: Order): Notification | undefined {
    return this.#notify(order.mchid, order.notifyUrl, {
      eventType: 'TRANSACTION.SUCCESS',
      originalType: 'transaction',
      summary: '支付成功',
      resource: order.combined === undefined ? transactionDocument(order) : combineDocument(order),
    });
  }

  /** A payment that never was, as a callback that WeChat Pay did not sign. */
  forgePayment(order: Order): Promise<Attempt> {
    const { registry, notifier } = this.#dependencies;
    const merchant = registry.merchants.get(order.mchid);
    const now = this.#dependencies.now();
    const paid = {
      ...order,
      state: 'SUCCESS',
      successAt: now,
      transactionId: transactionId(now),
    } as const;
    return notifier.forge({
      eventType: 'TRANSACTION.SUCCESS',
      originalType: 'transaction',
      summary: '支付成功',
      resource: transactionDocument(paid),
      url: order.notifyUrl,
      apiV3Key: merchant?.apiV3Key ?? '',
    });
  }

  #prepay({ request, merchant }: Call): HttpAnswer {
    const body = parseBody(request.body, JSAPI_PREPAY);
    this.#requireOwn(body, merchant);
    const appid = String(body['appid']);
    if (!merchant.appids.includes(appid)) {
      throw new ApiError(400, 'APPID_MCHID_NOT_MATCH', 'appid和mch_id不匹配，请检查后再试');
    }
    const openid = String((body['payer'] as JsonObject)['openid']);
    if (!this.#dependencies.users.belongsTo(appid, openid)) {
      throw new ApiError(500, 'OPENID_MISMATCH', 'openid和appid不匹配');
    }
    const order = this.#dependencies.ledger.prepay(body);
    return json(200, { prepay_id: order.prepayId });
  }

  #queryByNumber({ request, parameters, merchant }: Call): HttpAnswer {
    requireMchidQuery(request, merchant);
    const number = parameters['out_trade_no'] ?? '';
    return this.#answerOrder(this.#dependencies.ledger.find(merchant.mchid, number));
  }

  #queryById({ request, parameters, merchant }: Call): HttpAnswer {
    requireMchidQuery(request, merchant);
    const id = parameters['transaction_id'] ?? '';
    return this.#answerOrder(this.#dependencies.ledger.findByTransactionId(merchant.mchid, id));
  }

  #answerOrder(order: Order | undefined): HttpAnswer {
    if (order === undefined) throw new ApiError(404, 'ORDER_NOT_EXIST', '订单不存在');
    return json(200, transactionDocument(order));
  }

  #close({ request, parameters, merchant }: Call): HttpAnswer {
    this.#requireOwn(parseBody(request.body, CLOSE_ORDER), merchant);
    const { ledger } = this.#dependencies;
    const order = ledger.find(merchant.mchid, parameters['out_trade_no'] ?? '');
    if (order === undefined) throw new ApiError(404, 'ORDER_NOT_EXIST', '订单不存在');
    ledger.close(order);
    return noContent();
  }

  #refund({ request, merchant }: Call): HttpAnswer {
    const { ledger, scheduler, refundMilliseconds } = this.#dependencies;
    const body = parseBody(request.body, REFUND);
    const { transaction_id: transactionId, out_trade_no: outTradeNo } = body;
    if ((transactionId === undefined) === (outTradeNo === undefined)) {
      const issue = 'exactly one of transaction_id and out_trade_no is required';
      throw paramError('/transaction_id', issue, undefined);
    }
    const order =
      transactionId === undefined
        ? ledger.find(merchant.mchid, String(outTradeNo))
        : ledger.findByTransactionId(merchant.mchid, String(transactionId));
    if (order === undefined) throw new ApiError(404, 'RESOURCE_NOT_EXISTS', '订单不存在');
    const { refund, fresh } = ledger.refund(order, body);
    if (fresh) scheduler.after(refundMilliseconds, () => this.#completeRefund(refund));
    return json(200, refundDocument(refund));
  }

  #completeRefund(refund: Refund): void {
    this.#dependencies.ledger.completeRefund(refund);
    this.#notify(refund.order.mchid, refund.notifyUrl, {
      eventType: 'REFUND.SUCCESS',
      originalType: 'refund',
      summary: '退款成功',
      resource: refundNotificationDocument(refund),
    });
  }

  #queryRefund({ parameters, merchant }: Call): HttpAnswer {
    const number = parameters['out_refund_no'] ?? '';
    const refund = this.#dependencies.ledger.findRefund(merchant.mchid, number);
    if (refund === undefined) throw new ApiError(404, 'RESOURCE_NOT_EXISTS', '退款单不存在');
    return json(200, refundDocument(refund));
  }

  #certificates({ merchant }: Call): HttpAnswer {
    const { certificates } = this.#dependencies.keyRing;
    if (certificates.length === 0) {
      const message = '无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥';
      throw new ApiError(404, 'RESOURCE_NOT_EXISTS', message);
    }
    const data = certificates.map((certificate) => ({
      serial_no: certificate.serial,
      effective_time: rfc3339(certificate.effectiveTime.getTime()),
      expire_time: rfc3339(certificate.expireTime.getTime()),
      encrypt_certificate: seal(certificate.pem, merchant.apiV3Key, 'certificate'),
    }));
    return json(200, { data });
  }

  /** The self-test API: echoes, decrypts, and calls back when it is given a notify_url. */
  #echo({ request, merchant }: Call): HttpAnswer {
    const body = parseBody(request.body, SECURITY_ECHO);
    const { echo_message: message, encrypted_echo_message: encrypted } = body;
    const answer: Record<string, unknown> = { echo_message: message };
    if (encrypted !== undefined) {
      const serial = String(request.headers['wechatpay-serial'] ?? '');
      const key = this.#dependencies.keyRing.find(serial);
      if (key === undefined) {
        throw paramError('Wechatpay-Serial', 'must name the key that encrypted', serial, 'header');
      }
      const decrypted = decryptSensitive(String(encrypted), key.privateKey);
      if (decrypted === undefined) {
        const issue = `cannot be decrypted with the key ${key.serial}`;
        throw paramError('/encrypted_echo_message', issue, undefined);
      }
      answer['decrypted_echo_message'] = decrypted;
    }
    const url = body['notify_url'];
    this.#notify(merchant.mchid, url === undefined ? undefined : String(url), {
      eventType: 'SECURITY_ECHO.SUCCESS',
      originalType: 'security',
      summary: '回调通知成功',
      resource: answer,
    });
    return json(200, answer);
  }

  #notify(
    mchid: string,
    url: string | undefined,
    event: { eventType: string; originalType: string; summary: string; resource: object },
  ): Notification | undefined {
    const merchant = this.#dependencies.registry.merchants.get(mchid);
    if (url === undefined || merchant === undefined) return undefined;
    return this.#dependencies.notifier.notify({ ...event, url, apiV3Key: merchant.apiV3Key });
  }

  #requireOwn(body: JsonObject, merchant: RegisteredMerchant): void {
    if (body['mchid'] !== merchant.mchid) {
      const issue = `is not the merchant that signed the request (${merchant.mchid})`;
      throw paramError('/mchid', issue, body['mchid']);
    }
  }
}

function requireMchidQuery(request: HttpRequest, merchant: RegisteredMerchant): void {
  const mchid = request.query.get('mchid');
  if (mchid === null || mchid === '') throw paramError('mchid', 'is required', mchid, 'query');
  if (mchid !== merchant.mchid) {
    const issue = `is not the merchant that signed the request (${merchant.mchid})`;
    throw paramError('mchid', issue, mchid, 'query');
  }
}
