import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';

import type { Database, Row } from 'wechatpay-demo-backend';
import type { BeforeAnswer, HttpAnswer } from 'wechatpay-simulator';

import { countCases } from './support/cases.js';
import { openTestDatabase } from './support/database.js';
import { until } from './support/platform.js';
import { Buyer, startShop, type ShopOptions, type TestShop } from './support/shop.js';

const cases = countCases('backend/reconciliation');
const NOWHERE = { PUBLIC_BASE_URL: 'http://127.0.0.1:9' };
const MINUTE = 60_000;

let database: Database;
/** Clock of backend and simulator, moved by the tests. */
let ahead = 0;
const clock = (): number => Date.now() + ahead;
let spoil: BeforeAnswer | undefined;
let shop: TestShop;
let buyer: Buyer;

function start(options: Partial<ShopOptions> = {}): Promise<TestShop> {
  return startShop({
    database,
    platform: { now: clock, beforeAnswer: (exchange) => spoil?.(exchange) },
    backend: { now: () => new Date(clock()) },
    ...options,
  });
}

before(async () => {
  database = await openTestDatabase();
  // Callbacks lead nowhere: only asking helps.
  shop = await start({ environment: NOWHERE });
  buyer = await new Buyer(shop).login();
});
after(async () => {
  await shop.close();
  await database.close();
});

const rows = (table: string, outTradeNo: string): Promise<Row[]> =>
  database.query(`SELECT * FROM ${table} WHERE out_trade_no = $1`, [outTradeNo]);

async function row(outTradeNo: string): Promise<Row> {
  return (await rows('orders', outTradeNo))[0] ?? {};
}

/** Lets time pass and the backend ask about everything that is due by then. */
async function pass(minutes: number, backend = shop.backend): Promise<number> {
  ahead += minutes * MINUTE;
  await buyer.login();
  return backend.reconcile();
}

async function settleAll(): Promise<void> {
  await database.query('UPDATE orders SET next_check_at = NULL');
}

const failing: BeforeAnswer = ({ answer }): HttpAnswer => ({ ...answer, status: 503 });

describe('an order that hears nothing', () => {
  it('is asked about, and paid', async () => {
    await settleAll();
    const { order, requestPayment } = await buyer.order();
    buyer.pay(requestPayment);
    assert.equal(await pass(0), 0, 'not before its time');
    assert.equal(await pass(1.1), 1);
    const { status, paid_by: paidBy, checks } = await row(order.outTradeNo);
    assert.deepEqual({ status, paidBy, checks }, { status: 'PAID', paidBy: 'QUERY', checks: 1 });
    assert.equal((await rows('shipments', order.outTradeNo)).length, 1);
    assert.equal(await pass(120), 0, 'and never again');
    cases.positive();
  });

  it('is asked about less and less often', async () => {
    await settleAll();
    const { order } = await buyer.order();
    const asked: number[] = [];
    for (let minute = 1; minute <= 28; minute += 1) {
      if ((await pass(1)) > 0) asked.push(minute);
    }
    assert.deepEqual(asked.slice(0, 5), [1, 2, 4, 8, 16]);
    assert.equal((await row(order.outTradeNo))['status'], 'PREPAID');
    cases.negative();
  });

  it('is closed when it expires, at WeChat Pay too', async () => {
    await settleAll();
    const { order } = await buyer.order();
    await pass(30.1);
    const { status } = await row(order.outTradeNo);
    assert.equal(status, 'CLOSED');
    const [, entry] = shop.platform.simulator
      .log()
      .filter((one) => one.type === 'exchange' && one.url.includes(order.outTradeNo));
    assert.ok(entry?.type === 'exchange' && entry.url.endsWith('/close'));
    assert.equal(await pass(120), 0);
    cases.negative();
  });

  it('is not closed while WeChat Pay does not answer', async () => {
    await settleAll();
    const { order } = await buyer.order();
    spoil = failing;
    await pass(30.1);
    assert.equal((await row(order.outTradeNo))['status'], 'PREPAID');
    spoil = undefined;
    await pass(2.1);
    assert.equal((await row(order.outTradeNo))['status'], 'CLOSED');
    cases.negative();
  });

  it('is not closed when it was paid in the last moment', async () => {
    await settleAll();
    const { order, requestPayment } = await buyer.order();
    spoil = failing;
    await pass(29);
    buyer.pay(requestPayment);
    spoil = undefined;
    await pass(10);
    assert.equal((await row(order.outTradeNo))['status'], 'PAID');
    cases.negative();
  });

  it('is asked about by one instance of many', async () => {
    await settleAll();
    const second = await startShop({
      database,
      backend: { now: () => new Date(clock()) },
      platform: { now: clock },
    });
    const { order } = await buyer.order();
    ahead += 1.1 * MINUTE;
    await Promise.all(Array.from({ length: 6 }, () => shop.backend.reconcile()));
    const questions = shop.platform.simulator
      .log()
      .filter((one) => one.type === 'exchange' && one.url.includes(`${order.outTradeNo}?`));
    assert.equal(questions.length, 1);
    assert.equal((await row(order.outTradeNo))['checks'], 1);
    await second.close();
    cases.negative();
  });
});

