import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { type Database } from 'wechatpay-demo-backend';

import { countCases } from './support/cases.js';
import { openTestDatabase } from './support/database.js';
import {
  drop,
  first,
  fragileShop,
  oldTimestamp,
  otherBody,
  requests,
  status,
  systemError,
  tooMany,
  unknownSerial,
  withoutSignature,
} from './support/fragile-shop.js';
import { paymentCall } from './support/platform.js';

const cases = countCases('backend/faults');
const PREPAY = '/v3/pay/transactions/jsapi';

let database: Database;
before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());

describe('an answer to prepay that tells nothing', () => {
  for (const [why, spoil] of [
    ['none comes', drop],
    ['500', systemError],
    ['429', tooMany],
    ['200 without a signature', withoutSignature],
    ['200 with another body than the signed one', otherBody],
    ['200 that is too old', oldTimestamp],
    ['200 signed by nobody we know', unknownSerial],
  ] as const) {
    it(`is asked about and asked for again, under the same number: ${why}`, async () => {
      const { shop, buyer, spoil: set } = await fragileShop(database);
      set(first(1, PREPAY, spoil));
      const { order, requestPayment } = await buyer.order();
      assert.equal(order.status, 'PREPAID');
      assert.deepEqual(requests(shop, order.outTradeNo), ['prepay', 'query', 'prepay']);
      buyer.pay(requestPayment);
      await shop.platform.simulator.idle();
      assert.equal((await buyer.view(order.outTradeNo)).order.paidBy, 'CALLBACK');
      await shop.close();
      cases.positive();
    });

    it(`ends in a 502 that keeps the order when it goes on: ${why}`, async () => {
      const { shop, buyer, spoil: set } = await fragileShop(database);
      set((exchange) => (exchange.request.path === PREPAY ? spoil(exchange) : undefined));
      const answer = await buyer.call('POST', '/api/orders', { productId: 'sample', quantity: 1 });
      assert.equal(answer.status, 502);
      assert.equal(answer.json.error.code, 'WECHATPAY_UNREACHABLE');
      const [order] = (await buyer.call('GET', '/api/orders')).json.orders;
      assert.equal(order.status, 'CREATED');

      set(undefined);
      const again = await buyer.call('POST', `/api/orders/${order.outTradeNo}/checkout`);
      assert.equal(again.json.order.status, 'PREPAID');
      assert.notEqual(again.json.requestPayment, null);
      await shop.close();
      cases.negative();
    });
  }

  it('is no order when a 4xx says so', async () => {
    const { shop, buyer, spoil } = await fragileShop(database);
    spoil(first(1, PREPAY, status(403, { code: 'NO_AUTH', message: '商户无权限' })));
    const answer = await buyer.call('POST', '/api/orders', { productId: 'sample', quantity: 1 });
    assert.equal(answer.status, 502);
    assert.equal(answer.json.error.code, 'WECHATPAY_REFUSED');
    assert.match(answer.json.error.message, /NO_AUTH/);
    await shop.close();
    cases.negative();
  });

  it('finds the order paid when the user paid meanwhile and the callback was lost', async () => {
    const { shop, buyer, spoil } = await fragileShop(database, { callbacksLost: true });
    spoil(
      first(1, PREPAY, ({ answer }) => {
        const { prepay_id: prepayId } = JSON.parse(answer.body.toString('utf8'));
        shop.platform.simulator.pay({ ...paymentCall(shop.platform, prepayId), user: 'alice' });
        return 'drop';
      }),
    );
    const { order, requestPayment } = await buyer.order();
    assert.equal(order.status, 'PAID');
    assert.equal(order.paidBy, 'QUERY');
    assert.equal(requestPayment, null);
    await shop.close();
    cases.positive();
  });
});

describe('a callback that never comes', () => {
  it('is made up for by the query, once', async () => {
    const { shop, buyer } = await fragileShop(database, { callbacksLost: true });
    const { order, requestPayment } = await buyer.order();
    const refresh = `/api/orders/${order.outTradeNo}/refresh`;
    assert.equal((await buyer.call('POST', refresh)).json.order.status, 'PREPAID');
    buyer.pay(requestPayment);
    for (let count = 0; count < 2; count += 1) {
      const answer = await buyer.call('POST', refresh);
      assert.equal(answer.json.order.status, 'PAID');
      assert.equal(answer.json.order.paidBy, 'QUERY');
    }
    const { events } = await buyer.view(order.outTradeNo);
    assert.equal(events.filter(({ source }: any) => source === 'QUERY').length, 1);
    await shop.close();
    cases.positive();
  });

  it('is not made up for by a query whose answer is forged', async () => {
    const { shop, buyer, spoil } = await fragileShop(database, { callbacksLost: true });
    const { order } = await buyer.order();
    const paid = { ...order, trade_state: 'SUCCESS' };
    spoil(({ answer }) => ({ ...answer, body: Buffer.from(JSON.stringify(paid)) }));
    const answer = await buyer.call('POST', `/api/orders/${order.outTradeNo}/refresh`);
    assert.equal(answer.status, 502);
    assert.equal((await buyer.view(order.outTradeNo)).order.status, 'PREPAID');
    await shop.close();
    cases.negative();
  });

  it('is made up for after a refund too', async () => {
    const { shop, buyer } = await fragileShop(database, { callbacksLost: true });
    const { order, requestPayment } = await buyer.order();
    buyer.pay(requestPayment);
    await buyer.call('POST', `/api/orders/${order.outTradeNo}/refresh`);
    await buyer.call('POST', `/api/orders/${order.outTradeNo}/refund`);
    await shop.platform.simulator.idle();
    const answer = await buyer.call('POST', `/api/orders/${order.outTradeNo}/refresh`);
    assert.equal(answer.json.order.status, 'REFUNDED');
    await shop.close();
    cases.positive();
  });
});

