// The shop: orders from the buyer's point of view, each step safe to repeat.

import type { Merchant } from 'wechatpay-wasm';

import { CURRENCY, findProduct, MAX_QUANTITY, orderDescription } from './catalogue.js';
import { inTransaction, type Database } from './db/database.js';
import { ShopError } from './errors.js';
import { errorFields, type Logger } from './log.js';
import {
  findOrder,
  insertEvent,
  insertOrder,
  listEvents,
  listOrders,
  markClosed,
  savePrepayId,
  type Order,
} from './orders.js';
import { orderNumber } from './random.js';
import { listRefunds, type Refund } from './refunds.js';
import { applyPayment, isPaid } from './settlement.js';
import { afterSeconds, unixTime } from './time.js';
import { EffectUnknown, PlatformRefusal, type WechatPayClient } from './wechat-pay.js';

export interface ShopDependencies {
  database: Database;
  merchant: Merchant;
  wechatPay: WechatPayClient;
  appid: string;
  mchid: string;
  /** Where WeChat Pay posts payment callbacks. */
  notifyUrl: string;
  /** When WeChat Pay is asked about an order that hears nothing. */
  firstCheckSeconds: number;
  now: () => Date;
  log: Logger;
}

/** What `wx.requestPayment` takes; absent when there is nothing left to pay. */
export type RequestPayment = ReturnType<Merchant['requestPayment']>;

export interface Checkout {
  order: Order;
  requestPayment: RequestPayment | undefined;
}

const ORDER_VALIDITY = 30 * 60 * 1000;
const PREPAY_ATTEMPTS = 3;

export class Shop {
  readonly #dependencies: ShopDependencies;

  constructor(dependencies: ShopDependencies) {
    this.#dependencies = dependencies;
  }

  /** Writes the order down first, then asks WeChat Pay for a prepay_id. */
  async createOrder(openid: string, productId: unknown, quantity: unknown): Promise<Checkout> {
    const product = findProduct(productId);
    if (product === undefined) {
      throw new ShopError(
        400,
        'PRODUCT_UNKNOWN',
        'there is no such product; see GET /api/products',
      );
    }
    if (!isQuantity(quantity)) {
      const text = `quantity must be an integer from 1 to ${MAX_QUANTITY}`;
      throw new ShopError(400, 'QUANTITY_INVALID', text);
    }
    const { database, appid, mchid, now, firstCheckSeconds } = this.#dependencies;
    const createdAt = now();
    const outTradeNo = orderNumber(createdAt);
    await inTransaction(database, async (transaction) => {
      await insertOrder(transaction, {
        outTradeNo,
        appid,
        mchid,
        openid,
        productId: product.id,
        quantity,
        description: orderDescription(product, quantity),
        amountTotal: product.price * quantity,
        currency: CURRENCY,
        expiresAt: wholeSecond(createdAt.getTime() + ORDER_VALIDITY),
        createdAt,
        nextCheckAt: afterSeconds(createdAt, firstCheckSeconds),
      });
      await insertEvent(transaction, outTradeNo, {
        event: 'ORDER.CREATED',
        source: 'SHOP',
        statusAfter: 'CREATED',
        at: createdAt,
      });
    });
    return this.checkout(await this.order(openid, outTradeNo));
  }

  /** Parameters for `wx.requestPayment`: for a new order, or for one whose sheet was cancelled. */
  async checkout(order: Order): Promise<Checkout> {
    if (order.status !== 'CREATED' && order.status !== 'PREPAID') {
      return { order, requestPayment: undefined };
    }
    const { merchant, now, appid } = this.#dependencies;
    if (order.expiresAt <= now()) {
      throw new ShopError(409, 'ORDER_EXPIRED', 'this order was not paid in time; place a new one');
    }
    const stale = order.prepayExpiresAt === undefined || order.prepayExpiresAt <= now();
    const prepayId = stale ? await this.#prepay(order) : order.prepayId;
    const current = await this.order(order.openid, order.outTradeNo);
    const payable = current.status === 'CREATED' || current.status === 'PREPAID';
    const requestPayment =
      prepayId !== undefined && payable
        ? merchant.requestPayment({ appid, prepayId, timestamp: unixTime(now()) })
        : undefined;
    return { order: current, requestPayment };
  }

