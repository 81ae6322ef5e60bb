import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

import { countCases } from './support/cases.js';
import { send } from './support/merchant-client.js';
import { until } from './support/platform.js';

const cases = countCases('demo');
const DEMO = fileURLToPath(new URL('../demo.js', import.meta.url));

interface Run {
  output(): string;
  errors(): string;
  ended: Promise<number | null>;
  stop(): void;
}

function run(context: TestContext, ...options: string[]): Run {
  const child = spawn(process.execPath, [DEMO, ...options], {
    env: { ...process.env, NO_COLOR: '1' },
  });
  context.after(() => child.kill('SIGKILL'));
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString('utf8')));
  return {
    output: () => output,
    errors: () => errors,
    ended: new Promise((resolve) => child.on('close', resolve)),
    stop: () => child.kill('SIGTERM'),
  };
}

describe('the demo', () => {
  it('buys by itself, tells the six steps, and ends with 0', async (context) => {
    const demo = run(context, '--once');
    assert.equal(await demo.ended, 0, demo.errors());
    const output = demo.output();
    for (const part of [
      '1  登录',
      '2  下单',
      '3  预支付',
      '4  支付',
      '5  结果',
      '6  回调',
      '│ POST⏎',
      '│ /v3/pay/transactions/jsapi⏎',
      'WECHATPAY2-SHA256-RSA2048 mchid="',
      'Wechatpay-Serial: PUB_KEY_ID_',
      '"trade_state": "SUCCESS"',
      'ERR_SIGNATURE_INVALID',
      'Paid, through the callback.',
    ]) {
      assert.ok(output.includes(part), part);
    }
    assert.ok(!output.includes('✗'));
    assert.equal(demo.errors(), '');
    cases.positive();
  });

  it('leaves the secrets out', async (context) => {
    const demo = run(context, '--once', '--verbose');
    assert.equal(await demo.ended, 0);
    const text = demo.output() + demo.errors();
    assert.ok(text.includes('secret=(left out)'));
    assert.ok(text.includes('"session_key":"(left out)"'));
    assert.ok(!/PRIVATE KEY/.test(text));
    assert.ok(!/Bearer/.test(text));
    cases.positive();
  });

  it('opens a shop, serves its page, and closes on SIGTERM', async (context) => {
    const demo = run(context, '--port', '0');
    await until('the address is printed', () => /Open +http/.test(demo.output()));
    const url = /Open +(http:\S+)\//.exec(demo.output())?.[1] ?? '';
    const page = await send(`${url}/`, 'GET', '', {});
    assert.equal(page.status, 200);
    assert.match(String(page.headers['content-security-policy']), /^default-src 'none'; script-src 'self'; /);
    const files = [...page.text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(
      ([, path]) => path ?? '',
    );
    const modules = ['/main.js'];
    for (const module of modules) {
      const source = await send(`${url}${module}`, 'GET', '', {});
      assert.equal(source.headers['content-type'], 'text/javascript; charset=utf-8', module);
      for (const [, name = ''] of source.text.matchAll(/^import .*from '(\.[^']+)'/gm)) {
        const { pathname } = new URL(name, `${url}${module}`);
        if (!modules.includes(pathname)) modules.push(pathname);
      }
    }
    assert.ok(modules.includes('/runtime/expression.js'));
    files.push('/mini-program/app.json', '/mini-program/images/tab-shop.png');
    for (const path of files)
      assert.equal((await send(`${url}${path}`, 'GET', '', {})).status, 200, path);

    const { appid, simulatorUrl } = (await send(`${url}/demo.json`, 'GET', '', {})).json;
    const login = (origin: string): Promise<{ status: number }> =>
      send(`${simulatorUrl}/_simulator/login`, 'POST', JSON.stringify({ appid }), {
        Origin: origin,
      });
    assert.equal((await login(url)).status, 200);
    assert.equal((await login('https://evil.example')).status, 403);
    demo.stop();
    assert.equal(await demo.ended, 0);
    cases.positive();
  });

  it('says what is wrong with its options', async (context) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as AddressInfo;
    for (const [options, expected] of [
      [['--port', 'eighty'], /--port must be a number/],
      [['--port', String(port)], /is taken/],
      [['--twice'], /--twice/],
    ] as const) {
      const demo = run(context, ...options);
      assert.equal(await demo.ended, 1);
      assert.match(demo.errors(), expected);
      cases.negative();
    }
    taken.close();
  });
});
