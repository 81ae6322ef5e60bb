import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { type Database } from 'wechatpay-demo-backend';
import type { BeforeAnswer } from 'wechatpay-simulator';

import { countCases } from './support/cases.js';
import { openTestDatabase } from './support/database.js';
import {
  drop,
  failure,
  first,
  fragileShop,
  systemError,
  withoutSignature,
} from './support/fragile-shop.js';
import { Buyer, type TestShop } from './support/shop.js';

const cases = countCases('backend/refunds');
const REFUND = '/v3/refund/domestic/refunds';

let database: Database;
before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());

describe('an answer to a refund that tells nothing', () => {
  for (const [why, spoil] of [
    ['none comes', drop],
    ['500', systemError],
    ['200 without a signature', withoutSignature],
  ] as const) {
    it(`leaves the order REFUNDING, and the callback ends it: ${why}`, async () => {
      const { shop, buyer, spoil: set } = await fragileShop(database);
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
    const { shop, buyer, spoil } = await fragileShop(database, { callbacksLost: true });
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
    const { shop, buyer, spoil } = await fragileShop(database, { callbacksLost: true });
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
    const { shop, buyer, spoil } = await fragileShop(database, { callbacksLost: true });
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
    const { shop, buyer, spoil } = await fragileShop(database, { callbacksLost: true });
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
    const fragile = await fragileShop(database, { callbacksLost: true });
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
    const { shop, buyer } = await fragileShop(database, { callbacksLost: true });
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
