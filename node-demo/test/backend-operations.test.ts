import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';

import { createLogger, type Database } from 'wechatpay-demo-backend';

import { countCases } from './support/cases.js';
import { openTestDatabase } from './support/database.js';
import { send, type Answer } from './support/merchant-client.js';
import { Buyer, startShop, type TestShop } from './support/shop.js';

const cases = countCases('backend/operations');
const TOKEN = randomBytes(32).toString('hex');
const BASIC = `Basic ${btoa(`operator:${TOKEN}`)}`;

let database: Database;
let shop: TestShop;
let buyer: Buyer;
const lines: string[] = [];
before(async () => {
  database = await openTestDatabase();
  shop = await startShop({
    database,
    environment: { OPERATOR_TOKEN: TOKEN },
    backend: { log: createLogger('debug', (line) => lines.push(line)) },
  });
  buyer = await new Buyer(shop).login();
});
after(async () => {
  await shop.close();
  await database.close();
});

function get(path: string, Authorization?: string): Promise<Answer> {
  return send(`${shop.backend.url}${path}`, 'GET', '', { Authorization });
}

describe('the metrics', () => {
  it('tell what was answered, what came of callbacks, and what WeChat Pay answered', async () => {
    const { requestPayment } = await buyer.order();
    const id = buyer.pay(requestPayment);
    await shop.platform.simulator.idle();
    for (const kind of ['probe', 'forged', 'genuine'] as const) {
      await shop.platform.simulator.send(id, kind);
    }
    await buyer.call('GET', '/api/orders/NO-SUCH-ORDER');
    const { status, text } = await get('/metrics', `Bearer ${TOKEN}`);
    assert.equal(status, 200);
    for (const line of [
      'shop_callbacks_total{result="APPLIED"} 1',
      'shop_callbacks_total{result="DUPLICATE"} 1',
      'shop_callbacks_total{result="ERR_SIGNATURE_PROBE"} 1',
      'shop_callbacks_total{result="ERR_SIGNATURE_INVALID"} 1',
      'shop_wechatpay_request_duration_seconds_count{api="POST /v3/pay/transactions/jsapi",outcome="ok"} 1',
      'shop_http_request_duration_seconds_count{method="GET",route="/api/orders/:outTradeNo",status="404"} 1',
      'shop_http_request_duration_seconds_count{method="POST",route="/wechatpay/notify",status="204"} 2',
      'process_resident_memory_bytes',
    ]) {
      assert.ok(text.includes(line), `${line}\n${text}`);
    }
    cases.positive();
  });

  it('have no label that a client can choose', async () => {
    for (const path of ['/a', '/b', '/api/orders/x', '/%00']) await get(path);
    const { text } = await get('/metrics', `Bearer ${TOKEN}`);
    assert.ok(!/route="\/(a|b|%00)"/.test(text), text);
    cases.negative();
  });
});

describe('the operator token', () => {
  for (const [why, authorization] of [
    ['nothing', undefined],
    ['another token', `Bearer ${'0'.repeat(64)}`],
    ['the beginning of the token', `Bearer ${TOKEN.slice(0, 32)}`],
    ['an empty token', 'Bearer '],
    ['another password', `Basic ${btoa('operator:guess')}`],
    ['the token as user name', `Basic ${btoa(`${TOKEN}:`)}`],
    ['what is no base64', 'Basic ~~~'],
    ['another scheme', `Digest ${TOKEN}`],
  ] as const) {
    it(`is not ${why}`, async () => {
      for (const path of ['/operator', '/operator/style.css', '/metrics']) {
        const answer = await get(path, authorization);
        assert.equal(answer.status, 401, path);
        assert.match(String(answer.headers['www-authenticate']), /^Basic/);
        assert.ok(!answer.text.includes('shop_'));
      }
      cases.negative();
    });
  }

  it('opens nothing where there is none', async () => {
    const without = await startShop({ database });
    for (const path of ['/operator', '/metrics']) {
      const answer = await send(`${without.backend.url}${path}`, 'GET', '', {
        Authorization: BASIC,
      });
      assert.equal(answer.status, 404, path);
    }
    await without.close();
    cases.negative();
  });

  it('opens the page for a browser and for a program', async () => {
    for (const authorization of [BASIC, `Bearer ${TOKEN}`]) {
      const page = await get('/operator', authorization);
      assert.equal(page.status, 200);
      assert.match(String(page.headers['content-security-policy']), /^default-src 'none'/);
      assert.match(page.text, /<td>PAID<\/td>/);
      cases.positive();
    }
  });
});

