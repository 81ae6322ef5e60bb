// Giving money back: one out_refund_no per refund, posted again as it is until WeChat Pay has answered.

import { inTransaction, type Database } from './db/database.js';
import { ShopError } from './errors.js';
import { errorFields, type Logger } from './log.js';
import {
  insertEvent,
  insertIncident,
  lockOrder,
  scheduleCheck,
  transition,
  type Order,
} from './orders.js';
import { refundNumber } from './random.js';
import { checkReason } from './refund-reason.js';
import {
  findFailedRefund,
  findOpenRefund,
  findRefund,
  insertRefund,
  listRefunds,
  updateRefund,
  type Refund,
} from './refunds.js';
import { applyRefund, restingStatus } from './settlement.js';
import { hasShipment } from './shipments.js';
import { refused, unreachable } from './shop.js';
import { afterSeconds } from './time.js';
import {
  EffectUnknown,
  PlatformRefusal,
  type Refund as PlatformRefund,
  type WechatPayClient,
} from './wechat-pay.js';

export interface RefundDeskDependencies {
  database: Database;
  wechatPay: WechatPayClient;
  /** Where WeChat Pay posts refund callbacks. */
  notifyUrl: string;
  /** When WeChat Pay is asked about a refund that hears nothing. */
  firstCheckSeconds: number;
  now: () => Date;
  log: Logger;
}

export class RefundDesk {
  readonly #dependencies: RefundDeskDependencies;

  constructor(dependencies: RefundDeskDependencies) {
    this.#dependencies = dependencies;
  }

  /** The whole rest of the order, or part of it. Repeating it while one is open changes nothing. */
  async refund(order: Order, amount: number | undefined, reason: string): Promise<Refund> {
    checkReason(reason);
    const wanted = amount ?? order.amountTotal - order.amountRefunded;
    const done = await this.#recall(order, wanted);
    return done ?? this.#send(order, await this.#open(order, amount, reason));
  }

