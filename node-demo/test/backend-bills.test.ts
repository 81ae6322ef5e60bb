import assert from 'node:assert/strict';
import { createHash, randomBytes, sign } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';

import type { Database, Row } from 'wechatpay-demo-backend';
import type { BeforeAnswer } from 'wechatpay-simulator';

import { countCases } from './support/cases.js';
import { openTestDatabase } from './support/database.js';
import { send, type Answer } from './support/merchant-client.js';
import { Buyer, startShop, type TestShop } from './support/shop.js';

const cases = countCases('backend/bills');
const TOKEN = randomBytes(32).toString('hex');
const HOUR = 3_600_000;

let database: Database;
let shop: TestShop;
let buyer: Buyer;
let spoil: BeforeAnswer | undefined;
let ahead = 0;
const clock = (): number => Date.now() + ahead;
/** The day on which everything is bought. */
let day = '';
const paid: string[] = [];

before(async () => {
  database = await openTestDatabase();
  shop = await startShop({
    database,
    environment: { OPERATOR_TOKEN: TOKEN },
    platform: { now: clock, beforeAnswer: (exchange) => spoil?.(exchange) },
    backend: { now: () => new Date(clock()) },
  });
  // Noon in Beijing, so that no test runs over midnight.
  ahead = Date.parse(`${beijingDay(Date.now())}T12:00:00+08:00`) - Date.now();
  day = beijingDay(clock());
  buyer = await new Buyer(shop).login();
  for (let left = 3; left > 0; left -= 1) {
    const { order, requestPayment } = await buyer.order('longjing-50g', left);
    buyer.pay(requestPayment);
    paid.push(order.outTradeNo);
  }
  await shop.platform.simulator.idle();
  await buyer.call('POST', `/api/orders/${paid[0]}/refund`, { amount: 100 });
  await shop.platform.simulator.idle();
  ahead += 24 * HOUR;
});
after(async () => {
  await shop.close();
  await database.close();
});

function beijingDay(time: number): string {
  return new Date(time + 8 * HOUR).toISOString().slice(0, 10);
}

function compareBill(date: string): Promise<Answer> {
  return send(`${shop.backend.url}/operator/bills`, 'POST', `date=${date}`, {
    Authorization: `Bearer ${TOKEN}`,
    Origin: shop.backend.url,
    'Content-Type': 'application/x-www-form-urlencoded',
  });
}

async function bill(): Promise<Row> {
  return (await database.query('SELECT * FROM bills WHERE bill_date = $1', [day]))[0] ?? {};
}

async function differences(): Promise<string[]> {
  await compareBill(day);
  const rows = await database.query(
    'SELECT kind, out_trade_no FROM bill_differences WHERE bill_date = $1',
    [day],
  );
  return rows.map((row) => String(row['kind'])).sort();
}

/** Changes the bill on its way. */
function rewriting(change: (text: string) => string): BeforeAnswer {
  return ({ request, answer }) =>
    request.path === '/v3/billdownload/file'
      ? { ...answer, body: Buffer.from(change(answer.body.toString('utf8'))) }
      : undefined;
}

