import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, describe, it } from 'node:test';

import { countCases } from './support/cases.js';
import { authorizationOf, type Call, type Items } from './support/merchant-client.js';
import { prepayBody, startPlatform, type TestPlatform } from './support/platform.js';

const cases = countCases('simulator/authorization');
const NOW = 1_800_000_000_000;
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const without = (name: keyof Items) => (items: Items) => {
  const { [name]: _, ...rest } = items;
  return authorizationOf(rest);
};

describe('the Authorization header', () => {
  let platform: TestPlatform;
  let query: string;

  before(async () => {
    platform = await startPlatform({ now: () => NOW });
    const { mchid } = platform.account.merchant;
    query = `/v3/pay/transactions/out-trade-no/UNKNOWN?mchid=${mchid}`;
  });
  after(() => platform.simulator.close());

  it('may hold its five items in any order', async () => {
    for (const names of permutations([
      'mchid',
      'nonce_str',
      'timestamp',
      'serial_no',
      'signature',
    ])) {
      const answer = await platform.client.call({
        url: query,
        authorization: (items) =>
          authorizationOf(
            Object.fromEntries(names.map((name) => [name, items[name as keyof Items]])),
          ),
      });
      assert.equal(answer.json.code, 'ORDER_NOT_EXIST', names.join());
      cases.positive();
    }
  });

  it('is accepted up to 300 seconds off, in both directions', async () => {
    for (const offset of [-300, 0, 300]) {
      const timestamp = String(NOW / 1000 + offset);
      const answer = await platform.client.call({ url: query, items: { timestamp } });
      assert.equal(answer.status, 404, `${offset} s`);
      cases.positive();
    }
  });

  const refused: [why: string, field: string, call: Partial<Call>][] = [
    ['no header', 'authorization', { authorization: () => undefined }],
    [
      'another schema',
      'authorization',
      { authorization: (items) => authorizationOf(items).replace('RSA2048', 'RSA4096') },
    ],
    ['no mchid', 'authorization', { authorization: without('mchid') }],
    ['no nonce_str', 'authorization', { authorization: without('nonce_str') }],
    ['no timestamp', 'authorization', { authorization: without('timestamp') }],
    ['no serial_no', 'authorization', { authorization: without('serial_no') }],
    ['no signature', 'authorization', { authorization: without('signature') }],
    [
      'an item twice',
      'authorization',
      { authorization: (items) => `${authorizationOf(items)},mchid="${items.mchid}"` },
    ],
    [
      'an item nobody knows',
      'authorization',
      { authorization: (items) => `${authorizationOf(items)},x="1"` },
    ],
    [
      'no quotes',
      'authorization',
      { authorization: (items) => authorizationOf(items).replaceAll('"', '') },
    ],
    [
      'a space after the commas',
      'authorization',
      { authorization: (items) => authorizationOf(items).replaceAll(',', ', ') },
    ],
    ['an unknown mchid', 'mchid', { items: { mchid: '1900000000' } }],
    ['an unknown serial', 'serial_no', { items: { serial_no: '0'.repeat(40) } }],
    ['the serial of the platform', 'serial_no', { items: { serial_no: 'PUB_KEY_ID_01' } }],
    ['a clock 301 seconds late', 'timestamp', { items: { timestamp: String(NOW / 1000 - 301) } }],
    ['a clock 301 seconds ahead', 'timestamp', { items: { timestamp: String(NOW / 1000 + 301) } }],
    ['milliseconds', 'timestamp', { items: { timestamp: String(NOW) } }],
    ['a timestamp that is no number', 'timestamp', { items: { timestamp: 'now' } }],
    ["a stranger's key", 'signature', { privateKey: stranger }],
    ['four lines for five', 'signature', { signInstead: (message) => message.slice(0, -1) }],
    [
      'lines ended by CRLF',
      'signature',
      { signInstead: (message) => message.replaceAll('\n', '\r\n') },
    ],
    [
      'another method signed',
      'signature',
      { signInstead: (message) => message.replace('GET', 'POST') },
    ],
    ['the query left out', 'signature', { signInstead: (message) => message.replace(/\?.*/, '') }],
    [
      'the host signed too',
      'signature',
      { signInstead: (message) => message.replace('/v3', 'http://127.0.0.1/v3') },
    ],
    [
      'a signature that is not base64',
      'signature',
      { authorization: (items) => authorizationOf({ ...items, signature: '%%%' }) },
    ],
    [
      'a signature in URL-safe base64',
      'signature',
      {
        authorization: (items) =>
          authorizationOf({
            ...items,
            signature: items.signature
              .replaceAll('+', '-')
              .replaceAll('/', '_')
              .replaceAll('=', ''),
          }),
      },
    ],
  ];
  for (const [why, field, call] of refused) {
    it(`is refused with ${why}`, async () => {
      const answer = await platform.client.call({ url: query, ...call });
      assert.equal(answer.status, 401);
      assert.equal(answer.json.code, 'SIGN_ERROR');
      assert.equal(answer.json.detail.field, field);
      assert.equal(
        answer.headers['wechatpay-signature'],
        undefined,
        'a stranger gets no signature',
      );
      assert.match(String(answer.headers['request-id']), /-\d+$/);
      cases.negative();
    });
  }

  it('is refused with a body that is not the signed one, to the byte', async () => {
    const body = JSON.stringify(prepayBody(platform));
    for (const sendInstead of [
      body.replace('"total":100', '"total":101'),
      body.replace('"total":100', '"total": 100'),
      `${body}\n`,
      JSON.stringify(JSON.parse(body), undefined, 2),
    ]) {
      const answer = await platform.client.call({
        url: '/v3/pay/transactions/jsapi',
        body,
        sendInstead,
      });
      assert.equal(answer.status, 401);
      assert.equal(answer.json.detail.field, 'signature');
      cases.negative();
    }
  });

  it('is refused when its nonce comes a second time', async () => {
    const call = { url: query, items: { nonce_str: 'once-and-no-more' } };
    assert.equal((await platform.client.call(call)).status, 404);
    const again = await platform.client.call(call);
    assert.equal(again.status, 401);
    assert.equal(again.json.detail.field, 'nonce_str');
    cases.negative();
  });

  it('does not burn a nonce for a request whose signature is wrong', async () => {
    const items = { nonce_str: 'tried-by-a-stranger' };
    assert.equal(
      (await platform.client.call({ url: query, items, privateKey: stranger })).status,
      401,
    );
    assert.equal((await platform.client.call({ url: query, items })).status, 404);
    cases.positive();
  });

  it('lets a nonce come again when the window has passed', async () => {
    let now = NOW;
    const other = await startPlatform({ now: () => now });
    const url = `/v3/pay/transactions/out-trade-no/UNKNOWN?mchid=${other.account.merchant.mchid}`;
    const call = { url, items: { nonce_str: 'again' } };
    const at = (): object => ({ items: { ...call.items, timestamp: String(now / 1000) } });
    assert.equal((await other.client.call({ url, ...at() })).status, 404);
    now += 601_000;
    assert.equal((await other.client.call({ url, ...at() })).status, 404);
    await other.simulator.close();
    cases.positive();
  });

  it('is told how WeChat Pay built the message when the signature does not match', async () => {
    const body = JSON.stringify(prepayBody(platform));
    const timestamp = String(NOW / 1000);
    const answer = await platform.client.call({
      url: '/v3/pay/transactions/jsapi?a=%E8%8C%B6&b=',
      body,
      items: { nonce_str: 'NONCE', timestamp },
      privateKey: stranger,
    });
    const message = `POST\n/v3/pay/transactions/jsapi?a=%E8%8C%B6&b=\n${timestamp}\nNONCE\n${body}\n`;
    assert.deepEqual(answer.json, {
      code: 'SIGN_ERROR',
      detail: {
        detail: { issue: 'sign not match' },
        field: 'signature',
        location: 'authorization',
        sign_information: {
          method: 'POST',
          sign_message_length: Buffer.byteLength(message),
          truncated_sign_message: `POST\n/v3/pay/transactions/jsapi?a=%E8%8C%B6&b=\n${timestamp}\nNONCE\n{"appid"\n`,
          url: '/v3/pay/transactions/jsapi?a=%E8%8C%B6&b=',
        },
      },
      message: '错误的签名，验签失败',
    });
    cases.negative();
  });
});

