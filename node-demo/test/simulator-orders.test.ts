import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { countCases } from './support/cases.js';
import type { Answer } from './support/merchant-client.js';
import { paymentCall, prepayBody, startPlatform, type TestPlatform } from './support/platform.js';

const cases = countCases('simulator/orders');
const PREPAY = '/v3/pay/transactions/jsapi';

describe('prepay', () => {
  let platform: TestPlatform;
  const prepay = (body: object): Promise<Answer> => platform.client.call({ url: PREPAY, body });

  before(async () => {
    platform = await startPlatform();
  });
  after(() => platform.simulator.close());

  it('answers a prepay_id, signed by the WeChat Pay public key', async () => {
    const answer = await prepay(prepayBody(platform));
    assert.equal(answer.status, 200);
    assert.match(answer.json.prepay_id, /^wx\d{14}[0-9a-f]{20}$/);
    assert.equal(platform.client.verified(answer), platform.simulator.keys.publicKey.serial);
    assert.equal(answer.headers['wechatpay-signature-type'], 'WECHATPAY2-SHA256-RSA2048');
    cases.positive();
  });

  it('takes every optional field of the document', async () => {
    const answer = await prepay(
      prepayBody(platform, {
        time_expire: new Date(Date.now() + 60_000).toISOString().replace(/\.\d+Z/, '+00:00'),
        attach: 'a'.repeat(128),
        goods_tag: 'WXG',
        support_fapiao: false,
        limit_pay: ['no_credit'],
        description: '茶'.repeat(127),
        detail: {
          cost_price: 100,
          invoice_id: 'wx123',
          goods_detail: [{ merchant_goods_id: '1246464644', quantity: 1, unit_price: 100 }],
        },
        scene_info: { payer_client_ip: '14.23.150.211', store_info: { id: '0001' } },
        settle_info: { profit_sharing: false },
      }),
    );
    assert.equal(answer.status, 200, answer.text);
    cases.positive();
  });

  const offences: [field: string, changes: object][] = [
    ['/appid', { appid: undefined }],
    ['/mchid', { mchid: undefined }],
    ['/description', { description: undefined }],
    ['/out_trade_no', { out_trade_no: undefined }],
    ['/notify_url', { notify_url: undefined }],
    ['/amount', { amount: undefined }],
    ['/payer', { payer: undefined }],
    ['/amount/total', { amount: {} }],
    ['/amount/total', { amount: { total: 0 } }],
    ['/amount/total', { amount: { total: -1 } }],
    ['/amount/total', { amount: { total: 1.5 } }],
    ['/amount/total', { amount: { total: '100' } }],
    ['/amount/total', { amount: { total: null } }],
    ['/amount/currency', { amount: { total: 1, currency: 'USD' } }],
    ['/amount/payer_total', { amount: { total: 1, payer_total: 1 } }],
    ['/payer/openid', { payer: {} }],
    ['/payer/openid', { payer: { openid: '' } }],
    ['/description', { description: '' }],
    ['/description', { description: '茶'.repeat(128) }],
    ['/description', { description: 'tea 🍵' }],
    ['/description', { description: null }],
    ['/out_trade_no', { out_trade_no: '12345' }],
    ['/out_trade_no', { out_trade_no: '1'.repeat(33) }],
    ['/out_trade_no', { out_trade_no: '订单123456' }],
    ['/out_trade_no', { out_trade_no: 123456 }],
    ['/out_trade_no', { out_trade_no: '123456\n' }],
    ['/notify_url', { notify_url: '/notify' }],
    ['/notify_url', { notify_url: 'ftp://shop.example/notify' }],
    ['/notify_url', { notify_url: 'https://shop.example/notify?order=1' }],
    ['/notify_url', { notify_url: `https://shop.example/${'n'.repeat(240)}` }],
    ['/time_expire', { time_expire: '2099-01-01 00:00:00' }],
    ['/time_expire', { time_expire: '2020-01-01T00:00:00+08:00' }],
    ['/attach', { attach: 'a'.repeat(129) }],
    ['/goods_tag', { goods_tag: 'g'.repeat(33) }],
    ['/support_fapiao', { support_fapiao: 'true' }],
    ['/limit_pay', { limit_pay: 'no_credit' }],
    ['/limit_pay/0', { limit_pay: [1] }],
    [
      '/detail/goods_detail/0/quantity',
      { detail: { goods_detail: [{ merchant_goods_id: '1', unit_price: 1 }] } },
    ],
    ['/scene_info/payer_client_ip', { scene_info: {} }],
    ['/settle_info/profit_sharing', { settle_info: { profit_sharing: 1 } }],
    ['/trade_type', { trade_type: 'JSAPI' }],
    ['/__proto__', JSON.parse('{"__proto__": 1}') as object],
  ];
  for (const [field, changes] of offences) {
    const shown = JSON.stringify(changes).slice(0, 60);
    it(`refuses ${field} in ${shown}`, async () => {
      const body = JSON.stringify({ ...prepayBody(platform), ...changes });
      const text = field === '/__proto__' ? `{"__proto__":1,${body.slice(1)}` : body;
      const answer = await platform.client.call({ url: PREPAY, body: text });
      assert.equal(answer.status, 400);
      assert.equal(answer.json.code, 'PARAM_ERROR');
      assert.equal(answer.json.detail.field, field);
      assert.equal(answer.json.detail.location, 'body');
      cases.negative();
    });
  }

  for (const [why, body] of [
    ['no JSON', '{"appid":'],
    ['an array', '[]'],
    ['a text', '"appid"'],
    ['null', 'null'],
  ] as const) {
    it(`refuses a body that is ${why}`, async () => {
      const answer = await platform.client.call({ url: PREPAY, body });
      assert.equal(answer.status, 400);
      assert.equal(answer.json.code, 'PARAM_ERROR');
      cases.negative();
    });
  }

  it('refuses an appid that is not bound to the merchant', async () => {
    const answer = await prepay(prepayBody(platform, { appid: 'wx0000000000000000' }));
    assert.equal(answer.json.code, 'APPID_MCHID_NOT_MATCH');
    cases.negative();
  });

  it('refuses the order of another merchant', async () => {
    const answer = await prepay(prepayBody(platform, { mchid: '1900000000' }));
    assert.equal(answer.json.detail.field, '/mchid');
    cases.negative();
  });

  it('refuses an openid of another mini program', async () => {
    const answer = await prepay(prepayBody(platform, { payer: { openid: `o${'x'.repeat(27)}` } }));
    assert.equal(answer.json.code, 'OPENID_MISMATCH');
    cases.negative();
  });

  it('gives the same prepay_id for the same request, whatever the order of its members', async () => {
    const body = prepayBody(platform);
    const first = await prepay(body);
    const reversed = Object.fromEntries(Object.entries(body).reverse());
    const second = await prepay(reversed);
    assert.equal(second.json.prepay_id, first.json.prepay_id);
    cases.positive();
  });

  it('refuses the same out_trade_no with other parameters', async () => {
    const body = prepayBody(platform);
    await prepay(body);
    const answer = await prepay({ ...body, amount: { total: 99, currency: 'CNY' } });
    assert.equal(answer.status, 400);
    assert.equal(answer.json.code, 'INVALID_REQUEST');
    cases.negative();
  });

  it('refuses an order that is paid, and one that is closed', async () => {
    const paid = prepayBody(platform);
    const { prepay_id: prepayId } = (await prepay(paid)).json;
    platform.simulator.pay(paymentCall(platform, prepayId));
    assert.equal((await prepay(paid)).json.code, 'ORDERPAID');

    const closed = prepayBody(platform);
    await prepay(closed);
    await close(platform, closed);
    assert.equal((await prepay(closed)).json.code, 'ORDER_CLOSED');
    cases.negative();
  });

  it('hands out a new prepay_id after two hours', async () => {
    let now = Date.now();
    const other = await startPlatform({ now: () => now });
    const body = prepayBody(other);
    const first = await other.client.call({ url: PREPAY, body });
    now += 2 * 60 * 60 * 1000;
    const second = await other.client.call({ url: PREPAY, body });
    assert.notEqual(second.json.prepay_id, first.json.prepay_id);
    await other.simulator.close();
    cases.positive();
  });
});