  /**
   * Before there may be another refund, WeChat Pay is asked about those that were refused: one of
   * them may have got through since. Returns it where it gave back what is wanted now.
   */
  async #recall(order: Order, wanted: number): Promise<Refund | undefined> {
    const { database } = this.#dependencies;
    const { outTradeNo } = order;
    for (const { outRefundNo, amount, status } of await listRefunds(database, outTradeNo)) {
      if (status !== 'FAILED' || !(await this.#ask(order, outRefundNo))) continue;
      const found = await findRefund(database, outTradeNo, outRefundNo);
      if (found?.status === 'SUCCESS' && amount === wanted) return found;
    }
    return undefined;
  }

  /** Goes on with the refund that is open: asks about it, or sends it where that never succeeded. */
  async resume(order: Order): Promise<void> {
    const open = await findOpenRefund(this.#dependencies.database, order.outTradeNo);
    if (open?.status === 'REQUESTED') await this.#send(order, open);
    else await this.refresh(order);
  }

  /** Asks WeChat Pay about the refund that is on its way. */
  async refresh(order: Order): Promise<void> {
    const open = await findOpenRefund(this.#dependencies.database, order.outTradeNo);
    if (open !== undefined) await this.#ask(order, open.outRefundNo);
  }

  /** Whether WeChat Pay has this refund; what it says of it is applied. */
  async #ask(order: Order, outRefundNo: string): Promise<boolean> {
    try {
      await this.#settle(order, await this.#dependencies.wechatPay.queryRefund(outRefundNo));
      return true;
    } catch (error) {
      if (error instanceof EffectUnknown) throw unreachable(error);
      if (!(error instanceof PlatformRefusal)) throw error;
      if (!error.is('RESOURCE_NOT_EXISTS')) throw refused(error);
      return false;
    }
  }

  /** Moves the order to REFUNDING and writes the refund down, before anybody is asked for money. */
  #open(order: Order, amount: number | undefined, reason: string): Promise<Refund> {
    const { database, now, firstCheckSeconds } = this.#dependencies;
    const { outTradeNo } = order;
    return inTransaction(database, async (transaction) => {
      const current = await lockOrder(transaction, outTradeNo);
      const open = await findOpenRefund(transaction, outTradeNo);
      if (open !== undefined) {
        if (amount === undefined || amount === open.amount) return open;
        const text = `a refund of ${open.amount} fen is on its way; wait for it before asking for another`;
        throw new ShopError(409, 'REFUND_OPEN', text);
      }
      if (current?.status !== 'PAID') {
        const text = `an order that is ${current?.status ?? 'unknown'} cannot be refunded`;
        throw new ShopError(409, 'ORDER_NOT_PAID', text);
      }
      const rest = current.amountTotal - current.amountRefunded;
      const wanted = amount ?? rest;
      if (!Number.isInteger(wanted) || wanted < 1 || wanted > rest) {
        const text = `amount must be an integer from 1 to ${rest} fen`;
        throw new ShopError(400, 'AMOUNT_INVALID', text);
      }
      const at = now();
      const failed = await findFailedRefund(transaction, outTradeNo, wanted);
      // As it was, its reason too: WeChat Pay refuses another request under the same number.
      const refund = failed ?? {
        outTradeNo,
        outRefundNo: refundNumber(at),
        amount: wanted,
        reason,
        refundId: undefined,
      };
      const { outRefundNo } = refund;
      const status = 'REQUESTED';
      if (failed === undefined) await insertRefund(transaction, { ...refund, at });
      else await updateRefund(transaction, { outTradeNo, outRefundNo, status, at });
      await transition(transaction, outTradeNo, 'PAID', 'REFUNDING', at);
      await scheduleCheck(transaction, outTradeNo, afterSeconds(at, firstCheckSeconds));
      await insertEvent(transaction, outTradeNo, {
        event: 'REFUND.REQUESTED',
        subject: outRefundNo,
        source: 'SHOP',
        statusAfter: 'REFUNDING',
        at,
      });
      return { ...refund, status };
    });
  }

  async #send(order: Order, refund: Refund): Promise<Refund> {
    const { database, wechatPay, notifyUrl, log } = this.#dependencies;
    const { outTradeNo, outRefundNo } = refund;
    try {
      const answer = await wechatPay.refund({
        outTradeNo,
        outRefundNo,
        reason: refund.reason,
        notifyUrl,
        refund: refund.amount,
        total: order.amountTotal,
        currency: order.currency,
      });
      await this.#settle(order, answer);
    } catch (error) {
      if (error instanceof EffectUnknown) {
        log.warn('refund: effect unknown', { outTradeNo, outRefundNo, ...errorFields(error) });
        throw unreachable(error);
      }
      if (!(error instanceof PlatformRefusal)) throw error;
      // It may be refused because it got through before, and its answer was lost.
      if (!(await this.#ask(order, outRefundNo)) && (await this.#abandon(refund, error))) {
        throw refused(error);
      }
    }
    return (await findRefund(database, outTradeNo, outRefundNo)) ?? refund;
  }

  /** 200 means accepted; the money is back when the status says SUCCESS. */
  async #settle(order: Order, answer: PlatformRefund): Promise<void> {
    const { database, now } = this.#dependencies;
    const { refund_id: refundId, status } = answer;
    const { mchid } = order;
    const at = now();
    await inTransaction(database, async (transaction) => {
      const news = { source: 'QUERY', reference: refundId, at } as const;
      await applyRefund(transaction, { ...answer, mchid, refund_status: status }, news);
    });
  }

  /**
   * WeChat Pay refused: the order is PAID again, and a person has to know. False when another answer
   * has accepted the refund meanwhile.
   */
  #abandon(refund: Refund, { code, message }: PlatformRefusal): Promise<boolean> {
    const { database, now } = this.#dependencies;
    const { outTradeNo, outRefundNo } = refund;
    const at = now();
    return inTransaction(database, async (transaction) => {
      await lockOrder(transaction, outTradeNo);
      const current = await findRefund(transaction, outTradeNo, outRefundNo);
      if (current?.status !== 'REQUESTED') return current?.status === 'FAILED';
      await insertIncident(transaction, {
        outTradeNo,
        kind: 'REFUND_REFUSED',
        reference: outRefundNo,
        detail: { code, message },
        at,
      });
      // Paid after closing: there is nothing to ship, so it is sent again until it goes through.
      if (!(await hasShipment(transaction, outTradeNo))) return true;
      await updateRefund(transaction, { outTradeNo, outRefundNo, status: 'FAILED', at });
      const statusAfter = await restingStatus(transaction, outTradeNo);
      if (statusAfter === 'PAID') {
        await transition(transaction, outTradeNo, 'REFUNDING', 'PAID', at);
      }
      await insertEvent(transaction, outTradeNo, {
        event: 'REFUND.FAILED',
        subject: outRefundNo,
        source: 'SHOP',
        statusAfter,
        at,
      });
      return true;
    });
  }
}
