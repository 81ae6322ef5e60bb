import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { PaymentRefusal } from 'wechatpay-simulator';

import { countCases } from './support/cases.js';
import { send, type Answer } from './support/merchant-client.js';
import { paymentCall, prepayBody, startPlatform, type TestPlatform } from './support/platform.js';

const cases = countCases('simulator/phone');

let platform: TestPlatform;
before(async () => {
  platform = await startPlatform({ allowedOrigins: ['http://127.0.0.1:8080'] });
});
after(() => platform.simulator.close());

function control(
  name: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const url = `${platform.simulator.url}/_simulator/${name}`;
  return send(url, 'POST', JSON.stringify(body), headers);
}

describe('code2Session', () => {
  function session(changes: Record<string, string | undefined> = {}): Promise<Answer> {
    const { appid, secret } = platform.account.app;
    const query = new URLSearchParams();
    const parameters = {
      appid,
      secret,
      js_code: platform.simulator.login(appid, 'alice'),
      grant_type: 'authorization_code',
      ...changes,
    };
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== undefined) query.set(name, value);
    }
    return send(`${platform.simulator.url}/sns/jscode2session?${query}`, 'GET', '', {});
  }

  it('trades a code for the openid of the user, as text/plain', async () => {
    const { appid } = platform.account.app;
    const answer = await session();
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'text/plain');
    assert.equal(answer.json.openid, platform.simulator.openid(appid, 'alice'));
    assert.equal(answer.json.openid.length, 28);
    assert.equal(Buffer.from(answer.json.session_key, 'base64').length, 16);
    assert.equal(answer.json.errcode, undefined);
    assert.notEqual(platform.simulator.openid(appid, 'bob'), answer.json.openid);
    cases.positive();
  });

  for (const [errcode, changes] of [
    [41002, { appid: undefined }],
    [41004, { secret: undefined }],
    [41008, { js_code: undefined }],
    [40002, { grant_type: undefined }],
    [40002, { grant_type: 'client_credential' }],
    [40013, { appid: 'wx0000000000000000' }],
    [40125, { secret: '0'.repeat(32) }],
    [40029, { js_code: 'made-up' }],
  ] as const) {
    it(`answers ${errcode} for ${JSON.stringify(changes)}`, async () => {
      const answer = await session(changes);
      assert.equal(answer.status, 200);
      assert.equal(answer.json.errcode, errcode);
      assert.equal(answer.json.openid, undefined);
      cases.negative();
    });
  }

  it('takes a code once', async () => {
    const code = platform.simulator.login(platform.account.app.appid);
    assert.ok((await session({ js_code: code })).json.openid);
    assert.equal((await session({ js_code: code })).json.errcode, 40163);
    cases.negative();
  });

  it('takes a code for five minutes', async () => {
    let now = Date.now();
    const other = await startPlatform({ now: () => now });
    const { appid, secret } = other.account.app;
    const code = other.simulator.login(appid);
    now += 300_001;
    const query = `appid=${appid}&secret=${secret}&js_code=${code}&grant_type=authorization_code`;
    const answer = await send(`${other.simulator.url}/sns/jscode2session?${query}`, 'GET', '', {});
    assert.equal(answer.json.errcode, 40029);
    await other.simulator.close();
    cases.negative();
  });

  it('leaves no secret in the log', async () => {
    const answer = await session();
    const log = JSON.stringify(platform.simulator.log());
    assert.ok(log.includes('/sns/jscode2session'));
    assert.ok(!log.includes(platform.account.app.secret));
    assert.ok(!log.includes(answer.json.session_key));
    assert.ok(!log.includes(platform.account.merchant.apiV3Key));
    cases.positive();
  });
});