  /** Somebody else's order is as unknown as one that does not exist. */
  async order(openid: string, outTradeNo: string): Promise<Order> {
    const order = await findOrder(this.#dependencies.database, outTradeNo);
    if (order?.openid !== openid) {
      throw new ShopError(404, 'ORDER_UNKNOWN', 'you have no order with this number');
    }
    return order;
  }

  orders(openid: string): Promise<Order[]> {
    return listOrders(this.#dependencies.database, openid);
  }

  async history(order: Order): Promise<{ events: object[]; refunds: Refund[] }> {
    const { database } = this.#dependencies;
    const rows = await listEvents(database, order.outTradeNo);
    const events = rows.map((row) => ({
      event: row['event'],
      subject: row['subject'] === '' ? undefined : row['subject'],
      source: row['source'],
      notificationId: row['notification_id'] ?? undefined,
      statusAfter: row['status_after'],
      at: row['created_at'],
    }));
    return { events, refunds: await listRefunds(database, order.outTradeNo) };
  }

  /** Asks WeChat Pay how the order stands, for the buyer whose callback does not come. */
  async refresh(order: Order): Promise<Order> {
    await this.#query(order);
    return this.order(order.openid, order.outTradeNo);
  }

  /** The buyer no longer wants it: closed at WeChat Pay first, then here. */
  async close(order: Order): Promise<Order> {
    const { wechatPay, database, now } = this.#dependencies;
    if (order.status !== 'CREATED' && order.status !== 'PREPAID') {
      throw new ShopError(
        409,
        'ORDER_NOT_OPEN',
        `an order that is ${order.status} cannot be closed`,
      );
    }
    try {
      await wechatPay.closeOrder(order.outTradeNo);
    } catch (error) {
      if (!(error instanceof PlatformRefusal)) throw unreachable(error);
      if (error.is('ORDERPAID')) return this.refresh(order);
      if (!error.is('ORDER_CLOSED') && !error.is('ORDER_NOT_EXIST')) throw refused(error);
    }
    const at = now();
    await inTransaction(database, async (transaction) => {
      if (await markClosed(transaction, order.outTradeNo, at)) {
        const event = { event: 'ORDER.CLOSED', source: 'SHOP', statusAfter: 'CLOSED', at } as const;
        await insertEvent(transaction, order.outTradeNo, event);
      }
    });
    return this.order(order.openid, order.outTradeNo);
  }

  /**
   * One prepay_id for one order number. After an answer that tells nothing, WeChat Pay is asked how
   * the order stands, and the same request is posted again: it is the number that makes it one.
   */
  async #prepay(order: Order): Promise<string | undefined> {
    const { database, wechatPay, notifyUrl, now, log } = this.#dependencies;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const prepayId = await wechatPay.prepay({
          appid: order.appid,
          description: order.description,
          outTradeNo: order.outTradeNo,
          expiresAt: order.expiresAt,
          notifyUrl,
          total: order.amountTotal,
          currency: order.currency,
          openid: order.openid,
        });
        await inTransaction(database, (transaction) =>
          savePrepayId(transaction, order.outTradeNo, prepayId, now()),
        );
        return prepayId;
      } catch (error) {
        if (error instanceof PlatformRefusal && error.is('ORDERPAID')) {
          await this.#query(order);
          return undefined;
        }
        if (error instanceof PlatformRefusal) throw refused(error);
        if (!(error instanceof EffectUnknown)) throw error;
        const fields = { outTradeNo: order.outTradeNo, attempt, ...errorFields(error) };
        log.warn('prepay: effect unknown', fields);
        if (attempt === PREPAY_ATTEMPTS) throw unreachable(error);
        if (await this.#paidMeanwhile(order)) return undefined;
      }
    }
  }

  /** False as well when the query brings no answer: then only the next attempt can tell. */
  async #paidMeanwhile(order: Order): Promise<boolean> {
    try {
      return await this.#query(order);
    } catch (error) {
      if (error instanceof ShopError) return false;
      throw error;
    }
  }

  /** Applies a payment that WeChat Pay knows of; true when there is one. */
  async #query(order: Order): Promise<boolean> {
    const { database, wechatPay, now, log } = this.#dependencies;
    try {
      const transaction = await wechatPay.queryOrder(order.outTradeNo);
      if (!isPaid(transaction)) return false;
      const reference = String(transaction.transaction_id);
      const outcome = await inTransaction(database, (tx) =>
        applyPayment(tx, transaction, { source: 'QUERY', reference, at: now() }),
      );
      log.info('query settled', { outTradeNo: order.outTradeNo, outcome });
      return true;
    } catch (error) {
      if (error instanceof EffectUnknown) throw unreachable(error);
      if (!(error instanceof PlatformRefusal)) throw error;
      if (error.is('ORDER_NOT_EXIST')) return false;
      throw refused(error);
    }
  }
}

export function unreachable(error: unknown): ShopError {
  const text = 'WeChat Pay could not be reached; repeat this request, the order is kept';
  return new ShopError(502, 'WECHATPAY_UNREACHABLE', text, { cause: error });
}

export function refused(error: PlatformRefusal): ShopError {
  const text = `WeChat Pay refused: ${error.code} ${error.message}`;
  return new ShopError(502, 'WECHATPAY_REFUSED', text, { cause: error });
}

function isQuantity(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_QUANTITY;
}

function wholeSecond(milliseconds: number): Date {
  return new Date(Math.floor(milliseconds / 1000) * 1000);
}
