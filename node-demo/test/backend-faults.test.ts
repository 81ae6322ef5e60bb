import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { type Database } from 'wechatpay-demo-backend';
import type { BeforeAnswer, Exchange, HttpAnswer } from 'wechatpay-simulator';

import { countCases } from './support/cases.js';
import { openTestDatabase } from './support/database.js';
import { paymentCall } from './support/platform.js';
import { Buyer, startShop, type TestShop } from './support/shop.js';

const cases = countCases('backend/faults');
const PREPAY = '/v3/pay/transactions/jsapi';
const REFUND = '/v3/refund/domestic/refunds';

let database: Database;
before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());

/** A shop whose answers from the platform can be spoiled while a test runs. */
async function fragileShop(
  options: { database?: Database; callbacksLost?: boolean } = {},
): Promise<{ shop: TestShop; buyer: Buyer; spoil: (with_: BeforeAnswer | undefined) => void }> {
  let current: BeforeAnswer | undefined;
  const shop = await startShop({
    database: options.database ?? database,
    platform: { beforeAnswer: (exchange) => current?.(exchange) },
    ...(options.callbacksLost === true
      ? { environment: { PUBLIC_BASE_URL: 'http://127.0.0.1:9' } }
      : {}),
  });
  const buyer = await new Buyer(shop).login();
  return { shop, buyer, spoil: (with_) => (current = with_) };
}

function failure(status: number, code: string): HttpAnswer {
  const body = Buffer.from(JSON.stringify({ code, message: '不行' }));
  return { status, headers: {}, body };
}

/** Spoils the first answers of one path. */
function first(
  count: number,
  path: string,
  spoil: (exchange: Exchange) => HttpAnswer | 'drop',
): BeforeAnswer {
  let left = count;
  return (exchange) => {
    if (exchange.request.path !== path || left === 0) return undefined;
    left -= 1;
    return spoil(exchange);
  };
}

const drop = (): 'drop' => 'drop';
const withoutSignature = ({ answer }: Exchange): HttpAnswer => ({
  ...answer,
  headers: Object.fromEntries(
    Object.entries(answer.headers).filter(([name]) => !name.startsWith('Wechatpay-')),
  ),
});
const otherBody = ({ answer }: Exchange): HttpAnswer => ({
  ...answer,
  body: Buffer.from(answer.body.toString('utf8').replace('wx', 'wy')),
});
const oldTimestamp = ({ answer }: Exchange): HttpAnswer => ({
  ...answer,
  headers: {
    ...answer.headers,
    'Wechatpay-Timestamp': String(Math.floor(Date.now() / 1000) - 301),
  },
});
const unknownSerial = ({ answer }: Exchange): HttpAnswer => ({
  ...answer,
  headers: { ...answer.headers, 'Wechatpay-Serial': 'PUB_KEY_ID_0100000000' },
});
const status =
  (code: number, body: object) =>
  ({ answer }: Exchange): HttpAnswer => ({
    ...answer,
    status: code,
    body: Buffer.from(JSON.stringify(body)),
  });