describe('the bill of a day', () => {
  it('agrees with the orders', async () => {
    assert.equal((await compareBill(day)).status, 303);
    const { status, payments, refunds, differences: count } = await bill();
    assert.deepEqual(
      { status, payments, refunds, count },
      { status: 'CHECKED', payments: 3, refunds: 1, count: 0 },
    );
    cases.positive();
  });

  it('is empty for a day without a trade', async () => {
    const before_ = beijingDay(clock() - 72 * HOUR);
    assert.equal((await compareBill(before_)).status, 303);
    const [row] = await database.query('SELECT * FROM bills WHERE bill_date = $1', [before_]);
    assert.deepEqual([row?.['status'], row?.['payments']], ['CHECKED', 0]);
    cases.positive();
  });

  const changes: [string, string, string][] = [
    [
      'a payment the shop does not know',
      "UPDATE orders SET paid_at = NULL, transaction_id = NULL, status = 'CLOSED' WHERE out_trade_no = $1",
      'PAYMENT_NOT_HERE',
    ],
    [
      'another transaction',
      "UPDATE orders SET transaction_id = '4200000000000000000000000000' WHERE out_trade_no = $1",
      'PAYMENT_NOT_HERE,PAYMENT_NOT_IN_BILL',
    ],
    [
      'another amount',
      'UPDATE orders SET amount_total = amount_total + 1 WHERE out_trade_no = $1',
      'PAYMENT_DIFFERS',
    ],
    [
      'another amount of a refund',
      'UPDATE refunds SET amount = amount + 1 WHERE out_trade_no = $1',
      'REFUND_DIFFERS',
    ],
    [
      'a refund the shop does not know',
      'DELETE FROM refunds WHERE out_trade_no = $1',
      'REFUND_NOT_HERE',
    ],
    [
      'a refund that counts as refused here',
      "UPDATE refunds SET status = 'FAILED' WHERE out_trade_no = $1",
      'REFUND_NOT_HERE',
    ],
    [
      'a refund WeChat Pay does not know',
      "UPDATE refunds SET out_refund_no = 'R-UNKNOWN' WHERE out_trade_no = $1",
      'REFUND_NOT_HERE,REFUND_NOT_IN_BILL',
    ],
  ];
  for (const [why, statement, expected] of changes) {
    it(`shows ${why}`, async () => {
      const [order] = await database.query('SELECT * FROM orders WHERE out_trade_no = $1', [
        paid[0],
      ]);
      const [refund] = await database.query('SELECT * FROM refunds WHERE out_trade_no = $1', [
        paid[0],
      ]);
      await database.query(statement, [paid[0]]);
      assert.equal((await differences()).join(), expected);
      const page = await send(`${shop.backend.url}/operator`, 'GET', '', {
        Authorization: `Bearer ${TOKEN}`,
      });
      for (const kind of expected.split(',')) assert.ok(page.text.includes(kind), kind);
      await restore('orders', order ?? {});
      await restore('refunds', refund ?? {});
      assert.deepEqual(await differences(), [], 'and no longer when it was put right');
      cases.negative();
    });
  }

  async function restore(table: string, row: Row): Promise<void> {
    const names = Object.keys(row);
    const values = names.map((name) => row[name]);
    if (table === 'refunds') {
      await database.query('DELETE FROM refunds WHERE out_trade_no = $1', [paid[0]]);
      const places = names.map((_, index) => `$${index + 1}`);
      await database.query(
        `INSERT INTO refunds (${names.join()}) VALUES (${places.join()})`,
        values,
      );
      return;
    }
    const set = names.map((name, index) => `${name} = $${index + 1}`).join();
    await database.query(`UPDATE orders SET ${set} WHERE out_trade_no = '${paid[0]}'`, values);
  }
});

/** WeChat Pay itself says so: the signature is good. */
function signedByPlatform(body: string): Record<string, string> {
  const { serial, privateKey } = shop.platform.simulator.keys.publicKey;
  const timestamp = String(Math.floor(clock() / 1000));
  const message = Buffer.from(`${timestamp}\nnonce\n${body}\n`);
  return {
    'Wechatpay-Nonce': 'nonce',
    'Wechatpay-Serial': serial,
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Signature': sign('RSA-SHA256', message, privateKey).toString('base64'),
  };
}