describe('wx.requestPayment', () => {
  async function call(): Promise<ReturnType<typeof paymentCall>> {
    const body = prepayBody(platform);
    const answer = await platform.client.call({ url: '/v3/pay/transactions/jsapi', body });
    return paymentCall(platform, answer.json.prepay_id);
  }

  it('opens the sheet for four well signed lines, and pays once', async () => {
    const parameters = await call();
    const sheet = await control('sheet', parameters);
    assert.equal(sheet.json.errMsg, 'requestPayment:ok');
    assert.equal(sheet.json.total, 100);
    assert.equal(sheet.json.description, '明前龙井 × 2');
    const paid = await control('pay', parameters);
    assert.equal(paid.json.errMsg, 'requestPayment:ok');
    const again = await control('pay', parameters);
    assert.equal(again.json.errMsg, 'requestPayment:fail 该订单已支付');
    assert.equal(
      (await control('sheet', parameters)).json.errMsg,
      'requestPayment:fail 该订单已支付',
    );
    cases.positive();
  });

  it('leaves the order open when the user cancels', async () => {
    const parameters = await call();
    assert.equal((await control('cancel', parameters)).json.errMsg, 'requestPayment:fail cancel');
    assert.equal((await control('pay', parameters)).json.errMsg, 'requestPayment:ok');
    cases.positive();
  });

  const refused: [why: string, changes: object, signed?: (lines: string[]) => string][] = [
    ['a timeStamp that is a number', { timeStamp: 1_800_000_000 }],
    ['a timeStamp in milliseconds', { timeStamp: '1800000000000' }],
    ['no nonceStr', { nonceStr: undefined }],
    ['a nonceStr of 33 characters', { nonceStr: 'n'.repeat(33) }],
    ['a package without prepay_id=', { package: 'wx20260101' }],
    ['an unknown prepay_id', { package: 'prepay_id=wx0' }],
    ['another signType', { signType: 'MD5' }],
    ['no paySign', { paySign: undefined }],
    ['another timeStamp than the signed one', { timeStamp: '1800000000' }],
    ['another nonceStr than the signed one', { nonceStr: 'another' }],
    ['another appid than the signed one', { appid: 'wx0000000000000000' }],
    ['another user than the one who ordered', { user: 'mallory' }],
    ['a paySign that is not base64', { paySign: 'paySign' }],
    ['a missing line feed at the end', {}, (lines) => lines.join('\n')],
    [
      'a prepay_id signed without prepay_id=',
      {},
      (lines) => lines.map((line) => `${line.replace('prepay_id=', '')}\n`).join(''),
    ],
    ['signType signed too', {}, (lines) => `${lines.join('\n')}\nRSA\n`],
  ];
  for (const [why, changes, signed] of refused) {
    it(`fails with ${why}`, async () => {
      const body = prepayBody(platform);
      const answer = await platform.client.call({ url: '/v3/pay/transactions/jsapi', body });
      const parameters = { ...paymentCall(platform, answer.json.prepay_id, signed), ...changes };
      for (const name of ['sheet', 'pay']) {
        const { errMsg } = (await control(name, parameters)).json;
        assert.match(errMsg, /^requestPayment:fail ./);
        assert.notEqual(errMsg, 'requestPayment:fail cancel');
      }
      const url = `/v3/pay/transactions/out-trade-no/${body['out_trade_no']}?mchid=${body['mchid']}`;
      assert.equal((await platform.client.call({ url })).json.trade_state, 'NOTPAY');
      cases.negative();
    });
  }

  it('throws the refusal in a test that pays by program', async () => {
    const parameters = { ...(await call()), paySign: 'AAAA' };
    assert.throws(() => platform.simulator.pay(parameters), PaymentRefusal);
    cases.negative();
  });

  it('fails for a closed order and an expired prepay_id', async () => {
    let now = Date.now();
    const other = await startPlatform({ now: () => now });
    const body = prepayBody(other);
    const first = await other.client.call({ url: '/v3/pay/transactions/jsapi', body });
    const parameters = paymentCall(other, first.json.prepay_id);
    now += 2 * 60 * 60 * 1000;
    assert.throws(() => other.simulator.pay(parameters), /prepay_id 已过期/);
    const url = `/v3/pay/transactions/out-trade-no/${body['out_trade_no']}/close`;
    await other.client.call({ url, body: { mchid: body['mchid'] } });
    assert.throws(() => other.simulator.pay(parameters), /该订单已关闭/);
    await other.simulator.close();
    cases.negative();
  });
});

describe('the control API', () => {
  it('is closed to web pages of other origins', async () => {
    const { appid } = platform.account.app;
    const foreign = await control('login', { appid }, { Origin: 'https://evil.example' });
    assert.equal(foreign.status, 403);
    assert.equal(foreign.headers['access-control-allow-origin'], undefined);
    const own = await control('login', { appid }, { Origin: 'http://127.0.0.1:8080' });
    assert.equal(own.status, 200);
    assert.equal(own.headers['access-control-allow-origin'], 'http://127.0.0.1:8080');
    cases.negative();
  });

  for (const [name, body] of [
    ['login', {}],
    ['login', { appid: 'wx0000000000000000' }],
    ['settings', { mode: 'both' }],
    ['settings', { grayPercent: 101 }],
    ['settings', { currentCertificate: 7 }],
    ['notifications/none/send', { kind: 'genuine' }],
    ['notifications/none/send', { kind: 'polite' }],
  ] as const) {
    it(`explains what is wrong with ${name} ${JSON.stringify(body)}`, async () => {
      const answer = await control(name, body);
      assert.equal(answer.status, 400);
      assert.ok(answer.json.error.length > 10);
      cases.negative();
    });
  }

  it('changes the mode while it runs', async () => {
    const answer = await control('settings', { mode: 'gray', grayPercent: 10 });
    assert.equal(answer.json.mode, 'gray');
    assert.equal(platform.simulator.settings.grayPercent, 10);
    await control('settings', { mode: 'public-key' });
    cases.positive();
  });
});