describe('a payment after closing', () => {
  async function paidLate(): Promise<string> {
    await settleAll();
    const { order, requestPayment } = await buyer.order();
    buyer.pay(requestPayment);
    await database.query("UPDATE orders SET status = 'CLOSED' WHERE out_trade_no = $1", [
      order.outTradeNo,
    ]);
    await buyer.call('POST', `/api/orders/${order.outTradeNo}/refresh`);
    return order.outTradeNo;
  }

  it('goes back in full, and nothing is shipped', async () => {
    const outTradeNo = await paidLate();
    assert.equal((await row(outTradeNo))['status'], 'REFUNDING');
    await pass(0);
    await shop.platform.simulator.idle();
    await pass(2);
    const { status, amount_refunded: refunded, amount_total: total } = await row(outTradeNo);
    assert.equal(status, 'REFUNDED');
    assert.equal(refunded, total);
    assert.equal((await rows('refunds', outTradeNo)).length, 1);
    assert.equal((await rows('shipments', outTradeNo)).length, 0);
    assert.equal((await rows('incidents', outTradeNo))[0]?.['kind'], 'PAID_AFTER_CLOSE');
    cases.negative();
  });

  it('goes back once, however often the refund is asked for', async () => {
    const outTradeNo = await paidLate();
    spoil = failing;
    for (let round = 0; round < 3; round += 1) await pass(5);
    spoil = undefined;
    for (let round = 0; round < 3; round += 1) {
      await pass(20);
      await shop.platform.simulator.idle();
    }
    assert.equal((await row(outTradeNo))['status'], 'REFUNDED');
    const refunds = shop.platform.simulator
      .log()
      .filter((one) => one.type === 'exchange' && one.url === '/v3/refund/domestic/refunds')
      .filter((one) => one.type === 'exchange' && one.body.includes(outTradeNo));
    assert.ok(refunds.length >= 2, 'it was asked for again after the failure');
    const numbers = refunds.map(
      (one) => one.type === 'exchange' && JSON.parse(one.body).out_refund_no,
    );
    assert.equal(new Set(numbers).size, 1, 'under one number');
    cases.negative();
  });

  it('becomes an incident when WeChat Pay refuses to give it back', async () => {
    const outTradeNo = await paidLate();
    const refusal = Buffer.from('{"code":"NOT_ENOUGH","message":"余额不足"}');
    const unknown = Buffer.from('{"code":"RESOURCE_NOT_EXISTS","message":"退款单不存在"}');
    spoil = ({ request, answer }) => {
      if (!request.url.includes('refund')) return undefined;
      const isQuery = request.method === 'GET';
      return { ...answer, status: isQuery ? 404 : 403, body: isQuery ? unknown : refusal };
    };
    await pass(0);
    spoil = undefined;
    const kinds = (await rows('incidents', outTradeNo)).map((one) => one['kind']).sort();
    assert.deepEqual(kinds, ['PAID_AFTER_CLOSE', 'REFUND_REFUSED']);
    const refund = (await rows('refunds', outTradeNo))[0];
    assert.deepEqual(
      [(await row(outTradeNo))['status'], refund?.['status']],
      ['REFUNDING', 'REQUESTED'],
      'and is not taken for an order to be shipped',
    );
    await pass(60);
    await shop.platform.simulator.idle();
    await pass(60);
    assert.equal((await row(outTradeNo))['status'], 'REFUNDED', 'it goes back when it can');
    cases.negative();
  });
});

