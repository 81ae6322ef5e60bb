import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';

import { createThrowawayMerchant } from 'wechatpay-simulator';

import { countCases } from './support/cases.js';
import { MerchantClient, type Answer } from './support/merchant-client.js';
import { paymentCall, prepayBody, startPlatform, type TestPlatform } from './support/platform.js';

const cases = countCases('simulator/bills');
const HOUR = 3_600_000;
/** Noon in Beijing. */
const NOON = Date.parse('2026-05-04T12:00:00+08:00');
const DATE = '2026-05-04';

let now = NOON;
const other = createThrowawayMerchant();
let platform: TestPlatform;
let stranger: MerchantClient;
before(async () => {
  const first = await startPlatform();
  await first.simulator.close();
  platform = await startPlatform({
    now: () => now,
    merchants: [first.account.merchant, other.merchant],
    apps: [first.account.app, other.app],
  });
  stranger = new MerchantClient(platform.simulator, other, () => now);
  for (const [total, refund] of [
    [6800, 0],
    [9900, 100],
    [1, 0],
  ] as const) {
    const body = prepayBody(platform, { amount: { total, currency: 'CNY' }, description: '茶,茶' });
    const { json } = await platform.client.call({ url: '/v3/pay/transactions/jsapi', body });
    platform.simulator.pay(paymentCall(platform, json.prepay_id));
    if (refund > 0) {
      const answer = await platform.client.call({
        url: '/v3/refund/domestic/refunds',
        body: {
          out_trade_no: body['out_trade_no'],
          out_refund_no: `R${String(body['out_trade_no'])}`,
          amount: { refund, total, currency: 'CNY' },
        },
      });
      assert.equal(answer.status, 200);
    }
  }
  now = NOON + 24 * HOUR;
});
after(() => platform.simulator.close());

const announce = (query: string, kind = 'tradebill'): Promise<Answer> =>
  platform.client.call({ url: `/v3/bill/${kind}?${query}` });

function pathOf(answer: Answer): string {
  const { pathname, search } = new URL(answer.json.download_url);
  return `${pathname}${search}`;
}

describe('a bill', () => {
  for (const [type, rows, sums] of [
    ['ALL', 4, '`4,`167.01,`1.00,`0.00,`0.00000,`167.01,`1.00'],
    ['SUCCESS', 3, '`3,`167.01,`0.00,`0.00,`0.00000,`167.01,`0.00'],
    ['REFUND', 1, '`1,`0.00,`1.00,`0.00,`0.00000,`0.00,`1.00'],
  ] as const) {
    it(`of the kind ${type} has ${rows} rows, its sums and its digest`, async () => {
      const announced = await announce(`bill_date=${DATE}&bill_type=${type}`);
      platform.client.verified(announced);
      const { text, headers } = await platform.client.call({ url: pathOf(announced) });
      assert.equal(headers['wechatpay-signature'], undefined, 'files are not signed');
      assert.equal(createHash('sha1').update(text).digest('hex'), announced.json.hash_value);
      const lines = text.split('\r\n');
      assert.ok(lines[0]?.startsWith('\uFEFF交易时间,公众账号ID,商户号'));
      const columns = lines[0]?.split(',').length;
      for (const line of lines.slice(1, rows + 1)) assert.equal(line.split(',`').length, columns);
      assert.equal(lines[rows + 2], sums);
      cases.positive();
    });
  }

  it('comes compressed when it is asked for, under the digest of what is inside', async () => {
    const announced = await announce(`bill_date=${DATE}&tar_type=GZIP`);
    const { json } = announced;
    const plain = await announce(`bill_date=${DATE}`);
    assert.equal(json.hash_value, plain.json.hash_value);
    const answer = await fetchSigned(pathOf(announced));
    const content = gunzipSync(answer);
    assert.equal(createHash('sha1').update(content).digest('hex'), json.hash_value);
    cases.positive();
  });

  it('of the funds has money in and out', async () => {
    const announced = await announce(`bill_date=${DATE}&account_type=BASIC`, 'fundflowbill');
    const { text } = await platform.client.call({ url: pathOf(announced) });
    assert.match(text, /`收入,`68\.00,/);
    assert.match(text, /`4,`3,`167\.01,`1,`1\.00\r\n$/);
    cases.positive();
  });

  for (const [why, query, code] of [
    ['today', 'bill_date=2026-05-05', 'STATEMENT_CREATING'],
    ['tomorrow', 'bill_date=2026-05-06', 'STATEMENT_CREATING'],
    ['a day without a trade', 'bill_date=2026-05-03', 'NO_STATEMENT_EXIST'],
    ['last year', 'bill_date=2025-05-04', 'PARAM_ERROR'],
    ['no day', 'bill_date=', 'PARAM_ERROR'],
    ['the 30th of February', 'bill_date=2026-02-30', 'PARAM_ERROR'],
    ['another calendar', 'bill_date=20260504', 'PARAM_ERROR'],
    ['an unknown kind', `bill_date=${DATE}&bill_type=EVERYTHING`, 'PARAM_ERROR'],
    ['an unknown archive', `bill_date=${DATE}&tar_type=ZIP`, 'PARAM_ERROR'],
  ] as const) {
    it(`of ${why} is refused with ${code}`, async () => {
      const answer = await announce(query);
      assert.equal(answer.status, 400);
      assert.equal(answer.json.code, code);
      cases.negative();
    });
  }

  it('is for its merchant, for five minutes, and for who has the token', async () => {
    const path = pathOf(await announce(`bill_date=${DATE}`));
    assert.equal((await stranger.call({ url: path })).status, 403);
    assert.equal((await platform.client.call({ url: `${path}x` })).status, 400);
    const unsigned = await platform.client.call({ url: path, authorization: () => undefined });
    assert.equal(unsigned.status, 401);
    now += 5 * 60_000;
    assert.equal((await platform.client.call({ url: path })).status, 400);
    now -= 5 * 60_000;
    cases.negative();
  });
});

async function fetchSigned(path: string): Promise<Buffer> {
  const { request } = await import('node:http');
  const authorization = await new Promise<string>((resolve) => {
    void platform.client.call({
      url: path,
      authorization: (items) => {
        const parts = Object.entries(items).map(([name, value]) => `${name}="${value}"`);
        resolve(`WECHATPAY2-SHA256-RSA2048 ${parts.join(',')}`);
        return undefined;
      },
    });
  });
  return new Promise((resolve, reject) => {
    const headers = { Authorization: authorization, Accept: '*/*', 'User-Agent': 'test' };
    request(`${platform.simulator.url}${path}`, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks)));
    })
      .on('error', reject)
      .end();
  });
}
