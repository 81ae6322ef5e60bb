import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';

import { countCases } from './support/cases.js';
import { createTestDatabase } from './support/database.js';
import { send, type Answer } from './support/merchant-client.js';
import { until } from './support/platform.js';

const cases = countCases('standalone');
const SIMULATOR = fileURLToPath(new URL('../../simulator/dist/cli.js', import.meta.url));
const BACKEND = fileURLToPath(new URL('../../backend/dist/main.js', import.meta.url));

interface Program {
  child: ChildProcess;
  output(): string;
  ended: Promise<number | null>;
}

function start(context: TestContext, script: string, cwd: string, ...options: string[]): Program {
  const child = spawn(process.execPath, [script, ...options], {
    cwd,
    env: { PATH: process.env['PATH'] },
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
