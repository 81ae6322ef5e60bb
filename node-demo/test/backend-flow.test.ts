import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { type Database } from 'wechatpay-demo-backend';
import type { KeyMode } from 'wechatpay-simulator';

import { countCases } from './support/cases.js';
import { openTestDatabase } from './support/database.js';
import { Buyer, startShop, type TestShop } from './support/shop.js';

const cases = countCases('backend/flow');

let database: Database;
let shop: TestShop;
let buyer: Buyer;

before(async () => {
  database = await openTestDatabase();
  shop = await startShop({ database });
  buyer = await new Buyer(shop).login();
});
after(async () => {
  await shop.close();
  await database.close();
});

describe('a purchase', () => {
  it('goes from wx.login to PAID, by the callback', async () => {
    const { order, requestPayment } = await buyer.order('longjing-50g', 2);
    assert.equal(order.status, 'PREPAID');
    assert.equal(order.amountTotal, 13_600);
    assert.match(order.outTradeNo, /^[0-9A-Z]{32}$/);
    assert.deepEqual(Object.keys(requestPayment).sort(), [
      'nonceStr',
      'package',
      'paySign',
      'signType',
      'timeStamp',
    ]);
    const notificationId = buyer.pay(requestPayment);
    await shop.platform.simulator.idle();

    const { order: paid, events } = await buyer.view(order.outTradeNo);
    assert.equal(paid.status, 'PAID');
    assert.equal(paid.paidBy, 'CALLBACK');
    assert.match(paid.transactionId, /^4200\d{24}$/);
    assert.deepEqual(
      events.map((event: any) => [event.event, event.statusAfter, event.notificationId]),
      [
        ['ORDER.CREATED', 'CREATED', undefined],
        ['ORDER.PREPAID', 'PREPAID', undefined],
        ['TRANSACTION.SUCCESS', 'PAID', notificationId],
      ],
    );
    const [notification] = shop.platform.simulator.notifications();
    assert.equal(notification?.attempts[0]?.status, 204);
    cases.positive();
  });

  it('asks WeChat Pay for the price of the catalogue, whatever the client says', async () => {
    const answer = await buyer.call('POST', '/api/orders', {
      productId: 'dahongpao-80g',
      quantity: 1,
      price: 1,
      amountTotal: 1,
    });
    assert.equal(answer.json.order.amountTotal, 9900);
    const sent = shop.platform.simulator
      .log()
      .filter(({ type }) => type === 'exchange')
      .at(-1);
    assert.ok(sent?.type === 'exchange');
    assert.equal(JSON.parse(sent.body).amount.total, 9900);
    cases.positive();
  });

  it('may open the sheet again after it was cancelled, with the same prepay_id', async () => {
    const { order, requestPayment } = await buyer.order();
    const again = await buyer.call('POST', `/api/orders/${order.outTradeNo}/checkout`);
    assert.equal(again.json.requestPayment.package, requestPayment.package);
    assert.notEqual(again.json.requestPayment.paySign, requestPayment.paySign);
    buyer.pay(again.json.requestPayment);
    assert.throws(() => buyer.pay(requestPayment), /该订单已支付/);
    await shop.platform.simulator.idle();
    assert.equal((await buyer.view(order.outTradeNo)).order.status, 'PAID');
    cases.positive();
  });

  it('has nothing to pay any more once it is paid', async () => {
    const { order, requestPayment } = await buyer.order();
    buyer.pay(requestPayment);
    await shop.platform.simulator.idle();
    const answer = await buyer.call('POST', `/api/orders/${order.outTradeNo}/checkout`);
    assert.equal(answer.json.requestPayment, null);
    assert.equal(answer.json.order.status, 'PAID');
    cases.positive();
  });

  for (const [mode, callbackKeys] of [
    ['public-key', 1],
    ['certificate', 1],
    ['gray', 2],
  ] as [KeyMode, number][]) {
    it(`works in ${mode} mode`, async () => {
      const other = await startShop({ database, platform: { mode } });
      const visitor = await new Buyer(other).login();
      for (let count = 0; count < 4; count += 1) {
        const { order, requestPayment } = await visitor.order();
        visitor.pay(requestPayment);
        await other.platform.simulator.idle();
        assert.equal((await visitor.view(order.outTradeNo)).order.paidBy, 'CALLBACK');
        cases.positive();
      }
      const log = other.platform.simulator.log();
      const serials = new Set(
        log.map((entry) =>
          entry.type === 'callback' ? entry.headers['Wechatpay-Serial'] : undefined,
        ),
      );
      serials.delete(undefined);
      assert.equal(serials.size, callbackKeys);
      assert.equal(
        log.filter(({ type }) => type === 'callback').length,
        4,
        'none had to be repeated',
      );
      await other.close();
    });
  }

  it('goes on when WeChat Pay switches to its new certificate', async () => {
    const other = await startShop({ database, platform: { mode: 'certificate' } });
    const visitor = await new Buyer(other).login();
    const { order, requestPayment } = await visitor.order();
    other.platform.simulator.settings.currentCertificate = 1;
    visitor.pay(requestPayment);
    await other.platform.simulator.idle();
    assert.equal((await visitor.view(order.outTradeNo)).order.status, 'PAID');
    await visitor.order();
    await other.close();
    cases.positive();
  });
});

