// The JSON documents WeChat Pay writes about orders and refunds, in answers and inside callbacks.

import type { Order, Refund, TradeState } from './ledger.js';
import { rfc3339 } from './time.js';

const STATE_DESCRIPTION: Record<TradeState, string> = {
  NOTPAY: '订单未支付',
  SUCCESS: '支付成功',
  REFUND: '订单发生过退款',
  CLOSED: '订单已关闭',
};

/** A transaction. What only a payment brings is absent before it. */
export function transactionDocument(order: Order): object {
  const { appid, mchid, outTradeNo, attach, total, currency, state } = order;
  const common = {
    appid,
    mchid,
    out_trade_no: outTradeNo,
    trade_state: state,
    trade_state_desc: STATE_DESCRIPTION[state],
    ...(attach === undefined ? {} : { attach }),
  };
  if (order.successAt === undefined) return { ...common, amount: { total, currency } };
  return {
    ...common,
    transaction_id: order.transactionId,
    trade_type: 'JSAPI',
    bank_type: 'OTHERS',
    success_time: rfc3339(order.successAt),
    payer: { openid: order.openid },
    amount: { total, payer_total: total, currency, payer_currency: currency },
  };
}

/** A combined order, in answers and inside callbacks. */
export function combineDocument(order: Order): object {
  return {
    combine_appid: order.appid,
    combine_mchid: order.mchid,
    combine_out_trade_no: order.outTradeNo,
    ...(order.successAt === undefined ? {} : { combine_payer_info: { openid: order.openid } }),
    sub_orders: (order.combined ?? []).map((sub) => ({
      mchid: sub.mchid,
      out_trade_no: sub.outTradeNo,
      attach: sub.attach,
      trade_state: sub.state,
      amount: {
        total_amount: sub.total,
        currency: sub.currency,
        ...(sub.successAt === undefined
          ? {}
          : { payer_amount: sub.total, payer_currency: sub.currency }),
      },
      ...(sub.successAt === undefined
        ? {}
        : {
            transaction_id: sub.transactionId,
            trade_type: 'JSAPI',
            bank_type: 'OTHERS',
            success_time: rfc3339(sub.successAt),
          }),
    })),
  };
}

/** A refund as the apply and query APIs answer it. */
export function refundDocument(refund: Refund): object {
  const { order } = refund;
  return {
    refund_id: refund.refundId,
    out_refund_no: refund.outRefundNo,
    transaction_id: order.transactionId,
    out_trade_no: order.outTradeNo,
    channel: 'ORIGINAL',
    user_received_account: '支付用户零钱',
    ...(refund.successAt === undefined ? {} : { success_time: rfc3339(refund.successAt) }),
    create_time: rfc3339(refund.createdAt),
    status: refund.status,
    funds_account: 'UNSETTLED',
    amount: {
      total: order.total,
      refund: refund.refund,
      from: [],
      payer_total: order.total,
      payer_refund: refund.refund,
      settlement_refund: refund.refund,
      settlement_total: order.total,
      discount_refund: 0,
      currency: order.currency,
    },
  };
}

/** A refund as the callback carries it: other member names than in the answer. */
export function refundNotificationDocument(refund: Refund): object {
  const { order } = refund;
  return {
    mchid: order.mchid,
    out_trade_no: order.outTradeNo,
    transaction_id: order.transactionId,
    out_refund_no: refund.outRefundNo,
    refund_id: refund.refundId,
    refund_status: refund.status,
    ...(refund.successAt === undefined ? {} : { success_time: rfc3339(refund.successAt) }),
    amount: {
      total: order.total,
      refund: refund.refund,
      payer_total: order.total,
      payer_refund: refund.refund,
    },
    user_received_account: '支付用户零钱',
  };
}
