import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { countCases } from './support/cases.js';
import type { Answer } from './support/merchant-client.js';
import { paymentCall, prepayBody, startPlatform, type TestPlatform } from './support/platform.js';

const cases = countCases('simulator/refunds');
const REFUNDS = '/v3/refund/domestic/refunds';

describe('refunds', () => {
  let platform: TestPlatform;
  let number = 0;

  before(async () => {
    platform = await startPlatform();
  });
  after(() => platform.simulator.close());

  async function paidOrder(total = 100): Promise<{ outTradeNo: string; transactionId: string }> {
    const body = prepayBody(platform, { amount: { total, currency: 'CNY' } });
    const prepay = await platform.client.call({ url: '/v3/pay/transactions/jsapi', body });
    platform.simulator.pay(paymentCall(platform, prepay.json.prepay_id));
    const outTradeNo = String(body['out_trade_no']);
    const url = `/v3/pay/transactions/out-trade-no/${outTradeNo}?mchid=${body['mchid']}`;
    return { outTradeNo, transactionId: (await platform.client.call({ url })).json.transaction_id };
  }

  function refundBody(outTradeNo: string, changes: object = {}): Record<string, unknown> {
    number += 1;
    return {
      out_trade_no: outTradeNo,
      out_refund_no: `R-${number}@x`,
      amount: { refund: 100, total: 100, currency: 'CNY' },
      ...changes,
    };
  }

  const refund = (body: object): Promise<Answer> => platform.client.call({ url: REFUNDS, body });

  it('are accepted as PROCESSING, succeed later, and can be asked for', async () => {
    const { outTradeNo, transactionId } = await paidOrder();
    const body = refundBody(outTradeNo, { reason: '茶'.repeat(26) });
    const answer = await refund(body);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json.status, 'PROCESSING');
    assert.equal(answer.json.transaction_id, transactionId);
    assert.equal(answer.json.success_time, undefined);
    platform.client.verified(answer);
    await platform.simulator.idle();
    const url = `${REFUNDS}/${encodeURIComponent(String(body['out_refund_no']))}`;
    const later = await platform.client.call({ url });
    assert.equal(later.json.status, 'SUCCESS');
    assert.equal(later.json.refund_id, answer.json.refund_id);
    assert.match(later.json.success_time, /\+08:00$/);
    cases.positive();
  });

  it('take the transaction id in place of the order number', async () => {
    const { transactionId } = await paidOrder();
    const { out_trade_no: _, ...body } = refundBody('');
    assert.equal((await refund({ ...body, transaction_id: transactionId })).status, 200);
    cases.positive();
  });

  it('set the order to REFUND at once', async () => {
    const { outTradeNo } = await paidOrder();
    await refund(refundBody(outTradeNo));
    const { mchid } = platform.account.merchant;
    const url = `/v3/pay/transactions/out-trade-no/${outTradeNo}?mchid=${mchid}`;
    assert.equal((await platform.client.call({ url })).json.trade_state, 'REFUND');
    cases.positive();
  });

  it('are one refund when the same request is posted again', async () => {
    const { outTradeNo } = await paidOrder();
    const body = refundBody(outTradeNo);
    const first = await refund(body);
    const second = await refund(body);
    assert.equal(second.json.refund_id, first.json.refund_id);
    cases.positive();
  });

  it('may be partial, up to the whole and not a fen beyond', async () => {
    const { outTradeNo } = await paidOrder();
    const part = (fen: number): Record<string, unknown> =>
      refundBody(outTradeNo, { amount: { refund: fen, total: 100, currency: 'CNY' } });
    assert.equal((await refund(part(60))).status, 200);
    const tooMuch = await refund(part(41));
    assert.equal(tooMuch.status, 400);
    assert.equal(tooMuch.json.message, '申请退款金额超过订单可退金额');
    assert.equal((await refund(part(40))).status, 200);
    cases.positive();
    cases.negative();
  });

  const offences: [field: string, changes: object][] = [
    ['/transaction_id', { transaction_id: '4200' }],
    ['/transaction_id', { out_trade_no: undefined }],
    ['/out_refund_no', { out_refund_no: undefined }],
    ['/out_refund_no', { out_refund_no: 'R'.repeat(65) }],
    ['/out_refund_no', { out_refund_no: 'R 1' }],
    ['/reason', { reason: '茶'.repeat(27) }],
    ['/notify_url', { notify_url: 'https://shop.example/?a=1' }],
    ['/funds_account', { funds_account: 'MINE' }],
    ['/amount', { amount: undefined }],
    ['/amount/refund', { amount: { refund: 0, total: 100, currency: 'CNY' } }],
    ['/amount/refund', { amount: { refund: 1.5, total: 100, currency: 'CNY' } }],
    ['/amount/currency', { amount: { refund: 1, total: 100 } }],
    [
      '/amount/from/0/account',
      { amount: { refund: 1, total: 100, currency: 'CNY', from: [{ amount: 1 }] } },
    ],
    ['/sub_mchid', { sub_mchid: '1900000000' }],
  ];
  for (const [field, changes] of offences) {
    it(`are refused for ${field} in ${JSON.stringify(changes).slice(0, 60)}`, async () => {
      const answer = await refund(refundBody('123456', changes));
      assert.equal(answer.status, 400);
      assert.equal(answer.json.detail.field, field);
      cases.negative();
    });
  }

  it('are refused for an order that is unknown or unpaid, and for another total', async () => {
    assert.equal((await refund(refundBody('123456'))).json.code, 'RESOURCE_NOT_EXISTS');

    const unpaid = prepayBody(platform);
    await platform.client.call({ url: '/v3/pay/transactions/jsapi', body: unpaid });
    assert.equal(
      (await refund(refundBody(String(unpaid['out_trade_no'])))).json.code,
      'INVALID_REQUEST',
    );

    const { outTradeNo } = await paidOrder();
    const amount = { refund: 50, total: 50, currency: 'CNY' };
    const other = await refund(refundBody(outTradeNo, { amount }));
    assert.equal(other.json.message, '订单金额或退款金额与之前请求不一致，请核实后再试');
    cases.negative();
  });

  it('are refused when the same out_refund_no asks for something else', async () => {
    const { outTradeNo } = await paidOrder();
    const body = refundBody(outTradeNo, { amount: { refund: 10, total: 100, currency: 'CNY' } });
    await refund(body);
    const amount = { refund: 11, total: 100, currency: 'CNY' };
    assert.equal((await refund({ ...body, amount })).json.code, 'INVALID_REQUEST');
    cases.negative();
  });

  it('are refused after the fiftieth on one order', async () => {
    const { outTradeNo } = await paidOrder();
    const amount = { refund: 1, total: 100, currency: 'CNY' };
    for (let count = 0; count < 50; count += 1) {
      assert.equal((await refund(refundBody(outTradeNo, { amount }))).status, 200);
    }
    assert.equal((await refund(refundBody(outTradeNo, { amount }))).status, 400);
    cases.negative();
  });

  it('are unknown to the query until they are made', async () => {
    assert.equal(
      (await platform.client.call({ url: `${REFUNDS}/NONE` })).json.code,
      'RESOURCE_NOT_EXISTS',
    );
    cases.negative();
  });
});