describe('query and close', () => {
  let platform: TestPlatform;
  let mchid: string;
  const get = (url: string): Promise<Answer> => platform.client.call({ url });

  before(async () => {
    platform = await startPlatform();
    ({ mchid } = platform.account.merchant);
  });
  after(() => platform.simulator.close());

  it('shows of an unpaid order only what there is', async () => {
    const body = prepayBody(platform, { attach: 'shelf 3' });
    await platform.client.call({ url: PREPAY, body });
    const answer = await get(
      `/v3/pay/transactions/out-trade-no/${body['out_trade_no']}?mchid=${mchid}`,
    );
    assert.deepEqual(answer.json, {
      appid: body['appid'],
      mchid,
      out_trade_no: body['out_trade_no'],
      trade_state: 'NOTPAY',
      trade_state_desc: '订单未支付',
      attach: 'shelf 3',
      amount: { total: 100, currency: 'CNY' },
    });
    platform.client.verified(answer);
    cases.positive();
  });

  it('shows a paid order by its number and by its transaction id', async () => {
    const body = prepayBody(platform);
    const { prepay_id: prepayId } = (await platform.client.call({ url: PREPAY, body })).json;
    platform.simulator.pay(paymentCall(platform, prepayId));
    const byNumber = await get(
      `/v3/pay/transactions/out-trade-no/${body['out_trade_no']}?mchid=${mchid}`,
    );
    assert.equal(byNumber.json.trade_state, 'SUCCESS');
    assert.match(byNumber.json.transaction_id, /^4200\d{24}$/);
    assert.equal(byNumber.json.amount.payer_total, 100);
    assert.deepEqual(byNumber.json.payer, body['payer']);
    const byId = await get(
      `/v3/pay/transactions/id/${byNumber.json.transaction_id}?mchid=${mchid}`,
    );
    assert.deepEqual(byId.json, byNumber.json);
    cases.positive();
  });

  it('finds an order whose number is percent-encoded in the path', async () => {
    const body = prepayBody(platform, { out_trade_no: `a|b*${Date.now()}` });
    await platform.client.call({ url: PREPAY, body });
    const encoded = encodeURIComponent(String(body['out_trade_no']));
    const answer = await get(`/v3/pay/transactions/out-trade-no/${encoded}?mchid=${mchid}`);
    assert.equal(answer.json.out_trade_no, body['out_trade_no']);
    cases.positive();
  });

  for (const [why, url, status, code] of [
    ['no mchid', '/v3/pay/transactions/out-trade-no/123456', 400, 'PARAM_ERROR'],
    [
      "another merchant's mchid",
      '/v3/pay/transactions/out-trade-no/123456?mchid=1900000000',
      400,
      'PARAM_ERROR',
    ],
    [
      'an unknown number',
      '/v3/pay/transactions/out-trade-no/123456?mchid=',
      404,
      'ORDER_NOT_EXIST',
    ],
    ['an unknown id', '/v3/pay/transactions/id/420000?mchid=', 404, 'ORDER_NOT_EXIST'],
    ['a path nobody serves', '/v3/pay/transactions/app?mchid=', 404, 'NOT_FOUND'],
  ] as const) {
    it(`refuses a query with ${why}`, async () => {
      const answer = await get(url.endsWith('=') ? `${url}${mchid}` : url);
      assert.equal(answer.status, status);
      assert.equal(answer.json.code, code);
      platform.client.verified(answer);
      cases.negative();
    });
  }

  it('refuses a method that a path does not have', async () => {
    assert.equal((await get(PREPAY)).status, 405);
    cases.negative();
  });

  it('closes an unpaid order with 204 and a signature over nothing', async () => {
    const body = prepayBody(platform);
    await platform.client.call({ url: PREPAY, body });
    const answer = await close(platform, body);
    assert.equal(answer.status, 204);
    assert.equal(answer.text, '');
    platform.client.verified(answer);
    assert.equal((await close(platform, body)).json.code, 'ORDER_CLOSED');
    cases.positive();
  });

  it('does not close an order that is paid, unknown or of another merchant', async () => {
    const body = prepayBody(platform);
    const { prepay_id: prepayId } = (await platform.client.call({ url: PREPAY, body })).json;
    platform.simulator.pay(paymentCall(platform, prepayId));
    assert.equal((await close(platform, body)).json.code, 'ORDERPAID');
    assert.equal((await close(platform, prepayBody(platform))).json.code, 'ORDER_NOT_EXIST');
    assert.equal((await close(platform, body, '1900000000')).json.detail.field, '/mchid');
    cases.negative();
  });

  it('closes by itself what is not paid by time_expire', async () => {
    let now = Date.now();
    const other = await startPlatform({ now: () => now });
    const expire = new Date(now + 60_000).toISOString().replace(/\.\d+Z/, '+00:00');
    const body = prepayBody(other, { time_expire: expire });
    await other.client.call({ url: PREPAY, body });
    now += 61_000;
    const url = `/v3/pay/transactions/out-trade-no/${body['out_trade_no']}?mchid=${body['mchid']}`;
    assert.equal((await other.client.call({ url })).json.trade_state, 'CLOSED');
    await other.simulator.close();
    cases.positive();
  });
});

function close(
  platform: TestPlatform,
  body: Record<string, unknown>,
  mchid: unknown = body['mchid'],
): Promise<Answer> {
  const url = `/v3/pay/transactions/out-trade-no/${body['out_trade_no']}/close`;
  return platform.client.call({ url, body: { mchid } });
}
