// Combined payment (合单支付): several orders, one payment sheet, one callback.

import { ApiError, paramError } from './api-error.js';
import { combineDocument } from './documents.js';
import { json, noContent, type HttpAnswer, type HttpRequest } from './http.js';
import type { Ledger, Order } from './ledger.js';
import type { RegisteredMerchant, Registry } from './registry.js';
import { COMBINE_CLOSE, COMBINE_PREPAY } from './rules.js';
import { parseBody, type JsonObject } from './schema.js';
import type { Users } from './users.js';

export interface CombineDependencies {
  registry: Registry;
  users: Users;
  ledger: Ledger;
}

const MIN_SUB_ORDERS = 2;
const MAX_SUB_ORDERS = 10;

export class Combine {
  readonly #dependencies: CombineDependencies;

  constructor(dependencies: CombineDependencies) {
    this.#dependencies = dependencies;
  }

  prepay(request: HttpRequest, merchant: RegisteredMerchant): HttpAnswer {
    const { registry, users, ledger } = this.#dependencies;
    const body = parseBody(request.body, COMBINE_PREPAY);
    requireOwn(body, merchant);
    const appid = String(body['combine_appid']);
    if (!merchant.appids.includes(appid)) {
      throw new ApiError(400, 'APPID_MCHID_NOT_MATCH', 'appid和mch_id不匹配，请检查后再试');
    }
    const subOrders = body['sub_orders'] as JsonObject[];
    if (subOrders.length < MIN_SUB_ORDERS || subOrders.length > MAX_SUB_ORDERS) {
      const issue = `must hold ${MIN_SUB_ORDERS} to ${MAX_SUB_ORDERS} orders`;
      throw paramError('/sub_orders', issue, subOrders.length);
    }
    const numbers = new Set(subOrders.map((sub) => `${sub['mchid']}/${sub['out_trade_no']}`));
    if (numbers.size !== subOrders.length) {
      throw paramError('/sub_orders', 'must not hold an out_trade_no twice', undefined);
    }
    for (const [index, { mchid }] of subOrders.entries()) {
      if (!registry.merchants.has(String(mchid))) {
        throw paramError(`/sub_orders/${index}/mchid`, 'is no merchant', mchid);
      }
    }
    const openid = String((body['combine_payer_info'] as JsonObject)['openid']);
    if (!users.belongsTo(appid, openid)) {
      throw new ApiError(500, 'OPENID_MISMATCH', 'openid和appid不匹配');
    }
    return json(200, { prepay_id: ledger.combinePrepay(body).prepayId });
  }

  query(number: string, merchant: RegisteredMerchant): HttpAnswer {
    return json(200, combineDocument(this.#find(number, merchant)));
  }

  close(request: HttpRequest, number: string, merchant: RegisteredMerchant): HttpAnswer {
    const body = parseBody(request.body, COMBINE_CLOSE);
    const order = this.#find(number, merchant);
    if (body['combine_appid'] !== order.appid) {
      throw paramError('/combine_appid', 'is not that of the order', body['combine_appid']);
    }
    const named = (body['sub_orders'] as JsonObject[]).map(
      (sub) => `${sub['mchid']}/${sub['out_trade_no']}`,
    );
    const held = (order.combined ?? []).map((sub) => `${sub.mchid}/${sub.outTradeNo}`);
    if (named.toSorted().join() !== held.toSorted().join()) {
      throw paramError(
        '/sub_orders',
        'must name all orders of the combined one, and no other',
        named,
      );
    }
    this.#dependencies.ledger.close(order);
    return noContent();
  }

  #find(number: string, merchant: RegisteredMerchant): Order {
    const order = this.#dependencies.ledger.findCombined(merchant.mchid, number);
    if (order === undefined) throw new ApiError(404, 'ORDER_NOT_EXIST', '订单不存在');
    return order;
  }
}

function requireOwn(body: JsonObject, merchant: RegisteredMerchant): void {
  if (body['combine_mchid'] === merchant.mchid) return;
  const issue = `is not the merchant that signed the request (${merchant.mchid})`;
  throw paramError('/combine_mchid', issue, body['combine_mchid']);
}
