// Simulator → Worker on workerd → backend, and everything that must not get through.
import assert from 'node:assert/strict';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';

import { loadConfig, startBackend } from '../../backend/dist/index.js';
import { createThrowawayMerchant, startSimulator } from '../../simulator/dist/index.js';
import { startWorker, stopWorkers } from './worker.mjs';

const count = { positive: 0, negative: 0 };
after(() => console.log(`cases suite=edge positive=${count.positive} negative=${count.negative}`));

const SECRET = randomBytes(32).toString('hex');
const PATH = '/wechatpay/notify';
const { merchant, app, privateKey } = createThrowawayMerchant();
const reports = [];

let simulator;
let backend;
let edge;
let bindings;
/** Where the simulator believes the merchant to be; keeps what comes. */
let recorder;
const recorded = [];

before(async () => {
  simulator = await startSimulator({
    merchants: [merchant],
    apps: [app],
    timeScale: 0,
    mode: 'gray',
    certificates: 2,
  });
  const { publicKey, certificates } = simulator.keys;
  const keys = {
    WECHATPAY_MCHID: merchant.mchid,
    WECHATPAY_SERIAL_NO: merchant.serialNo,
    WECHATPAY_PRIVATE_KEY: privateKey,
    WECHATPAY_API_V3_KEY: merchant.apiV3Key,
    WECHATPAY_PUBLIC_KEY_ID: publicKey.serial,
    WECHATPAY_PUBLIC_KEY: publicKey.pem,
  };
  const config = loadConfig({
    ...keys,
    WECHATPAY_PLATFORM_CERTIFICATES: certificates.map(({ pem }) => pem).join(','),
    PORT: '0',
    DATA_DIR: 'memory',
    LOG_LEVEL: 'silent',
    RECONCILE_SECONDS: '0',
    WECHAT_APPID: app.appid,
    WECHAT_APP_SECRET: app.secret,
    WECHAT_BASE_URL: simulator.url,
    WECHATPAY_BASE_URL: simulator.url,
    EDGE_SECRET: SECRET,
  });
  backend = await startBackend({ config, onCallback: (report) => reports.push(report) });
  bindings = {
    ...keys,
    WECHATPAY_PLATFORM_CERTIFICATES: certificates.map(({ pem }) => pem).join('\n'),
    BACKEND_URL: backend.url,
    EDGE_SECRET: SECRET,
  };
  edge = await startWorker(bindings);
  recorder = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      recorded.push({ headers: request.headers, url: request.url, body: Buffer.concat(chunks) });
      response.writeHead(204).end();
    });
  });
  await new Promise((resolve) => recorder.listen(0, '127.0.0.1', resolve));
});
after(async () => {
  await stopWorkers();
  await simulator.close();
  await backend.close();
  recorder.close();
});

const post = (origin, path, body, headers) =>
  fetch(`${origin}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body,
  });

/** Buys something; the callback goes where `target` says. */
async function buy(target) {
  simulator.faults.callbackTargets = [target];
  const { token } = await (
    await post(backend.url, '/api/login', JSON.stringify({ code: simulator.login(app.appid) }))
  ).json();
  const headers = { Authorization: `Bearer ${token}` };
  const body = JSON.stringify({ productId: 'sample', quantity: 1 });
  const { order, requestPayment } = await (
    await post(backend.url, '/api/orders', body, headers)
  ).json();
  const { notificationId } = simulator.pay({ appid: app.appid, ...requestPayment });
  await simulator.idle();
  const status = async () => {
    const view = await fetch(`${backend.url}/api/orders/${order.outTradeNo}`, { headers });
    return (await view.json()).order.status;
  };
  return { notificationId, status };
}

/** A genuine callback as it left WeChat Pay, unspent. */
async function genuine() {
  const { status } = await buy(`http://127.0.0.1:${recorder.address().port}`);
  const { headers, body } = recorded.at(-1);
  const names = Object.entries(headers).filter(([name]) => name.startsWith('wechatpay-'));
  return { headers: Object.fromEntries(names), body, status };
}

const sealOf = (secret, path, body, time = Math.floor(Date.now() / 1000)) => {
  const digest = createHash('sha256').update(body).digest('hex');
  return `t=${time},v1=${createHmac('sha256', secret).update(`${time}\n${path}\n${digest}\n`).digest('hex')}`;
};