describe('closing an order', () => {
  it('closes it at WeChat Pay and here', async () => {
    const { order, requestPayment } = await buyer.order();
    const answer = await buyer.call('POST', `/api/orders/${order.outTradeNo}/close`);
    assert.equal(answer.json.order.status, 'CLOSED');
    assert.throws(() => buyer.pay(requestPayment), /该订单已关闭/);
    const again = await buyer.call('POST', `/api/orders/${order.outTradeNo}/close`);
    assert.equal(again.status, 409);
    const checkout = await buyer.call('POST', `/api/orders/${order.outTradeNo}/checkout`);
    assert.equal(checkout.json.requestPayment, null);
    cases.positive();
  });

  it('finds out that it was paid while the callback was on its way', async () => {
    const other = await startShop({
      database,
      environment: { PUBLIC_BASE_URL: 'http://127.0.0.1:9' },
    });
    const visitor = await new Buyer(other).login();
    const { order, requestPayment } = await visitor.order();
    visitor.pay(requestPayment);
    const answer = await visitor.call('POST', `/api/orders/${order.outTradeNo}/close`);
    assert.equal(answer.json.order.status, 'PAID');
    assert.equal(answer.json.order.paidBy, 'QUERY');
    await other.close();
    cases.positive();
  });
});

describe('a refund', () => {
  async function paidOrder(): Promise<any> {
    const { order, requestPayment } = await buyer.order();
    buyer.pay(requestPayment);
    await shop.platform.simulator.idle();
    return order;
  }
  const refund = (outTradeNo: string, body: object = {}): ReturnType<Buyer['call']> =>
    buyer.call('POST', `/api/orders/${outTradeNo}/refund`, body);

  it('gives the whole order back, by the callback', async () => {
    const order = await paidOrder();
    const answer = await refund(order.outTradeNo, { reason: '不想要了' });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json.order.status, 'REFUNDING');
    assert.equal(answer.json.refund.status, 'PROCESSING');
    await shop.platform.simulator.idle();
    const view = await buyer.view(order.outTradeNo);
    assert.equal(view.order.status, 'REFUNDED');
    assert.equal(view.order.amountRefunded, order.amountTotal);
    assert.equal(view.events.at(-1).source, 'CALLBACK');
    assert.equal(view.refunds[0].status, 'SUCCESS');
    cases.positive();
  });

  it('may be partial, twice, until nothing is left', async () => {
    const order = await paidOrder();
    assert.equal((await refund(order.outTradeNo, { amount: 800 })).status, 200);
    await shop.platform.simulator.idle();
    assert.equal((await buyer.view(order.outTradeNo)).order.status, 'PAID');
    assert.equal((await buyer.view(order.outTradeNo)).order.amountRefunded, 800);
    assert.equal(
      (await refund(order.outTradeNo, { amount: 6001 })).json.error.code,
      'AMOUNT_INVALID',
    );
    assert.equal((await refund(order.outTradeNo)).json.refund.amount, 6000);
    await shop.platform.simulator.idle();
    assert.equal((await buyer.view(order.outTradeNo)).order.status, 'REFUNDED');
    cases.positive();
  });

  it('is one refund, however often it is asked for', async () => {
    const order = await paidOrder();
    const answers = await Promise.all([1, 2, 3, 4].map(() => refund(order.outTradeNo)));
    await shop.platform.simulator.idle();
    const view = await buyer.view(order.outTradeNo);
    assert.equal(view.refunds.length, 1);
    assert.equal(view.order.status, 'REFUNDED');
    assert.ok(answers.every(({ status }) => status === 200 || status === 409));
    cases.positive();
  });

  for (const [why, body, status, code] of [
    ['nothing', { amount: 0 }, 400, 'AMOUNT_INVALID'],
    ['half a fen', { amount: 0.5 }, 400, 'AMOUNT_INVALID'],
    ['a text', { amount: '1' }, 400, 'AMOUNT_INVALID'],
    ['more than was paid', { amount: 6801 }, 400, 'AMOUNT_INVALID'],
    ['a long reason', { reason: '茶'.repeat(27) }, 400, 'REASON_TOO_LONG'],
    ['a NUL in the reason', { reason: 'no\0' }, 400, 'REASON_INVALID'],
    ['a line feed in the reason', { reason: 'a\nb' }, 400, 'REASON_INVALID'],
    ['an emoji in the reason', { reason: '茶🍵' }, 400, 'REASON_INVALID'],
    ['half an emoji in the reason', { reason: '\ud83c' }, 400, 'REASON_INVALID'],
  ] as const) {
    it(`is refused for ${why}`, async () => {
      const order = await paidOrder();
      const answer = await refund(order.outTradeNo, body);
      assert.equal(answer.status, status);
      assert.equal(answer.json.error.code, code);
      assert.equal((await buyer.view(order.outTradeNo)).order.status, 'PAID');
      cases.negative();
    });
  }

  it('is refused for an order that is not paid', async () => {
    const { order } = await buyer.order();
    assert.equal((await refund(order.outTradeNo)).json.error.code, 'ORDER_NOT_PAID');
    cases.negative();
  });
});

