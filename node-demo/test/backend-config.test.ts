import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import {
  ConfigError,
  createLogger,
  loadConfig,
  withLogFields,
  type Environment,
} from 'wechatpay-demo-backend';

import { countCases } from './support/cases.js';
import { openTestDatabase } from './support/database.js';
import { startPlatform, type TestPlatform } from './support/platform.js';
import { Buyer, environmentFor, startShop } from './support/shop.js';

const cases = countCases('backend/config');

let platform: TestPlatform;
let directory: string;
before(async () => {
  platform = await startPlatform({ mode: 'gray' });
  directory = mkdtempSync(join(tmpdir(), 'wechatpay-config-'));
});
after(async () => {
  await platform.simulator.close();
  rmSync(directory, { recursive: true });
});

function problems(changes: Environment): readonly string[] {
  try {
    loadConfig({ ...environmentFor(platform), ...changes });
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.problems;
  }
}

describe('the configuration', () => {
  it('is complete with what the simulator gives', () => {
    assert.deepEqual(problems({}), []);
    cases.positive();
  });

  it('takes keys as text, with literal \\n, and as files', () => {
    const { privateKey } = platform.account;
    const file = join(directory, 'apiclient_key.pem');
    writeFileSync(file, privateKey);
    for (const value of [
      privateKey,
      privateKey.replaceAll('\n', '\\n'),
      privateKey.replaceAll('\n', '\r\n'),
      file,
    ]) {
      assert.deepEqual(problems({ WECHATPAY_PRIVATE_KEY: value }), []);
      cases.positive();
    }
    assert.deepEqual(problems({ WECHATPAY_PLATFORM_CERTIFICATES: '' }), []);
    assert.deepEqual(problems({ WECHATPAY_PUBLIC_KEY: '', WECHATPAY_PUBLIC_KEY_ID: '' }), []);
    cases.positive();
  });

  it('is for the real WeChat Pay when nothing says otherwise', () => {
    const config = loadConfig({
      ...environmentFor(platform),
      WECHAT_BASE_URL: '',
      WECHATPAY_BASE_URL: '',
      PUBLIC_BASE_URL: 'https://shop.example.com',
    });
    assert.equal(config.wechatPayBaseUrl, 'https://api.mch.weixin.qq.com');
    assert.equal(config.wechatBaseUrl, 'https://api.weixin.qq.com');
    cases.positive();
  });

  const wrong: [variable: string, value: string][] = [
    ['WECHAT_APPID', ''],
    ['WECHAT_APPID', 'gh_0123456789ab'],
    ['WECHAT_APP_SECRET', ''],
    ['WECHAT_APP_SECRET', 'not-thirty-two-hex-digits-secret'],
    ['WECHATPAY_MCHID', ''],
    ['WECHATPAY_MCHID', '12345'],
    ['WECHATPAY_SERIAL_NO', ''],
    ['WECHATPAY_SERIAL_NO', 'PUB_KEY_ID_0123'],
    ['WECHATPAY_SERIAL_NO', 'a'.repeat(40)],
    ['WECHATPAY_PRIVATE_KEY', ''],
    ['WECHATPAY_PRIVATE_KEY', '/nowhere/apiclient_key.pem'],
    ['WECHATPAY_API_V3_KEY', ''],
    ['WECHATPAY_API_V3_KEY', 'thirty-one-characters-of-secret'],
    ['WECHATPAY_PUBLIC_KEY_ID', ''],
    ['WECHATPAY_PUBLIC_KEY_ID', '0123456789'],
    ['WECHATPAY_PUBLIC_KEY', ''],
    ['WECHATPAY_PUBLIC_KEY', '/nowhere/pub_key.pem'],
    ['WECHATPAY_PLATFORM_CERTIFICATES', '/nowhere/wechatpay.pem'],
    ['WECHATPAY_BASE_URL', 'api.mch.weixin.qq.com'],
    ['WECHATPAY_BASE_URL', 'http://api.mch.weixin.qq.com'],
    ['WECHATPAY_BASE_URL', 'https://api.mch.weixin.qq.com/v3'],
    ['WECHAT_BASE_URL', 'ftp://api.weixin.qq.com'],
    ['PUBLIC_BASE_URL', 'http://shop.example.com'],
    ['PUBLIC_BASE_URL', 'https://shop.example.com/?a=1'],
    ['PORT', 'http'],
    ['PORT', '65536'],
    ['DATABASE_URL', 'mysql://shop:secret@127.0.0.1/shop'],
    ['DATABASE_URL', 'postgresql://shop:secret@127.0.0.1'],
    ['DATABASE_URL', 'host=127.0.0.1 password=secret'],
    ['DATABASE_POOL_SIZE', '0'],
    ['DATABASE_POOL_SIZE', 'many'],
    ['LOG_LEVEL', 'chatty'],
    ['OPERATOR_TOKEN', 'short'],
    ['OPERATOR_TOKEN', 'forty characters, but with spaces in them'],
    ['EDGE_SECRET', 'thirty-one-characters-of-secret'],
    ['WAREHOUSE_URL', 'http://warehouse.example'],
    ['RECONCILE_SECONDS', '-1'],
    ['RECONCILE_SECONDS', '0.5'],
  ];
  for (const [variable, value] of wrong) {
    it(`names ${variable} when it is ${value === '' ? 'not set' : JSON.stringify(value)}`, () => {
      const found = problems({ PUBLIC_BASE_URL: 'https://shop.example.com', [variable]: value });
      assert.equal(found.length, 1, found.join('; '));
      assert.ok(found[0]?.startsWith(`${variable} `), found[0]);
      if (value.length > 8) assert.ok(!found[0]?.includes(value), 'the value is not repeated');
      cases.negative();
    });
  }

  it('needs an address that the real WeChat Pay can reach', () => {
    const real = { WECHATPAY_BASE_URL: '' };
    assert.match(problems(real)[0] ?? '', /^PUBLIC_BASE_URL is not set/);
    assert.match(problems({ ...real, PUBLIC_BASE_URL: 'https://localhost' })[0] ?? '', /loopback/);
    cases.negative();
  });

  it('needs a key of WeChat Pay, of either kind', () => {
    const found = problems({
      WECHATPAY_PUBLIC_KEY: '',
      WECHATPAY_PUBLIC_KEY_ID: '',
      WECHATPAY_PLATFORM_CERTIFICATES: '',
    });
    assert.match(found[0] ?? '', /WECHATPAY_PLATFORM_CERTIFICATES/);
    cases.negative();
  });

  it('has its keys parsed at the start', () => {
    const key = platform.account.privateKey;
    const broken = `${key.slice(0, 200)}\n-----END PRIVATE KEY-----`;
    const found = problems({ WECHATPAY_PRIVATE_KEY: broken });
    assert.match(found[0] ?? '', /ERR_KEY_INVALID/);
    assert.ok(!found[0]?.includes(key.slice(60, 120)));
    cases.negative();
  });

  it('lists everything that is wrong at once', () => {
    const found = problems({ WECHAT_APPID: '', WECHATPAY_MCHID: 'x', PORT: 'y' });
    assert.deepEqual(
      found.map((text) => text.split(' ')[0]),
      ['PORT', 'WECHAT_APPID', 'WECHATPAY_MCHID'],
    );
    cases.negative();
  });
});

