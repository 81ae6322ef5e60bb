import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';

import pg from 'pg';
import type { Environment } from 'wechatpay-demo-backend';

import { countCases } from './support/cases.js';
import { createTestDatabase } from './support/database.js';
import { send, type Answer } from './support/merchant-client.js';
import { startPlatform, until } from './support/platform.js';
import { environmentFor } from './support/shop.js';

const cases = countCases('standalone');
const SIMULATOR = fileURLToPath(new URL('../../simulator/dist/cli.js', import.meta.url));
const BACKEND = fileURLToPath(new URL('../../backend/dist/main.js', import.meta.url));

interface Program {
  child: ChildProcess;
  output(): string;
  ended: Promise<number | null>;
}

function start(context: TestContext, script: string, cwd: string, ...options: string[]): Program {
  return startWith(context, {}, script, cwd, ...options);
}

function startWith(
  context: TestContext,
  environment: Environment,
  script: string,
  cwd: string,
  ...options: string[]
): Program {
  const child = spawn(process.execPath, [script, ...options], {
    cwd,
    env: { PATH: process.env['PATH'], ...environment },
  });
  context.after(() => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  }
  return {
    child,
    output: () => output,
    ended: new Promise((resolve) => child.on('close', resolve)),
  };
}

async function address(program: Program, name: string): Promise<string> {
  const pattern = new RegExp(`${name}: (http://\\S+)`);
  await until(`${name} prints its address`, () => pattern.test(program.output()));
  return pattern.exec(program.output())?.[1] ?? '';
}

/** Holds the row of an order, so that a callback for it is under way until `release`. */
async function hold(url: string, outTradeNo: string): Promise<{ release(): Promise<unknown> }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('BEGIN');
  await client.query('SELECT 1 FROM orders WHERE out_trade_no = $1 FOR UPDATE', [outTradeNo]);
  return { release: () => client.query('COMMIT').then(() => client.end()) };
}

