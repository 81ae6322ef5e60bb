import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { countCases } from './support/cases.js';
import type { Answer } from './support/merchant-client.js';
import { paymentCall, startPlatform, type TestPlatform } from './support/platform.js';

const cases = countCases('simulator/combine');
const PREPAY = '/v3/combine-transactions/jsapi';

let platform: TestPlatform;
before(async () => {
  platform = await startPlatform();
});
after(() => platform.simulator.close());

let number = 0;
function subOrder(changes: object = {}): Record<string, unknown> {
  number += 1;
  return {
    mchid: platform.account.merchant.mchid,
    out_trade_no: `SUB-ORDER-${number}`,
    attach: 'a',
    description: '茶',
    amount: { total_amount: 100 * number, currency: 'CNY' },
    ...changes,
  };
}

function body(changes: object = {}): any {
  number += 1;
  const { merchant, app } = platform.account;
  return {
    combine_appid: app.appid,
    combine_mchid: merchant.mchid,
    combine_out_trade_no: `COMBINED-${number}`,
    combine_payer_info: { openid: platform.simulator.openid(app.appid) },
    sub_orders: [subOrder(), subOrder()],
    notify_url: 'http://127.0.0.1:9/notify',
    ...changes,
  };
}

const prepay = (content: object): Promise<Answer> =>
  platform.client.call({ url: PREPAY, body: content });
const query = (content: any): Promise<Answer> =>
  platform.client.call({
    url: `/v3/combine-transactions/out-trade-no/${content.combine_out_trade_no}`,
  });
const close = (content: any, changes: object = {}): Promise<Answer> =>
  platform.client.call({
    url: `/v3/combine-transactions/out-trade-no/${content.combine_out_trade_no}/close`,
    body: {
      combine_appid: content.combine_appid,
      sub_orders: content.sub_orders.map(({ mchid, out_trade_no }: any) => ({
        mchid,
        out_trade_no,
      })),
      ...changes,
    },
  });

describe('a combined order', () => {
  it('is paid as one, told in one callback, and refunded one by one', async () => {
    const content = body();
    const { json } = await prepay(content);
    assert.deepEqual((await prepay(content)).json, json, 'the same request, the same prepay_id');
    const { notificationId } = platform.simulator.pay(paymentCall(platform, json.prepay_id));
    const found = (await query(content)).json;
    assert.deepEqual(
      found.sub_orders.map((sub: any) => [sub.trade_state, sub.amount.total_amount]),
      content.sub_orders.map((sub: any) => ['SUCCESS', sub.amount.total_amount]),
    );
    const told = platform.simulator.notifications().find(({ id }) => id === notificationId);
    assert.deepEqual(told?.resource, found);
    const [first] = content.sub_orders;
    const refund = await platform.client.call({
      url: '/v3/refund/domestic/refunds',
      body: {
        out_trade_no: first.out_trade_no,
        out_refund_no: `R-${first.out_trade_no}`,
        amount: { refund: 1, total: first.amount.total_amount, currency: 'CNY' },
      },
    });
    assert.equal(refund.status, 200);
    assert.throws(() => platform.simulator.pay(paymentCall(platform, json.prepay_id)), /已支付/);
    cases.positive();
  });

  it('is closed as one', async () => {
    const content = body();
    const { json } = await prepay(content);
    assert.equal((await close(content)).status, 204);
    assert.equal((await close(content)).json.code, 'ORDER_CLOSED');
    assert.equal((await query(content)).json.sub_orders[0].trade_state, 'CLOSED');
    assert.throws(() => platform.simulator.pay(paymentCall(platform, json.prepay_id)), /已关闭/);
    cases.positive();
  });

  const twice = (): object => {
    const sub = subOrder();
    return { sub_orders: [sub, sub] };
  };
  for (const [why, changes, status, code] of [
    ['one sub-order', () => ({ sub_orders: [subOrder()] }), 400, 'PARAM_ERROR'],
    [
      'eleven',
      () => ({ sub_orders: Array.from({ length: 11 }, () => subOrder()) }),
      400,
      'PARAM_ERROR',
    ],
    ['one number twice', twice, 400, 'PARAM_ERROR'],
    [
      'no attach',
      () => ({ sub_orders: [subOrder(), subOrder({ attach: undefined })] }),
      400,
      'PARAM_ERROR',
    ],
    [
      'an unknown merchant',
      () => ({ sub_orders: [subOrder(), subOrder({ mchid: '1' })] }),
      400,
      'PARAM_ERROR',
    ],
    ['another merchant', () => ({ combine_mchid: '1900000001' }), 400, 'PARAM_ERROR'],
    [
      'another mini program',
      () => ({ combine_appid: 'wx0000000000000000' }),
      400,
      'APPID_MCHID_NOT_MATCH',
    ],
    ['a stranger', () => ({ combine_payer_info: { openid: 'oStranger' } }), 500, 'OPENID_MISMATCH'],
    ['the amount of a plain order', () => ({ amount: { total: 1 } }), 400, 'PARAM_ERROR'],
  ] as const) {
    it(`is refused with ${why}`, async () => {
      const answer = await prepay(body(changes()));
      assert.equal(answer.status, status, answer.text);
      assert.equal(answer.json.code, code);
      cases.negative();
    });
  }

  it('uses no number that is in use', async () => {
    const first = body();
    await prepay(first);
    const answer = await prepay(body({ sub_orders: [subOrder(), first.sub_orders[0]] }));
    assert.equal(answer.json.code, 'OUT_TRADE_NO_USED');
    assert.equal((await prepay({ ...first, sub_orders: body().sub_orders })).status, 400);
    cases.negative();
  });

  it('is closed only whole, by its own, while it is not paid', async () => {
    const content = body();
    const { json } = await prepay(content);
    const { mchid, out_trade_no } = content.sub_orders[0];
    assert.equal((await close(content, { sub_orders: [{ mchid, out_trade_no }] })).status, 400);
    assert.equal((await close(content, { combine_appid: 'wx0000000000000000' })).status, 400);
    assert.equal((await query({ combine_out_trade_no: 'NO-SUCH' })).status, 404);
    platform.simulator.pay(paymentCall(platform, json.prepay_id));
    assert.equal((await close(content)).json.code, 'ORDERPAID');
    cases.negative();
  });
});