describe('the log', () => {
  it('holds no secret after a purchase, a refund and a refused login', async () => {
    const database = await openTestDatabase();
    const lines: string[] = [];
    const log = createLogger('debug', (line) => lines.push(line));
    const shop = await startShop({ database, backend: { log } });
    const buyer = await new Buyer(shop).login();
    const { order, requestPayment } = await buyer.order();
    buyer.pay(requestPayment);
    await shop.platform.simulator.idle();
    await buyer.call('POST', `/api/orders/${order.outTradeNo}/refund`);
    await shop.platform.simulator.idle();
    await shop.platform.simulator.send(
      shop.platform.simulator.notifications()[0]?.id ?? '',
      'probe',
    );
    const token = (
      await buyer.call('POST', '/api/login', {
        code: shop.platform.simulator.login(shop.platform.account.app.appid),
      })
    ).json.token;
    await shop.close();
    await buyer.call('POST', '/api/login', { code: 'spent' }).catch(() => undefined);
    await database.close();

    const text = lines.join('\n');
    const { merchant, app, privateKey } = shop.platform.account;
    const secrets = {
      secret: app.secret,
      apiV3Key: merchant.apiV3Key,
      key: privateKey.slice(60, 120),
      token,
    };
    for (const [name, secret] of Object.entries(secrets)) assert.ok(!text.includes(secret), name);
    assert.ok(!text.includes(requestPayment.paySign));
    assert.ok(lines.some((line) => JSON.parse(line).outcome === 'APPLIED'));
    const probe = lines
      .map((line) => JSON.parse(line))
      .find(({ code }) => code === 'ERR_SIGNATURE_PROBE');
    assert.equal(probe?.level, 'info', 'a probe is no alarm');
    cases.positive();
  });

  it('keeps quiet below its level', () => {
    const lines: string[] = [];
    const log = createLogger('warn', (line) => lines.push(line));
    log.debug('a');
    log.info('b');
    withLogFields({ requestId: '1' }, () => log.warn('c', { status: 401 }));
    assert.equal(lines.length, 1);
    const { time, ...rest } = JSON.parse(lines[0] ?? '');
    assert.deepEqual(rest, { level: 'warn', message: 'c', requestId: '1', status: 401 });
    assert.match(time, /^\d{4}-/);
    cases.positive();
  });
});