describe('a genuine callback', () => {
  for (let round = 0; round < 4; round += 1) {
    it(`pays the order through the edge, whichever key signed it (${round})`, async () => {
      const { status } = await buy(edge);
      assert.equal(await status(), 'PAID');
      assert.equal(reports.at(-1).outcome, 'APPLIED');
      count.positive += 1;
    });
  }

  it('arrives byte for byte, with its signature and a seal that another implementation finds right', async () => {
    const { headers, body } = await genuine();
    const worker = await startWorker({
      ...bindings,
      BACKEND_URL: `http://127.0.0.1:${recorder.address().port}`,
    });
    assert.equal((await post(worker, PATH, body, { ...headers, Cookie: 'a=b' })).status, 204);
    const { headers: arrived, body: content, url } = recorded.at(-1);
    assert.deepEqual(content, body);
    assert.equal(url, PATH);
    for (const [name, value] of Object.entries(headers)) assert.equal(arrived[name], value);
    assert.equal(arrived.cookie, undefined, 'nothing else goes along');
    const [, time] = /^t=(\d+),/.exec(arrived['edge-seal']);
    assert.equal(arrived['edge-seal'], sealOf(SECRET, PATH, body, Number(time)));
    count.positive += 1;
  });
});

describe('what WeChat Pay did not send', () => {
  for (const [kind, status] of [
    ['probe', 401],
    ['forged', 401],
    ['flipped-bit', 401],
    ['wrong-serial', 401],
    ['stale', 401],
    ['ahead', 401],
    ['unsigned', 400],
  ]) {
    it(`ends at the edge: ${kind}`, async () => {
      const { notificationId } = await buy(edge);
      const seen = reports.length;
      const { attempt } = await simulator.send(notificationId, kind);
      assert.equal(attempt.status, status);
      assert.equal(reports.length, seen, 'the backend never heard of it');
      count.negative += 1;
    });
  }

  it('ends at the edge: other paths, other methods, and what is too large', async () => {
    const seen = reports.length;
    assert.equal((await fetch(`${edge}/`)).status, 404);
    assert.equal((await fetch(`${edge}/api/products`)).status, 404);
    assert.equal((await fetch(`${edge}${PATH}`)).status, 405);
    assert.equal((await post(edge, PATH, 'x'.repeat(64 * 1024 + 1))).status, 413);
    assert.equal((await post(edge, PATH, '')).status, 400);
    assert.equal(reports.length, seen);
    count.negative += 5;
  });
});

describe('a backend that trusts its edge alone', () => {
  for (const [why, sealWith] of [
    ['no seal', () => undefined],
    ['an empty seal', () => ''],
    ["a stranger's seal", (body) => sealOf('0'.repeat(64), PATH, body)],
    ['the seal of another body', () => sealOf(SECRET, PATH, 'another')],
    ['the seal of another path', (body) => sealOf(SECRET, '/wechatpay/refund-notify', body)],
    ['an old seal', (body) => sealOf(SECRET, PATH, body, Math.floor(Date.now() / 1000) - 301)],
    [
      'a seal from the future',
      (body) => sealOf(SECRET, PATH, body, Math.floor(Date.now() / 1000) + 301),
    ],
    ['a seal cut short', (body) => sealOf(SECRET, PATH, body).slice(0, -1)],
  ]) {
    it(`refuses a genuine callback with ${why}`, async () => {
      const { headers, body, status } = await genuine();
      const value = sealWith(body);
      const answer = await post(backend.url, PATH, body, {
        ...headers,
        ...(value === undefined ? {} : { 'Edge-Seal': value }),
      });
      assert.equal(answer.status, 401);
      assert.equal(await status(), 'PREPAID');
      count.negative += 1;
    });
  }

  it('refuses a lie under a good seal', async () => {
    const { headers, body, status } = await genuine();
    const lie = Buffer.from(
      body.toString('utf8').replace('TRANSACTION.SUCCESS', 'TRANSACTION.SUCCESs'),
    );
    const answer = await post(backend.url, PATH, lie, {
      ...headers,
      'Edge-Seal': sealOf(SECRET, PATH, lie),
    });
    assert.equal(answer.status, 401);
    assert.equal(await status(), 'PREPAID');
    count.negative += 1;
  });
});

describe('an edge that cannot hand on', () => {
  for (const [why, changes, expected] of [
    ['no backend is there', { BACKEND_URL: 'http://127.0.0.1:9' }, 503],
    ['it has no secret', { EDGE_SECRET: '' }, 500],
    ['its key is broken', { WECHATPAY_PRIVATE_KEY: 'broken' }, undefined],
    ['it shares another secret', { EDGE_SECRET: '1'.repeat(64) }, 401],
  ]) {
    it(`never says 2xx, when ${why}`, async () => {
      const { headers, body, status } = await genuine();
      const worker = await startWorker({ ...bindings, ...changes });
      const answer = await post(worker, PATH, body, headers);
      assert.ok(answer.status >= 400, String(answer.status));
      if (expected !== undefined) assert.equal(answer.status, expected);
      assert.equal(await status(), 'PREPAID');
      count.negative += 1;
    });
  }
});
