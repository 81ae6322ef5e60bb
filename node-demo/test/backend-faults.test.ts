import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { type Database } from 'wechatpay-demo-backend';
import type { BeforeAnswer, Exchange, HttpAnswer } from 'wechatpay-simulator';

import { countCases } from './support/cases.js';
import { openTestDatabase } from './support/database.js';
import { paymentCall } from './support/platform.js';
import { Buyer, startShop, type ShopOptions, type TestShop } from './support/shop.js';

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
  options: { database?: Database; callbacksLost?: boolean; backend?: ShopOptions['backend'] } = {},
): Promise<{ shop: TestShop; buyer: Buyer; spoil: (with_: BeforeAnswer | undefined) => void }> {
  let current: BeforeAnswer | undefined;
  const shop = await startShop({
    database: options.database ?? database,
    platform: { beforeAnswer: (exchange) => current?.(exchange) },
    ...(options.callbacksLost === true
      ? { environment: { PUBLIC_BASE_URL: 'http://127.0.0.1:9' } }
      : {}),
    backend: options.backend ?? {},
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

describe('a refund that was refused', () => {
  /** WeChat Pay refuses, and denies that it acted; the simulator has acted by then. */
  const denying: BeforeAnswer = ({ request }) => {
    if (request.path === REFUND) return failure(403, 'NOT_ENOUGH');
    return request.path.startsWith(REFUND) ? failure(404, 'RESOURCE_NOT_EXISTS') : undefined;
  };

  async function paidShop(): Promise<
    Awaited<ReturnType<typeof fragileShop>> & {
      outTradeNo: string;
      refund: (body?: object) => ReturnType<Buyer['call']>;
    }
  > {
    const fragile = await fragileShop({ callbacksLost: true });
    const { order, requestPayment } = await fragile.buyer.order();
    fragile.buyer.pay(requestPayment);
    await fragile.buyer.call('POST', `/api/orders/${order.outTradeNo}/refresh`);
    const refund = (body: object = {}): ReturnType<Buyer['call']> =>
      fragile.buyer.call('POST', `/api/orders/${order.outTradeNo}/refund`, body);
    return { ...fragile, outTradeNo: order.outTradeNo, refund };
  }

  /** The numbers that refunds were asked for under, and those that were asked about. */
  function numbers(shop: TestShop): { posted: string[]; queried: string[] } {
    const exchanges = shop.platform.simulator.log().filter((entry) => entry.type === 'exchange');
    return {
      posted: exchanges
        .filter(({ url }) => url === REFUND)
        .map(({ body }) => JSON.parse(body).out_refund_no),
      queried: exchanges
        .filter(({ url }) => url.startsWith(`${REFUND}/`))
        .map(({ url }) => url.slice(REFUND.length + 1)),
    };
  }

  it('is open again when the answer to an earlier attempt arrives after all', async () => {
    const { shop, buyer, spoil, outTradeNo, refund } = await paidShop();
    let release = (): void => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    let held = false;
    spoil(async (exchange) => {
      if (exchange.request.path !== REFUND || held) return denying(exchange);
      held = true;
      await released;
      return undefined;
    });
    const earlier = refund();
    while (!held) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal((await refund()).json.error.code, 'WECHATPAY_REFUSED');
    const between = await buyer.view(outTradeNo);
    assert.deepEqual([between.order.status, between.refunds[0].status], ['PAID', 'FAILED']);

    release();
    assert.equal((await earlier).json.order.status, 'REFUNDING');
    spoil(undefined);
    await shop.platform.simulator.idle();
    await buyer.call('POST', `/api/orders/${outTradeNo}/refresh`);
    const { order, refunds, events } = await buyer.view(outTradeNo);
    assert.equal(order.status, 'REFUNDED');
    assert.equal(order.amountRefunded, order.amountTotal);
    assert.deepEqual(
      refunds.map((one: any) => one.status),
      ['SUCCESS'],
    );
    assert.ok(events.some(({ event }: any) => event === 'REFUND.REOPENED'));
    const kinds = await database.query('SELECT kind FROM incidents WHERE out_trade_no = $1', [
      outTradeNo,
    ]);
    assert.deepEqual(kinds, [{ kind: 'REFUND_REFUSED' }]);
    await shop.close();
    cases.positive();
  });

  it('is not refused when an earlier attempt was accepted while it was asked about', async () => {
    const { shop, buyer, spoil, outTradeNo, refund } = await paidShop();
    spoil(async ({ request }) => {
      if (request.path === REFUND) return failure(403, 'NOT_ENOUGH');
      if (!request.path.startsWith(REFUND)) return undefined;
      await database.query("UPDATE refunds SET status = 'PROCESSING' WHERE out_trade_no = $1", [
        outTradeNo,
      ]);
      return failure(404, 'RESOURCE_NOT_EXISTS');
    });
    const answer = await refund();
    assert.equal(answer.status, 200, answer.text);
    const { order, refunds } = await buyer.view(outTradeNo);
    assert.deepEqual([order.status, refunds[0].status], ['REFUNDING', 'PROCESSING']);
    await shop.close();
    cases.negative();
  });

  it('is asked for again under its number and with its reason', async () => {
    const { shop, buyer, spoil, outTradeNo, refund } = await paidShop();
    spoil(({ request }) => {
      if (request.path === REFUND) return failure(403, 'NOT_ENOUGH');
      return request.path.startsWith(REFUND) ? failure(404, 'RESOURCE_NOT_EXISTS') : undefined;
    });
    assert.equal((await refund({ reason: '不想要了' })).status, 502);
    const { posted } = numbers(shop);
    // WeChat Pay still denies it when it is asked before the next attempt, and takes that one.
    spoil(({ request }) =>
      request.path.startsWith(`${REFUND}/`) ? failure(404, 'RESOURCE_NOT_EXISTS') : undefined,
    );
    const again = await refund({ reason: '又不想要了' });
    assert.equal(again.status, 200, again.text);
    assert.equal(again.json.refund.reason, '不想要了');
    assert.equal(new Set([...posted, ...numbers(shop).posted]).size, 1, 'one number');
    assert.equal((await buyer.view(outTradeNo)).refunds.length, 1);
    await shop.close();
    cases.positive();
  });

  it('is asked about before another amount gets a number, and found', async () => {
    const { shop, buyer, spoil, outTradeNo, refund } = await paidShop();
    spoil(denying);
    assert.equal((await refund({ amount: 5000 })).status, 502);
    assert.equal((await buyer.view(outTradeNo)).order.status, 'PAID');
    await shop.platform.simulator.idle();
    spoil(undefined);
    const { queried, posted } = numbers(shop);
    const other = await refund({ amount: 1000 });
    assert.equal(other.status, 200, other.text);
    const now = numbers(shop);
    assert.ok(now.queried.slice(queried.length).includes(String(posted[0])), 'asked about');
    const { order, refunds } = await buyer.view(outTradeNo);
    assert.equal(order.amountRefunded, 5000, 'the refused one is booked');
    assert.deepEqual(
      refunds.map((one: any) => one.amount),
      [5000, 1000],
    );
    await shop.close();
    cases.positive();
  });

  it('is the answer itself when it is found to have given back what is wanted', async () => {
    const { shop, buyer, spoil, outTradeNo, refund } = await paidShop();
    spoil(denying);
    assert.equal((await refund()).status, 502);
    await shop.platform.simulator.idle();
    spoil(undefined);
    const again = await refund();
    assert.equal(again.status, 200, again.text);
    assert.equal(again.json.refund.status, 'SUCCESS');
    assert.equal(again.json.order.status, 'REFUNDED');
    assert.equal((await buyer.view(outTradeNo)).refunds.length, 1);
    await shop.close();
    cases.positive();
  });

  it('keeps another from getting a number while WeChat Pay does not answer about it', async () => {
    const { shop, buyer, spoil, outTradeNo, refund } = await paidShop();
    spoil(denying);
    await refund({ amount: 5000 });
    spoil(({ request }) => (request.path.startsWith(`${REFUND}/`) ? 'drop' : undefined));
    const answer = await refund({ amount: 1000 });
    assert.equal(answer.json.error.code, 'WECHATPAY_UNREACHABLE');
    assert.equal((await buyer.view(outTradeNo)).refunds.length, 1);
    await shop.close();
    cases.negative();
  });
});

describe('an order that was refunded in the merchant platform before it was booked', () => {
  async function refundedElsewhere(
    status: 'PREPAID' | 'CLOSED',
  ): Promise<{ order: any; rows: (table: string) => Promise<Record<string, unknown>[]> }> {
    const { shop, buyer } = await fragileShop({ callbacksLost: true });
    const { order, requestPayment } = await buyer.order();
    buyer.pay(requestPayment);
    const { amountTotal: total, outTradeNo } = order;
    const answer = await shop.platform.client.call({
      url: REFUND,
      body: {
        out_trade_no: outTradeNo,
        out_refund_no: `ELSEWHERE-${outTradeNo}`,
        amount: { refund: total, total, currency: 'CNY' },
      },
    });
    assert.equal(answer.status, 200, answer.text);
    await database.query('UPDATE orders SET status = $2 WHERE out_trade_no = $1', [
      outTradeNo,
      status,
    ]);
    for (let count = 0; count < 2; count += 1) {
      await buyer.call('POST', `/api/orders/${outTradeNo}/refresh`);
    }
    const view = await buyer.view(outTradeNo);
    await shop.close();
    const rows = (table: string): Promise<Record<string, unknown>[]> =>
      database.query(`SELECT * FROM ${table} WHERE out_trade_no = $1`, [outTradeNo]);
    return { order: view.order, rows };
  }

  it('is booked, is an incident, and is not shipped', async () => {
    const { order, rows } = await refundedElsewhere('PREPAID');
    assert.deepEqual([order.status, order.paidBy], ['PAID', 'QUERY']);
    assert.deepEqual(
      (await rows('incidents')).map(({ kind }) => kind),
      ['REFUNDED_ELSEWHERE'],
    );
    assert.deepEqual(
      (await rows('shipments')).map((row) => row['status']),
      ['CANCELLED'],
    );
    cases.negative();
  });

  it('is booked, and not given back a second time, when it was closed here', async () => {
    const { order, rows } = await refundedElsewhere('CLOSED');
    assert.equal(order.status, 'CLOSED');
    assert.equal(typeof order.transactionId, 'string');
    assert.deepEqual(
      (await rows('incidents')).map(({ kind }) => kind).sort(),
      ['PAID_AFTER_CLOSE', 'REFUNDED_ELSEWHERE'],
    );
    assert.deepEqual(await rows('refunds'), []);
    assert.deepEqual(await rows('shipments'), []);
    cases.negative();
  });
});

describe('an order that is closed', () => {
  it('is closed here too when its prepay_id came while WeChat Pay closed it', async () => {
    const { shop, buyer, spoil } = await fragileShop();
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

  it('leaves nothing to be done at once when orders can be listed and not taken', async () => {
    let now = Date.now();
    const broken = failing('57P01');
    const { shop, buyer } = await fragileShop({
      database: broken.database,
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