const systemError = status(500, { code: 'SYSTEM_ERROR', message: '系统异常，请稍后重试' });
const tooMany = status(429, { code: 'FREQUENCY_LIMITED', message: '频率超限' });

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
      const { shop, buyer, spoil: set } = await fragileShop();
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
      const { shop, buyer, spoil: set } = await fragileShop();
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
    const { shop, buyer, spoil } = await fragileShop();
    spoil(first(1, PREPAY, status(403, { code: 'NO_AUTH', message: '商户无权限' })));
    const answer = await buyer.call('POST', '/api/orders', { productId: 'sample', quantity: 1 });
    assert.equal(answer.status, 502);
    assert.equal(answer.json.error.code, 'WECHATPAY_REFUSED');
    assert.match(answer.json.error.message, /NO_AUTH/);
    await shop.close();
    cases.negative();
  });

  it('finds the order paid when the user paid meanwhile and the callback was lost', async () => {
    const { shop, buyer, spoil } = await fragileShop({ callbacksLost: true });
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
    const { shop, buyer } = await fragileShop({ callbacksLost: true });
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
    const { shop, buyer, spoil } = await fragileShop({ callbacksLost: true });
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
    const { shop, buyer } = await fragileShop({ callbacksLost: true });
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

describe('an answer to a refund that tells nothing', () => {
  for (const [why, spoil] of [
    ['none comes', drop],
    ['500', systemError],
    ['200 without a signature', withoutSignature],
  ] as const) {
    it(`leaves the order REFUNDING, and the callback ends it: ${why}`, async () => {
      const { shop, buyer, spoil: set } = await fragileShop();
      const { order, requestPayment } = await buyer.order();
      buyer.pay(requestPayment);
      await shop.platform.simulator.idle();
      set(first(1, REFUND, spoil));
      const answer = await buyer.call('POST', `/api/orders/${order.outTradeNo}/refund`);
      assert.equal(answer.status, 502);
      await shop.platform.simulator.idle();
      const view = await buyer.view(order.outTradeNo);
      assert.equal(view.order.status, 'REFUNDED');
      assert.equal(view.refunds.length, 1);
      await shop.close();
      cases.positive();
    });
  }

  it('is asked for again under the same out_refund_no', async () => {
    const { shop, buyer, spoil } = await fragileShop({ callbacksLost: true });
    const { order, requestPayment } = await buyer.order();
    buyer.pay(requestPayment);
    await buyer.call('POST', `/api/orders/${order.outTradeNo}/refresh`);
    spoil(first(1, REFUND, drop));
    assert.equal((await buyer.call('POST', `/api/orders/${order.outTradeNo}/refund`)).status, 502);
    const again = await buyer.call('POST', `/api/orders/${order.outTradeNo}/refund`);
    assert.equal(again.status, 200);
    assert.equal((await buyer.view(order.outTradeNo)).refunds.length, 1);
    await shop.close();
    cases.positive();
  });

  it('is a refund all the same when its repetition is refused', async () => {
    const { shop, buyer, spoil } = await fragileShop({ callbacksLost: true });
    const { order, requestPayment } = await buyer.order();
    buyer.pay(requestPayment);
    await buyer.call('POST', `/api/orders/${order.outTradeNo}/refresh`);
    spoil(first(1, REFUND, drop));
    assert.equal((await buyer.call('POST', `/api/orders/${order.outTradeNo}/refund`)).status, 502);
    spoil(({ request }) =>
      request.path === REFUND ? failure(400, 'INVALID_REQUEST') : undefined,
    );
    const again = await buyer.call('POST', `/api/orders/${order.outTradeNo}/refund`);
    assert.equal(again.status, 200);
    const { refunds } = await buyer.view(order.outTradeNo);
    assert.equal(refunds.length, 1);
    assert.notEqual(refunds[0].status, 'FAILED');
    await shop.close();
    cases.negative();
  });

  it('stays open while nobody knows whether the refused one got through before', async () => {
    const { shop, buyer, spoil } = await fragileShop({ callbacksLost: true });
    const { order, requestPayment } = await buyer.order();
    buyer.pay(requestPayment);
    await buyer.call('POST', `/api/orders/${order.outTradeNo}/refresh`);
    spoil(({ request }) => {
      if (request.path === REFUND) return failure(400, 'INVALID_REQUEST');
      return request.path.startsWith(REFUND) ? 'drop' : undefined;
    });
    const answer = await buyer.call('POST', `/api/orders/${order.outTradeNo}/refund`);
    assert.equal(answer.json.error.code, 'WECHATPAY_UNREACHABLE');
    const view = await buyer.view(order.outTradeNo);
    assert.deepEqual([view.order.status, view.refunds[0].status], ['REFUNDING', 'REQUESTED']);
    await shop.close();
    cases.negative();
  });

  it('is no refund when a 4xx says so: the order is PAID again', async () => {
    const { shop, buyer, spoil } = await fragileShop({ callbacksLost: true });
    const { order, requestPayment } = await buyer.order();
    buyer.pay(requestPayment);
    await buyer.call('POST', `/api/orders/${order.outTradeNo}/refresh`);
    // The simulator has acted by then, so it has to deny that as well.
    spoil(({ request }) => {
      if (request.path === REFUND) return failure(403, 'NOT_ENOUGH');
      return request.path.startsWith(REFUND) ? failure(404, 'RESOURCE_NOT_EXISTS') : undefined;
    });
    const answer = await buyer.call('POST', `/api/orders/${order.outTradeNo}/refund`);
    assert.equal(answer.json.error.code, 'WECHATPAY_REFUSED');
    const view = await buyer.view(order.outTradeNo);
    assert.equal(view.order.status, 'PAID');
    assert.equal(view.refunds[0].status, 'FAILED');
    await shop.close();
    cases.negative();
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
    const { shop, buyer } = await fragileShop({ database: broken.database });
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

  it('is asked again when it could not serialize the transaction', async () => {
    const broken = failing('40001');
    const { shop, buyer } = await fragileShop({ database: broken.database });
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
    const { shop, buyer } = await fragileShop();
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

function requests(shop: TestShop, outTradeNo: string): string[] {
  return shop.platform.simulator.log().flatMap((entry) => {
    if (entry.type !== 'exchange') return [];
    if (entry.url === PREPAY && entry.body.includes(outTradeNo)) return ['prepay'];
    return entry.url.includes(outTradeNo) ? ['query'] : [];
  });
}