describe('the API', () => {
  it('lets nobody in without a session, and nobody at the orders of others', async () => {
    const { order } = await buyer.order();
    const stranger = new Buyer(shop, 'mallory');
    assert.equal((await stranger.call('GET', `/api/orders/${order.outTradeNo}`)).status, 401);
    await stranger.login();
    for (const [method, action] of [
      ['GET', ''],
      ['POST', '/checkout'],
      ['POST', '/close'],
      ['POST', '/refund'],
      ['POST', '/refresh'],
    ] as const) {
      const answer = await stranger.call(method, `/api/orders/${order.outTradeNo}${action}`);
      assert.equal(answer.json.error.code, 'ORDER_UNKNOWN', `${method} ${action}`);
      cases.negative();
    }
    assert.deepEqual((await stranger.call('GET', '/api/orders')).json.orders, []);
    assert.ok((await buyer.call('GET', '/api/orders')).json.orders.length > 0);
  });

  it('takes a login code once', async () => {
    const code = shop.platform.simulator.login(shop.platform.account.app.appid);
    assert.equal((await buyer.call('POST', '/api/login', { code })).status, 200);
    const again = await buyer.call('POST', '/api/login', { code });
    assert.equal(again.status, 401);
    assert.equal(again.json.error.code, 'CODE_INVALID');
    cases.negative();
  });

  it('blames itself, not the user, for a wrong app secret', async () => {
    const other = await startShop({ database, environment: { WECHAT_APP_SECRET: '0'.repeat(32) } });
    const code = other.platform.simulator.login(other.platform.account.app.appid);
    const answer = await new Buyer(other).call('POST', '/api/login', { code });
    assert.equal(answer.status, 502);
    assert.equal(answer.json.error.code, 'LOGIN_REFUSED');
    await other.close();
    cases.negative();
  });

  it('ends a session after a day', async () => {
    let now = Date.now();
    const other = await startShop({ database, backend: { now: () => new Date(now) } });
    const visitor = await new Buyer(other).login();
    assert.equal((await visitor.call('GET', '/api/orders')).status, 200);
    now += 24 * 60 * 60 * 1000;
    assert.equal((await visitor.call('GET', '/api/orders')).status, 401);
    await other.close();
    cases.negative();
  });

  it('does not open the sheet for an order that was not paid in time', async () => {
    let now = Date.now();
    const other = await startShop({ database, backend: { now: () => new Date(now) } });
    const visitor = await new Buyer(other).login();
    const { order } = await visitor.order();
    now += 30 * 60 * 1000;
    const answer = await visitor.call('POST', `/api/orders/${order.outTradeNo}/checkout`);
    assert.equal(answer.json.error.code, 'ORDER_EXPIRED');
    await other.close();
    cases.negative();
  });

  for (const [status, code, body] of [
    [400, 'PRODUCT_UNKNOWN', { productId: 'gold', quantity: 1 }],
    [400, 'PRODUCT_UNKNOWN', { quantity: 1 }],
    [400, 'QUANTITY_INVALID', { productId: 'sample', quantity: 0 }],
    [400, 'QUANTITY_INVALID', { productId: 'sample', quantity: -1 }],
    [400, 'QUANTITY_INVALID', { productId: 'sample', quantity: 1.5 }],
    [400, 'QUANTITY_INVALID', { productId: 'sample', quantity: '2' }],
    [400, 'QUANTITY_INVALID', { productId: 'sample', quantity: 100 }],
    [400, 'QUANTITY_INVALID', { productId: 'sample' }],
    [403, 'OPENID_MISMATCH', { productId: 'sample', quantity: 1, openid: 'oSomebodyElse' }],
    [400, 'BODY_NOT_JSON', []],
    [413, 'BODY_TOO_LARGE', { productId: 'x'.repeat(70_000) }],
  ] as const) {
    it(`refuses ${JSON.stringify(body).slice(0, 60)} with ${code}`, async () => {
      const answer = await buyer.call('POST', '/api/orders', body);
      assert.equal(answer.status, status);
      assert.equal(answer.json.error.code, code);
      cases.negative();
    });
  }

  it('answers /healthz, and 404 in JSON for what does not exist', async () => {
    assert.deepEqual((await buyer.call('GET', '/healthz')).json, { status: 'ok' });
    const missing = await buyer.call('GET', '/api/nothing');
    assert.equal(missing.json.error.code, 'NOT_FOUND');
    assert.match(String(missing.headers['request-id']), /^[0-9a-f-]{36}$/);
    cases.positive();
  });
});