describe('an order that is closed', () => {
  it('is closed here too when its prepay_id came while WeChat Pay closed it', async () => {
    const { shop, buyer, spoil } = await fragileShop(database);
    spoil(({ request }) => (request.path === PREPAY ? 'drop' : undefined));
    await buyer.call('POST', '/api/orders', { productId: 'sample', quantity: 1 });
    const [created] = (await buyer.call('GET', '/api/orders')).json.orders;
    assert.equal(created.status, 'CREATED');
    spoil(async ({ request }) => {
      if (!request.path.endsWith('/close')) return undefined;
      await database.query("UPDATE orders SET status = 'PREPAID' WHERE out_trade_no = $1", [
        created.outTradeNo,
      ]);
      return undefined;
    });
    const answer = await buyer.call('POST', `/api/orders/${created.outTradeNo}/close`);
    assert.equal(answer.json.order.status, 'CLOSED', answer.text);
    const { events } = await buyer.view(created.outTradeNo);
    assert.ok(events.some(({ event }: any) => event === 'ORDER.CLOSED'));
    await shop.close();
    cases.positive();
  });
});

describe('a database that fails', () => {
  /** The database, failing the next transactions with an SQLSTATE. */
  function failing(code: string): {
    database: Database;
    fail: (count: number) => void;
    failed: () => number;
  } {
    let left = 0;
    let failed = 0;
    return {
      database: {
        ...database,
        transaction: (work) => {
          if (left === 0) return database.transaction(work);
          left -= 1;
          failed += 1;
          // The work is done and then lost, as when a commit fails.
          return database.transaction(async (transaction) => {
            await work(transaction);
            throw Object.assign(new Error('the database failed'), { code });
          });
        },
      },
      fail: (count) => (left = count),
      failed: () => failed,
    };
  }

  it('has the callback answered 500, nothing saved, and the repetition settle it', async () => {
    const broken = failing('57P01');
    const { shop, buyer } = await fragileShop(broken.database);
    const { order, requestPayment } = await buyer.order();
    broken.fail(2);
    const notificationId = buyer.pay(requestPayment);
    await shop.platform.simulator.idle();
    const notification = shop.platform.simulator
      .notifications()
      .find(({ id }) => id === notificationId);
    assert.deepEqual(
      notification?.attempts.map((attempt) => attempt.status),
      [500, 500, 204],
    );
    const { order: paid, events } = await buyer.view(order.outTradeNo);
    assert.equal(paid.status, 'PAID');
    assert.equal(events.length, 3);
    await shop.close();
    cases.positive();
  });

  it('leaves nothing to be done at once when orders can be listed and not taken', async () => {
    let now = Date.now();
    const broken = failing('57P01');
    const { shop, buyer } = await fragileShop(broken.database, {
      callbacksLost: true,
      backend: { now: () => new Date(now) },
    });
    await database.query('UPDATE orders SET next_check_at = NULL');
    await buyer.order();
    now += 61_000;
    broken.fail(1);
    assert.equal(await shop.backend.reconcile(), 0);
    assert.equal(broken.failed(), 1);
    assert.equal(await shop.backend.reconcile(), 1, 'it is still due');
    await shop.close();
    cases.negative();
  });

  it('is asked again when it could not serialize the transaction', async () => {
    const broken = failing('40001');
    const { shop, buyer } = await fragileShop(broken.database);
    const { order, requestPayment } = await buyer.order();
    broken.fail(3);
    buyer.pay(requestPayment);
    await shop.platform.simulator.idle();
    assert.equal(broken.failed(), 3);
    assert.deepEqual(
      shop.platform.simulator.notifications()[0]?.attempts.map((attempt) => attempt.status),
      [204],
    );
    assert.equal((await buyer.view(order.outTradeNo)).order.status, 'PAID');
    await shop.close();
    cases.positive();
  });
});

describe('a platform that is gone', () => {
  it('costs an answer 502 and no order', async () => {
    const { shop, buyer } = await fragileShop(database);
    await shop.platform.simulator.close();
    const order = await buyer.call('POST', '/api/orders', { productId: 'sample', quantity: 1 });
    assert.equal(order.json.error.code, 'WECHATPAY_UNREACHABLE');
    const login = await buyer.call('POST', '/api/login', { code: 'any' });
    assert.equal(login.json.error.code, 'WECHAT_UNREACHABLE');
    assert.equal((await buyer.call('GET', '/healthz')).status, 200);
    await shop.backend.close();
    cases.negative();
  });
});
