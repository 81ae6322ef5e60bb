// WeChat on the user's phone: what happens between wx.requestPayment and its callback.

import { signatureMatches } from './cipher.js';
import type { Ledger, Order } from './ledger.js';
import type { Registry } from './registry.js';

/** What `wx.requestPayment` is called with, and who calls it. */
export interface PaymentCall {
  appid: string;
  openid: string;
  timeStamp: unknown;
  nonceStr: unknown;
  package: unknown;
  signType: unknown;
  paySign: unknown;
}

export interface PaymentSheet {
  prepayId: string;
  outTradeNo: string;
  merchantName: string;
  description: string;
  total: number;
  currency: string;
  /** The four lines paySign was checked over. */
  message: string;
}

export interface Opened {
  order: Order;
  sheet: PaymentSheet;
}

/** Why the sheet did not open or the money did not move; the message is what the phone shows. */
export class PaymentRefusal extends Error {
  readonly errMsg: string;
  readonly signMessage: string | undefined;

  constructor(reason: string, signMessage?: string) {
    super(reason);
    this.name = 'PaymentRefusal';
    this.errMsg = `requestPayment:fail ${reason}`;
    this.signMessage = signMessage;
  }
}

export class Cashier {
  readonly #registry: Registry;
  readonly #ledger: Ledger;
  readonly #now: () => number;

  constructor(registry: Registry, ledger: Ledger, now: () => number) {
    this.#registry = registry;
    this.#ledger = ledger;
    this.#now = now;
  }

  /** Opens the payment sheet: checks the parameters and paySign, and shows what is to be paid. */
  open(call: PaymentCall): Opened {
    return this.#check(call);
  }

  /** The user confirms with password or fingerprint. Everything is checked again. */
  pay(call: PaymentCall): Opened {
    const opened = this.#check(call);
    this.#ledger.pay(opened.order);
    return opened;
  }

  #check(call: PaymentCall): Opened {
    const { timeStamp, nonceStr, package: packageValue, signType, paySign } = call;
    if (typeof timeStamp !== 'string' || !/^\d{10}$/.test(timeStamp)) {
      throw new PaymentRefusal('parameter error: timeStamp must be a string of 10 digits');
    }
    if (typeof nonceStr !== 'string' || nonceStr === '' || nonceStr.length > 32) {
      throw new PaymentRefusal('parameter error: nonceStr must be 1 to 32 characters');
    }
    if (typeof packageValue !== 'string' || !/^prepay_id=.+$/.test(packageValue)) {
      throw new PaymentRefusal('parameter error: package must read prepay_id=…');
    }
    if (signType !== 'RSA') throw new PaymentRefusal('parameter error: signType must be RSA');
    if (typeof paySign !== 'string') {
      throw new PaymentRefusal('parameter error: paySign must be a string');
    }

    const prepayId = packageValue.slice('prepay_id='.length);
    const order = this.#ledger.findByPrepayId(prepayId);
    const merchant = order === undefined ? undefined : this.#registry.merchants.get(order.mchid);
    if (order === undefined || merchant === undefined) {
      throw new PaymentRefusal('预支付交易会话标识 prepay_id 不存在');
    }
    const message = `${call.appid}\n${timeStamp}\n${nonceStr}\n${packageValue}\n`;
    if (!signatureMatches(message, paySign, merchant.publicKey)) {
      throw new PaymentRefusal('支付验证签名失败', message);
    }
    if (call.appid !== order.appid) throw new PaymentRefusal('appid 与下单时不一致', message);
    if (call.openid !== order.openid) throw new PaymentRefusal('付款用户与下单用户不一致', message);
    if (order.state === 'SUCCESS' || order.state === 'REFUND') {
      throw new PaymentRefusal('该订单已支付', message);
    }
    if (order.state === 'CLOSED') throw new PaymentRefusal('该订单已关闭', message);
    if (order.prepayId !== prepayId || order.prepayExpiresAt <= this.#now()) {
      throw new PaymentRefusal('prepay_id 已过期，请重新下单', message);
    }
    return {
      order,
      sheet: {
        prepayId,
        outTradeNo: order.outTradeNo,
        merchantName: merchant.name,
        description: order.description,
        total: order.total,
        currency: order.currency,
        message,
      },
    };
  }
}
