import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';

import type { CallbackEntry, FaultSettings, SimulatorOptions } from 'wechatpay-simulator';

import { countCases } from './support/cases.js';
import { send, type Answer } from './support/merchant-client.js';
import { paymentCall, prepayBody, startPlatform, type TestPlatform } from './support/platform.js';

const cases = countCases('simulator/faults');
const JSAPI = '/v3/pay/transactions/jsapi';

/** Answers 204 to everything. */
let merchant: Server;
let merchantUrl = '';
before(async () => {
  merchant = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(204).end());
  });
  await new Promise<void>((resolve) => merchant.listen(0, '127.0.0.1', resolve));
  merchantUrl = `http://127.0.0.1:${(merchant.address() as AddressInfo).port}`;
});
after(() => {
  merchant.close();
  merchant.closeAllConnections();
});

/** Dice that fall the same way every time. */
function dice(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

async function withFaults(
  faults: Partial<FaultSettings>,
  work: (platform: TestPlatform) => Promise<void>,
  options: Partial<SimulatorOptions> = {},
): Promise<void> {
  const platform = await startPlatform({ faults, random: dice(), ...options });
  try {
    await work(platform);
  } finally {
    await platform.simulator.close();
  }
}

const order = (platform: TestPlatform): Promise<Answer> =>
  platform.client.call({
    url: JSAPI,
    body: prepayBody(platform, { notify_url: `${merchantUrl}/notify` }),
  });

async function pay(platform: TestPlatform, count: number): Promise<CallbackEntry[]> {
  for (let left = count; left > 0; left -= 1) {
    const { json } = await order(platform);
    platform.simulator.pay(paymentCall(platform, json.prepay_id));
  }
  await platform.simulator.idle();
  return platform.simulator.log().filter((entry) => entry.type === 'callback');
}

describe('callbacks', () => {
  it('come once and genuine when nothing is set', () =>
    withFaults({}, async (platform) => {
      const callbacks = await pay(platform, 10);
      assert.deepEqual(new Set(callbacks.map(({ kind }) => kind)), new Set(['genuine']));
      assert.equal(callbacks.length, 10);
      cases.positive();
    }));

  it('come with probes and forgeries beside them, by share', () =>
    withFaults({ probePercent: 30, forgedPercent: 30 }, async (platform) => {
      const callbacks = await pay(platform, 60);
      const count = (kind: string): number => callbacks.filter((one) => one.kind === kind).length;
      assert.equal(count('genuine'), 60);
      for (const kind of ['probe', 'forged']) {
        assert.ok(count(kind) > 5 && count(kind) < 35, `${kind} ${count(kind)}`);
      }
      cases.negative();
    }));

  it('come up to five times, to whichever instance', () =>
    withFaults(
      { maxDeliveries: 5, lateMilliseconds: 20, callbackTargets: ['http://127.0.0.1:9'] },
      async (platform) => {
        platform.simulator.faults.callbackTargets = [
          merchantUrl,
          merchantUrl.replace('127.0.0.1', 'localhost'),
        ];
        const callbacks = await pay(platform, 40);
        const counts = new Map<string, number>();
        for (const { notificationId } of callbacks) {
          counts.set(notificationId, (counts.get(notificationId) ?? 0) + 1);
        }
        assert.deepEqual([...new Set(counts.values())].sort(), [1, 2, 3, 4, 5]);
        assert.equal(new Set(callbacks.map(({ url }) => new URL(url).host)).size, 2);
        assert.equal(
          new Set(callbacks.map(({ signedMessage }) => signedMessage)).size,
          callbacks.length,
        );
        cases.positive();
      },
    ));

  it('set out late, each by its own time', () =>
    withFaults({ lateMilliseconds: 1000 }, async (platform) => {
      await pay(platform, 20);
      const payments = platform.simulator.log().filter((entry) => entry.type === 'payment');
      const waits = platform.simulator.notifications().map(({ attempts }, index) => {
        return Date.parse(attempts[0]?.time ?? '') - Date.parse(payments[index]?.time ?? '');
      });
      assert.equal(waits.length, 20);
      assert.ok(Math.max(...waits) > 300 && Math.min(...waits) < Math.max(...waits) - 100, String(waits));
      cases.negative();
    }));

  it('overtake each other', () =>
    withFaults({ outOfOrderPercent: 100 }, async (platform) => {
      const callbacks = await pay(platform, 4);
      const ids = platform.simulator.notifications().map(({ id }) => id);
      const order_ = callbacks.map(({ notificationId }) => ids.indexOf(notificationId));
      assert.deepEqual(order_.toSorted(), [0, 1, 2, 3]);
      assert.ok(order_.indexOf(1) < order_.indexOf(0) && order_.indexOf(3) < order_.indexOf(2));
      cases.negative();
    }));

  it('are not lost when there is none to wait for', () =>
    withFaults({ outOfOrderPercent: 100 }, async (platform) => {
      assert.equal((await pay(platform, 1)).length, 1);
      cases.positive();
    }));

  it('claim a payment that never was', () =>
    withFaults({}, async (platform) => {
      await order(platform);
      const outTradeNo = JSON.parse(
        (platform.simulator.log()[0] as unknown as { body: string }).body,
      ).out_trade_no;
      await platform.simulator.forgePayment(outTradeNo);
      const [callback] = platform.simulator.log().filter((entry) => entry.type === 'callback');
      assert.equal(callback?.kind, 'forged');
      assert.equal(JSON.parse(callback?.plaintext ?? '').trade_state, 'SUCCESS');
      const query = `/v3/pay/transactions/out-trade-no/${outTradeNo}?mchid=${platform.account.merchant.mchid}`;
      assert.equal((await platform.client.call({ url: query })).json.trade_state, 'NOTPAY');
      assert.throws(() => platform.simulator.forgePayment('NO-SUCH-ORDER'), /no order/);
      cases.negative();
    }));
});

describe('answers', () => {
  it('are 429 before anything happens', () =>
    withFaults({ rateLimitPercent: 100 }, async (platform) => {
      const answer = await order(platform);
      assert.equal(answer.status, 429);
      assert.equal(answer.json.code, 'FREQUENCY_LIMITED');
      assert.equal(answer.headers['wechatpay-signature'], undefined);
      assert.match(String(answer.headers['request-id']), /-\d+$/);
      platform.simulator.faults.rateLimitPercent = 0;
      cases.negative();
    }));

  it('are 5xx, now before and now after WeChat Pay has acted', () =>
    withFaults({ errorPercent: 100 }, async (platform) => {
      const statuses = new Set<number>();
      let acted = 0;
      for (let left = 30; left > 0; left -= 1) {
        const body = prepayBody(platform);
        statuses.add((await platform.client.call({ url: JSAPI, body })).status);
        platform.simulator.faults.errorPercent = 0;
        const { mchid } = platform.account.merchant;
        const url = `/v3/pay/transactions/out-trade-no/${String(body['out_trade_no'])}?mchid=${mchid}`;
        if ((await platform.client.call({ url })).status === 200) acted += 1;
        platform.simulator.faults.errorPercent = 100;
      }
      assert.deepEqual([...statuses].sort(), [500, 502]);
      assert.ok(acted > 5 && acted < 25, String(acted));
      cases.negative();
    }));

  it('carry a probe in place of a signature', () =>
    withFaults({ answerProbePercent: 100 }, async (platform) => {
      const answer = await order(platform);
      assert.equal(answer.status, 200);
      assert.match(String(answer.headers['wechatpay-signature']), /^WECHATPAY\/SIGNTEST\//);
      assert.throws(() => platform.client.verified(answer));
      cases.negative();
    }));

  it('come from a clock that is wrong', () =>
    withFaults({ clockSkewSeconds: 400 }, async (platform) => {
      assert.equal((await order(platform)).status, 401, 'our own clock looks stale to it');
      platform.simulator.faults.clockSkewSeconds = 200;
      const answer = await order(platform);
      const ahead = Number(answer.headers['wechatpay-timestamp']) - Date.now() / 1000;
      assert.ok(ahead > 195 && ahead < 205, String(ahead));
      cases.negative();
    }));

  it('come late', () =>
    withFaults({ latencyMilliseconds: 5 }, async (platform) => {
      for (let left = 5; left > 0; left -= 1) assert.equal((await order(platform)).status, 200);
      cases.positive();
    }));
});

describe('the settings', () => {
  const post = (platform: TestPlatform, path: string, body: object): Promise<Answer> =>
    send(`${platform.simulator.url}/_simulator/${path}`, 'POST', JSON.stringify(body), {});

  it('are changed over the control API', () =>
    withFaults({}, async (platform) => {
      const answer = await post(platform, 'settings', { probePercent: 100, grayPercent: 10 });
      assert.equal(answer.json.probePercent, 100);
      assert.equal(platform.simulator.faults.probePercent, 100);
      assert.equal(platform.simulator.settings.grayPercent, 10);
      cases.positive();
    }));

  for (const [name, value] of [
    ['probePercent', 101],
    ['probePercent', -1],
    ['errorPercent', '10'],
    ['maxDeliveries', 0],
    ['maxDeliveries', 1.5],
    ['callbackTargets', 'http://127.0.0.1:3000'],
    ['callbackTargets', ['http://127.0.0.1:3000/path']],
    ['clockSkewSeconds', null],
    ['surprisePercent', 1],
    ['__proto__x', 1],
  ] as const) {
    it(`refuse ${name} = ${JSON.stringify(value)}`, () =>
      withFaults({}, async (platform) => {
        const before_ = JSON.stringify(platform.simulator.faults);
        const answer = await post(platform, 'settings', { probePercent: 5, [name]: value });
        assert.equal(answer.status, 400);
        assert.ok(answer.json.error.includes(name));
        assert.equal(JSON.stringify(platform.simulator.faults), before_, 'nothing was changed');
        cases.negative();
      }));
  }

  it('are checked at the start too', async () => {
    await assert.rejects(startPlatform({ faults: { errorPercent: 200 } }), /errorPercent/);
    cases.negative();
  });

  it('rotate certificates: downloaded first, signing later', () =>
    withFaults(
      {},
      async (platform) => {
        const issued = (await post(platform, 'certificates', {})).json;
        const { certificates } = platform.simulator.keys;
        const last = certificates.length - 1;
        assert.equal(certificates[last]?.serial, issued.serial);
        const list = (await platform.client.call({ url: '/v3/certificates' })).json.data;
        assert.equal(list.at(-1).serial_no, issued.serial);
        assert.notEqual(platform.client.verified(await order(platform)), issued.serial);
        await post(platform, 'settings', { currentCertificate: last });
        assert.equal(platform.client.verified(await order(platform)), issued.serial);
        certificates.pop();
        cases.positive();
      },
      { mode: 'certificate' },
    ));
});