describe('a bill that cannot be believed', () => {
  for (const [why, change] of [
    ['one digit changed on its way', (text: string) => text.replace('204.00', '204.01')],
    ['its end lost on its way', (text: string) => text.slice(0, -10)],
    ['nothing in it', () => ''],
    ['a line more', (text: string) => `${text}\r\n`],
  ] as const) {
    it(`is not compared with ${why}`, async () => {
      spoil = rewriting(change);
      await compareBill(day);
      spoil = undefined;
      const { status, detail } = await bill();
      assert.equal(status, 'FAILED');
      assert.match(String(detail), /digest|SHA-1|hash/i);
      cases.negative();
    });
  }

  for (const [why, change] of [
    ['an answer 500', { status: 500 }],
    ['a foreign address', { download_url: 'https://evil.example/v3/billdownload/file?token=x' }],
    ['an address that is no download', { download_url: '/v3/pay' }],
  ] as const) {
    it(`is not fetched after ${why}`, async () => {
      spoil = ({ request, answer }) => {
        if (request.path !== '/v3/bill/tradebill') return undefined;
        if ('status' in change) return { ...answer, ...change };
        const body = JSON.stringify({ ...JSON.parse(answer.body.toString('utf8')), ...change });
        return { ...answer, headers: signedByPlatform(body), body: Buffer.from(body) };
      };
      const log = shop.platform.simulator.log().length;
      await compareBill(day);
      spoil = undefined;
      const { status, detail } = await bill();
      assert.equal(status, 'FAILED');
      assert.match(String(detail), 'status' in change ? /500/ : /leads elsewhere/);
      const after_ = shop.platform.simulator.log().slice(log);
      assert.ok(
        !after_.some((entry) => entry.type === 'exchange' && entry.url.includes('download')),
      );
      cases.negative();
    });
  }

  it('is compared once it can be', async () => {
    assert.deepEqual(await differences(), []);
    assert.equal((await bill())['status'], 'CHECKED');
    cases.positive();
  });
});

describe('a download', () => {
  const PATIENCE = 500;
  const columns = '商户订单号,微信订单号,交易状态,货币种类,订单金额,商户退款单号,申请退款金额,退款状态';
  const file = Buffer.from(`${columns}\r\n总交易单数\r\n\`0\r\n`);
  const pause = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => setTimeout(resolve, milliseconds));

  /** How a bill is compared whose file is written by the given hand. */
  async function compared(write: (response: ServerResponse) => Promise<void>): Promise<Row> {
    const store = createServer((request, response) => {
      if (request.url?.startsWith('/v3/billdownload/') === true) {
        response.writeHead(200, { 'Content-Length': file.length });
        void write(response);
        return;
      }
      const body = JSON.stringify({
        hash_type: 'SHA1',
        hash_value: createHash('sha1').update(file).digest('hex'),
        download_url: `${url}/v3/billdownload/file?token=x`,
      });
      response.writeHead(200, signedByPlatform(body)).end(body);
    });
    await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(store.address() as AddressInfo).port}`;
    const other = await startShop({
      database,
      environment: { OPERATOR_TOKEN: TOKEN, WECHATPAY_BASE_URL: url },
      backend: { now: () => new Date(clock()), wechatPayTimeoutMilliseconds: PATIENCE },
    });
    const date = beijingDay(clock() - 96 * HOUR);
    const answer = await send(`${other.backend.url}/operator/bills`, 'POST', `date=${date}`, {
      Authorization: `Bearer ${TOKEN}`,
      Origin: other.backend.url,
      'Content-Type': 'application/x-www-form-urlencoded',
    });
    assert.equal(answer.status, 303, answer.text);
    await other.close();
    store.closeAllConnections();
    store.close();
    const [row] = await database.query('SELECT * FROM bills WHERE bill_date = $1', [date]);
    return row ?? {};
  }

  it('may take longer than an answer may, as long as it goes on', async () => {
    const { status, detail } = await compared(async (response) => {
      const size = Math.ceil(file.length / 12);
      for (let at = 0; at < file.length; at += size) {
        response.write(file.subarray(at, at + size));
        await pause(PATIENCE / 5);
      }
      response.end();
    });
    assert.equal(status, 'CHECKED', String(detail));
    cases.positive();
  });

  for (const [why, after_] of [
    ['breaks off', (response: ServerResponse) => void response.destroy()],
    ['stops', () => {}],
  ] as const) {
    it(`that ${why} fails, and is tried again within the hour`, async () => {
      const { status, detail, claimed_until: next } = await compared(async (response) => {
        response.write(file.subarray(0, 20));
        await pause(50);
        after_(response);
      });
      assert.equal(status, 'FAILED');
      assert.match(String(detail), /broke off/);
      assert.ok((next as Date).getTime() <= clock() + HOUR);
      cases.negative();
    });
  }

  it('that is not UTF-8 fails', async () => {
    const { status, detail } = await compared(async (response) => {
      response.end(Buffer.alloc(file.length, 0xff));
    });
    assert.equal(status, 'FAILED');
    assert.match(String(detail), /UTF-8/);
    cases.negative();
  });
});