describe('a parcel', () => {
  /** Ships whatever it is told to, and cannot be told to stop. */
  class Warehouse {
    readonly parcels: string[] = [];
    fault: 'none' | 'before' | 'after' = 'none';
    readonly #server: Server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (request.method === 'GET') {
          const number = request.url?.split('/').at(-1) ?? '';
          response.writeHead(this.parcels.includes(number) ? 200 : 404).end();
          return;
        }
        const { outTradeNo } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
        if (this.fault !== 'before') this.parcels.push(outTradeNo);
        if (this.fault === 'none') response.writeHead(201).end();
        else response.destroy();
      });
    });
    async open(): Promise<string> {
      await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    }
    close(): void {
      this.#server.close();
      this.#server.closeAllConnections();
    }
  }

  async function shipped(fault: Warehouse['fault']): Promise<void> {
    await database.query("UPDATE shipments SET status = 'CANCELLED'");
    const warehouse = new Warehouse();
    warehouse.fault = fault;
    const environment = { WAREHOUSE_URL: await warehouse.open() };
    const instances = [await start({ environment }), await start({ environment })];
    const user = await new Buyer(instances[0] as TestShop).login();
    const { order, requestPayment } = await user.order();
    user.pay(requestPayment);
    const status = async (): Promise<unknown> =>
      (await rows('shipments', order.outTradeNo))[0]?.['status'];
    if (fault !== 'none') {
      await until('the warehouse was told', async () => (await status()) === 'CLAIMED');
      await new Promise((resolve) => setTimeout(resolve, 100));
      warehouse.fault = 'none';
      ahead += MINUTE;
    }
    await until('it is shipped', async () => (await status()) === 'SHIPPED');
    assert.deepEqual(warehouse.parcels, [order.outTradeNo]);
    for (const instance of instances) await instance.close();
    warehouse.close();
  }

  it('leaves once, with several instances looking for work', async () => {
    await shipped('none');
    cases.positive();
  });

  it('leaves once when the warehouse shipped it and its answer was lost', async () => {
    await shipped('after');
    cases.negative();
  });

  it('leaves once when the warehouse never heard of it', async () => {
    await shipped('before');
    cases.negative();
  });

  it('leaves once when who took it paused, and was taken over from', async () => {
    await database.query("UPDATE shipments SET status = 'CANCELLED'");
    const warehouse = new Warehouse();
    const environment = { WAREHOUSE_URL: await warehouse.open() };
    const status = async (outTradeNo: string): Promise<unknown> =>
      (await rows('shipments', outTradeNo))[0]?.['status'];
    let taken = '';
    let goOn = (): void => {};
    const paused = new Promise<void>((resolve) => (goOn = resolve));
    // The first to take the parcel stops as soon as that is committed.
    const slow: Database = {
      ...database,
      transaction: async (work) => {
        let claim = '';
        const result = await database.transaction((transaction) =>
          work({
            query: (text, values) => {
              if (text.includes("SET status = 'CLAIMED'")) claim = String(values?.[0]);
              return transaction.query(text, values);
            },
          }),
        );
        if (claim !== '' && taken === '') {
          taken = claim;
          await paused;
        }
        return result;
      },
    };
    const first = await start({ database: slow, environment });
    const user = await new Buyer(first).login();
    const { order, requestPayment } = await user.order();
    user.pay(requestPayment);
    await until('it is taken', () => taken === order.outTradeNo);
    ahead += 16_000;
    const second = await start({ environment });
    await until('it is shipped', async () => (await status(order.outTradeNo)) === 'SHIPPED');
    goOn();
    await first.close();
    await second.close();
    assert.deepEqual(warehouse.parcels, [order.outTradeNo]);
    warehouse.close();
    cases.negative();
  });

  it('does not leave for an order that is being refunded', async () => {
    await database.query("UPDATE shipments SET status = 'CANCELLED'");
    const without = await start();
    const user = await new Buyer(without).login();
    const { order, requestPayment } = await user.order();
    user.pay(requestPayment);
    await without.platform.simulator.idle();
    await user.call('POST', `/api/orders/${order.outTradeNo}/refund`);
    await without.platform.simulator.idle();
    await without.close();
    const warehouse = new Warehouse();
    const instance = await start({ environment: { WAREHOUSE_URL: await warehouse.open() } });
    await until('it is cancelled', async () => {
      const [shipment] = await rows('shipments', order.outTradeNo);
      return shipment?.['status'] === 'CANCELLED';
    });
    assert.deepEqual(warehouse.parcels, []);
    await instance.close();
    warehouse.close();
    cases.negative();
  });
});
