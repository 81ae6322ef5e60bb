// The package as somebody gets it who has nothing else of this repository: packed, installed into an empty folder, and
// used by its command and by the examples of its README.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { countCases } from './support/cases.js';
import { send } from './support/merchant-client.js';
import { until } from './support/platform.js';

const cases = countCases('simulator/package');
const SIMULATOR = fileURLToPath(new URL('../../simulator/', import.meta.url));
const NODE_MODULES = fileURLToPath(new URL('../../node_modules/', import.meta.url));
const run = promisify(execFile);

let folder = '';
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wechatpay-simulator-package-'));
  await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: SIMULATOR });
  const [tarball = ''] = readdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const install = ['install', '--offline', '--no-audit', '--no-fund', `./${tarball}`];
  await run('npm', install, { cwd: folder });
});
after(() => rmSync(folder, { recursive: true }));

function installed(path: string): string {
  return join(folder, 'node_modules', 'wechatpay-simulator', path);
}

/** The first block of TypeScript in a README. */
function example(readme: string): string {
  const [, code = ''] = /```ts\n(.*?)```/s.exec(readFileSync(installed(readme), 'utf8')) ?? [];
  assert.match(code, /startSimulator/, readme);
  return code;
}

/** What an example leaves to the backend of whoever reads it: prepay, and the five parameters. */
const BACKEND = `
import { createServer } from 'node:http';
import { randomBytes, sign } from 'node:crypto';

const answered: number[] = [];
const shop = createServer((request, response) => {
  answered.push(204);
  request.resume().on('end', () => response.writeHead(204).end());
});
await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
const { port } = shop.address() as { port: number };

async function order(): Promise<PaymentParameters> {
  const signed = (lines: string[]): string =>
    sign('RSA-SHA256', Buffer.from(lines.map((line) => line + '\\n').join('')), privateKey).toString('base64');
  const timeStamp = String(Math.floor(Date.now() / 1000));
  const nonceStr = randomBytes(16).toString('hex');
  const path = '/v3/pay/transactions/jsapi';
  const body = JSON.stringify({
    appid: app.appid,
    mchid: merchant.mchid,
    description: 'tea',
    out_trade_no: 'T' + Date.now(),
    notify_url: 'http://127.0.0.1:' + port + '/notify',
    amount: { total: 100 },
    payer: { openid: simulator.openid(app.appid) },
  });
  const signature = signed(['POST', path, timeStamp, nonceStr, body]);
  const items = { mchid: merchant.mchid, nonce_str: nonceStr, timestamp: timeStamp, serial_no: merchant.serialNo, signature };
  const parts = Object.entries(items).map(([name, value]) => name + '="' + value + '"');
  const headers = {
    Accept: 'application/json',
    'Content-Type': 'application/json',
    'User-Agent': 'example',
    Authorization: 'WECHATPAY2-SHA256-RSA2048 ' + parts.join(','),
  };
  const answer = await fetch(simulator.url + path, { method: 'POST', headers, body });
  const { prepay_id: prepayId } = (await answer.json()) as { prepay_id: string };
  const packageValue = 'prepay_id=' + prepayId;
  const paySign = signed([app.appid, timeStamp, nonceStr, packageValue]);
  return { timeStamp, nonceStr, package: packageValue, signType: 'RSA', paySign };
}
interface PaymentParameters { timeStamp: string; nonceStr: string; package: string; signType: string; paySign: string }
`;

describe('the packed simulator', () => {
  it('holds the program, its types and both READMEs, and nothing else', () => {
    for (const file of ['README.md', 'README.zh-CN.md', 'LICENSE', 'dist/index.d.ts', 'dist/cli.js']) {
      assert.ok(existsSync(installed(file)), file);
    }
    assert.deepEqual(readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.')), [
      'wechatpay-simulator',
    ]);
    const inside = readdirSync(installed('.'), { recursive: true, encoding: 'utf8' });
    const files = inside.filter((name) => statSync(installed(name)).isFile());
    for (const name of files) assert.match(name, /^(dist[/\\].+\.(js|d\.ts)|README(\.zh-CN)?\.md|LICENSE|package\.json)$/);
    cases.positive();
  });

  for (const readme of ['README.md', 'README.zh-CN.md']) {
    it(`does what the example of ${readme} says, with types that hold`, async () => {
      const [imports, setup, ...use] = example(readme).split('\n\n');
      const program = [
        imports,
        setup,
        BACKEND,
        'const requestPayment = await order();',
        ...use,
        "if (answered.length < 2) throw new Error('callbacks: ' + answered.length);",
        'if (code.length === 0) throw new Error();',
        'shop.close();',
        "console.log('sold');",
      ].join('\n');
      writeFileSync(join(folder, 'example.ts'), program);
      const tsc = join(NODE_MODULES, '.bin', 'tsc');
      const options = ['--strict', '--module', 'nodenext', '--target', 'es2023', '--skipLibCheck'];
      const types = ['--types', 'node', '--typeRoots', join(NODE_MODULES, '@types')];
      await run(tsc, [...options, ...types, 'example.ts'], { cwd: folder }).catch((error: unknown) => {
        assert.fail(String((error as { stdout?: string }).stdout));
      });
      const { stdout } = await run(process.execPath, ['example.js'], { cwd: folder });
      assert.match(stdout, /sold/);
      cases.positive();
    });
  }

  it('runs by its command, writes the environment of a backend, and ends on SIGTERM', async (context) => {
    const command = join(folder, 'node_modules', '.bin', 'wechatpay-simulator');
    const child = spawn(command, ['--port', '0', '--out', 'keys', '--log', 'seen.log'], { cwd: folder });
    context.after(() => child.kill('SIGKILL'));
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    const ended = new Promise((resolve) => child.once('close', resolve));
    const address = (): string => /simulator: (http:\S+)/.exec(output)?.[1] ?? '';
    await until('it prints its address', () => address() !== '');
    const keys = await send(`${address()}/_simulator/keys`, 'GET', '', {});
    const environment = readFileSync(join(folder, 'keys', 'simulator.env'), 'utf8');
    assert.ok(environment.includes(`WECHATPAY_PUBLIC_KEY_ID=${keys.json.publicKey.serial}\n`));
    assert.ok(environment.includes(`WECHATPAY_BASE_URL=${address()}\n`));
    const headers = { Accept: 'application/json', 'User-Agent': 'somebody' };
    const refused = await send(`${address()}/v3/certificates`, 'GET', '', headers);
    assert.equal(refused.status, 401);
    await until('the log has it', () => /\/v3\/certificates/.test(readFileSync(join(folder, 'seen.log'), 'utf8')));
    child.kill('SIGTERM');
    assert.equal(await ended, 0);
    cases.positive();
  });

  it('explains itself, and refuses options it does not have', async () => {
    const command = join(folder, 'node_modules', '.bin', 'wechatpay-simulator');
    assert.match((await run(command, ['--help'], { cwd: folder })).stdout, /^Usage: wechatpay-simulator/);
    cases.positive();
    for (const options of [['--prot', '1'], ['--port', 'x'], ['--port', '70000'], ['--mode', 'both']]) {
      const failure = await run(command, options, { cwd: folder }).then(
        () => assert.fail(options.join(' ')),
        (error: unknown) => error as { code: number; stderr: string },
      );
      assert.equal(failure.code, 1);
      assert.match(failure.stderr, /^wechatpay-simulator: .*(--prot|--port|--mode)/);
      cases.negative();
    }
  });
});