describe('the other headers', () => {
  let platform: TestPlatform;

  before(async () => {
    platform = await startPlatform();
  });
  after(() => platform.simulator.close());

  for (const [why, status, headers] of [
    ['Accept is missing', 400, { Accept: undefined }],
    ['Accept allows no JSON', 400, { Accept: 'text/html' }],
    ['User-Agent is missing', 400, { 'User-Agent': undefined }],
    ['User-Agent is empty', 400, { 'User-Agent': '' }],
    ['Content-Type is missing', 415, { 'Content-Type': undefined }],
    ['Content-Type is no JSON', 415, { 'Content-Type': 'text/plain' }],
  ] as const) {
    it(`are refused when ${why}`, async () => {
      const call = { url: '/v3/pay/transactions/jsapi', body: prepayBody(platform), headers };
      assert.equal((await platform.client.call(call)).status, status);
      cases.negative();
    });
  }

  it('may say that any answer will do, and in which charset the body is', async () => {
    const answer = await platform.client.call({
      url: '/v3/pay/transactions/jsapi',
      body: prepayBody(platform),
      headers: { Accept: '*/*', 'Content-Type': 'application/json; charset=utf-8' },
    });
    assert.equal(answer.status, 200);
    cases.positive();
  });
});

function permutations(items: string[]): string[][] {
  if (items.length < 2) return [items];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}