describe('the operator page', () => {
  it('shows incidents and escapes them', async () => {
    await database.query(
      `INSERT INTO incidents (out_trade_no, kind, reference, detail, created_at)
       VALUES ('<script>alert(1)</script>', 'ORDER_UNKNOWN', '"><img>', '&', $1)`,
      [new Date()],
    );
    const { text } = await get('/operator', BASIC);
    assert.ok(text.includes('&lt;script&gt;'));
    assert.ok(!text.includes('<script>') && !text.includes('<img>'));
    cases.negative();
  });

  for (const [why, date, status] of [
    ['tomorrow', new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10), 400],
    ['no date', 'yesterday', 400],
    ['no day', '2026-02-30', 400],
    ['nothing', '', 400],
  ] as const) {
    it(`compares no bill of ${why}`, async () => {
      const headers = {
        Authorization: BASIC,
        Origin: shop.backend.url,
        'Content-Type': 'application/x-www-form-urlencoded',
      };
      const url = `${shop.backend.url}/operator/bills`;
      assert.equal((await send(url, 'POST', `date=${date}`, headers)).status, status);
      cases.negative();
    });
  }

  it('takes no form of another site', async () => {
    const headers = {
      Authorization: BASIC,
      Origin: 'https://evil.example',
      'Content-Type': 'application/x-www-form-urlencoded',
    };
    const url = `${shop.backend.url}/operator/bills`;
    assert.equal((await send(url, 'POST', 'date=2026-01-31', headers)).status, 403);
    cases.negative();
  });
});

describe('a request', () => {
  it('is found in the log by its id, however deep the line was written', async () => {
    const { requestPayment } = await buyer.order();
    lines.length = 0;
    buyer.pay(requestPayment);
    await shop.platform.simulator.idle();
    const entries = lines.map((line) => JSON.parse(line));
    const settled = entries.find(({ message }) => message === 'callback settled');
    const answered = entries.find(({ message }) => message === 'answered');
    assert.match(settled.requestId, /^[0-9a-f-]{36}$/);
    assert.equal(settled.requestId, answered.requestId);
    cases.positive();
  });
});

describe('health', () => {
  it('is 503 while the database does not answer, and says nothing about it', async () => {
    let broken = false;
    const failing: Database = {
      ...database,
      query: (sql, parameters) =>
        broken ? Promise.reject(new Error('secret host refused')) : database.query(sql, parameters),
    };
    const fragile = await startShop({ database: failing });
    const health = (): Promise<Answer> => send(`${fragile.backend.url}/healthz`, 'GET', '', {});
    assert.equal((await health()).status, 200);
    broken = true;
    const answer = await health();
    assert.equal(answer.status, 503);
    assert.ok(!answer.text.includes('secret'));
    await fragile.close();
    cases.negative();
  });
});

describe('the end', () => {
  it('waits for the request that is under way, and saves it', async () => {
    let release = (): void => {};
    let entered = (): void => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const inside = new Promise<void>((resolve) => (entered = resolve));
    let slow = false;
    const waiting: Database = {
      ...database,
      transaction: async (work) => {
        if (slow) {
          entered();
          await gate;
        }
        return database.transaction(work);
      },
    };
    const ending = await startShop({ database: waiting });
    const user = await new Buyer(ending).login();
    const { order, requestPayment } = await user.order();
    slow = true;
    user.pay(requestPayment);
    await inside;
    const closed = ending.backend.close();
    release();
    await closed;
    await ending.platform.simulator.idle();
    const [attempt] = ending.platform.simulator.notifications()[0]?.attempts ?? [];
    assert.equal(attempt?.status, 204);
    const [row] = await database.query('SELECT status FROM orders WHERE out_trade_no = $1', [
      order.outTradeNo,
    ]);
    assert.equal(row?.['status'], 'PAID');
    await ending.platform.simulator.close();
    cases.positive();
  });
});