describe('the two programs on their own', () => {
  for (const mode of ['public-key', 'certificate', 'gray']) {
    it(`sell something with what the simulator wrote down, in ${mode} mode`, async (context) => {
      const directory = mkdtempSync(join(tmpdir(), 'wechatpay-standalone-'));
      const simulator = start(
        context,
        SIMULATOR,
        directory,
        '--port',
        '0',
        '--out',
        'keys',
        '--mode',
        mode,
      );
      const platform = await address(simulator, 'WeChat Pay simulator');
      const file = join(directory, 'keys', 'simulator.env');
      assert.equal(statSync(file).mode & 0o077, 0, 'nobody else may read the keys');
      const { WECHAT_APPID: appid } = parseEnv(readFileSync(file, 'utf8'));
      copyFileSync(file, join(directory, '.env'));
      const database = await createTestDatabase();
      const more = { PORT: '0', LOG_LEVEL: 'info', ...database.environment };
      for (const [name, value] of Object.entries(more)) {
        writeFileSync(join(directory, '.env'), `${name}=${value}\n`, { flag: 'a' });
      }

      const backend = start(context, BACKEND, directory);
      const shop = await address(backend, 'Shop backend');
      const post = (url: string, body: object, token = ''): Promise<Answer> =>
        send(url, 'POST', JSON.stringify(body), { Authorization: `Bearer ${token}` });
      const { code } = (await post(`${platform}/_simulator/login`, { appid })).json;
      const { token } = (await post(`${shop}/api/login`, { code })).json;
      const { order, requestPayment } = (
        await post(`${shop}/api/orders`, { productId: 'sample', quantity: 3 }, token)
      ).json;
      const paid = await post(`${platform}/_simulator/pay`, { appid, ...requestPayment });
      assert.equal(paid.json.errMsg, 'requestPayment:ok');
      await until('the callback has paid the order', async () => {
        const headers = { Authorization: `Bearer ${token}` };
        const view = await send(`${shop}/api/orders/${order.outTradeNo}`, 'GET', '', headers);
        return view.json.order.paidBy === 'CALLBACK';
      });
      const [notification] = (await send(`${platform}/_simulator/notifications`, 'GET', '', {}))
        .json;
      assert.equal(notification.state, 'delivered');
      const probe = await post(`${platform}/_simulator/notifications/${notification.id}/send`, {
        kind: 'probe',
      });
      assert.equal(probe.json.status, 401);

      backend.child.kill('SIGTERM');
      assert.equal(await backend.ended, 0);
      simulator.child.kill('SIGTERM');
      assert.equal(await simulator.ended, 0);
      await database.drop();
      rmSync(directory, { recursive: true });
      cases.positive();
    });
  }

  it('lose nothing to SIGTERM in the middle of a callback', async (context) => {
    const directory = mkdtempSync(join(tmpdir(), 'wechatpay-standalone-'));
    const created = await createTestDatabase();
    const { DATABASE_URL: url } = created.environment;
    let terminate: () => void = () => {};
    // 15 seconds between attempts: what is answered in this test is answered at the first.
    const platform = await startPlatform({ timeScale: 1, onCallbackSent: () => terminate() });
    const { simulator, account } = platform;
    context.after(() => simulator.close());
    const environment: Environment = {
      ...environmentFor(platform),
      ...(url === undefined ? { DATA_DIR: join(directory, 'data') } : { DATABASE_URL: url }),
    };
    const run = (): Program => startWith(context, environment, BACKEND, directory);
    const first = run();
    let shop = await address(first, 'Shop backend');
    const code = simulator.login(account.app.appid);
    const login = await send(`${shop}/api/login`, 'POST', JSON.stringify({ code }), {});
    const headers = { Authorization: `Bearer ${login.json.token}` };
    const item = JSON.stringify({ productId: 'sample', quantity: 1 });
    const { order, requestPayment } = (await send(`${shop}/api/orders`, 'POST', item, headers)).json;

    const held = url === undefined ? undefined : await hold(url, order.outTradeNo);
    const sent = new Promise<void>((resolve) => {
      terminate = () => {
        // Embedded, the callback may be anywhere by now; on a server it waits for the row.
        setTimeout(() => first.child.kill('SIGTERM'), held === undefined ? 0 : 500);
        setTimeout(() => void held?.release(), 1500);
        resolve();
      };
    });
    simulator.pay({ appid: account.app.appid, ...requestPayment });
    await sent;
    assert.equal(await first.ended, 0);
    await until('the attempt has ended', () => simulator.notifications()[0]?.attempts.length === 1);
    const attempt = simulator.notifications()[0]?.attempts[0];
    if (held !== undefined) assert.equal(attempt?.status, 204);
    assert.match(first.output(), /"message":"stopped"/);

    terminate = () => {};
    const second = run();
    shop = await address(second, 'Shop backend');
    const view = await send(`${shop}/api/orders/${order.outTradeNo}`, 'GET', '', headers);
    const { status } = view.json.order;
    assert.equal(status, attempt?.status === 204 ? 'PAID' : 'PREPAID', 'answered 2xx and saved, or neither');
    second.child.kill('SIGTERM');
    assert.equal(await second.ended, 0);
    await created.drop();
    rmSync(directory, { recursive: true });
    cases.positive();
  });

  it('say what is missing', async (context) => {
    const directory = mkdtempSync(join(tmpdir(), 'wechatpay-standalone-'));
    const backend = start(context, BACKEND, directory);
    assert.equal(await backend.ended, 1);
    for (const name of [
      'WECHAT_APPID',
      'WECHATPAY_MCHID',
      'WECHATPAY_API_V3_KEY',
      'PUBLIC_BASE_URL',
    ]) {
      assert.ok(backend.output().includes(`- ${name} is not set`), name);
    }
    const simulator = start(context, SIMULATOR, directory, '--mode', 'both');
    assert.equal(await simulator.ended, 1);
    assert.match(simulator.output(), /--mode must be one of/);
    for (const wrong of ['surprisePercent=1', 'probePercent=many', 'probePercent', '__proto__=1']) {
      const faulty = start(context, SIMULATOR, directory, '--port', '0', '--fault', wrong);
      assert.equal(await faulty.ended, 1, wrong);
      assert.match(faulty.output(), /^wechatpay-simulator: faults: /);
    }
    rmSync(directory, { recursive: true });
    cases.negative();
  });
});
