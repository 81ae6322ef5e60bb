import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { type CallbackReport } from 'wechatpay-demo-backend';
import type { DeliveryKind } from 'wechatpay-simulator';

import { countCases } from './support/cases.js';
import { HeldCallbacks, last, type PaidOrder } from './support/held-callbacks.js';
import { send } from './support/merchant-client.js';
import { paymentCall } from './support/platform.js';
import { Buyer, deliver, startShop, type Captured, type TestShop } from './support/shop.js';

const cases = countCases('backend/callbacks');

let held: HeldCallbacks;
before(async () => {
  held = await HeldCallbacks.open();
});
after(() => held.close());

describe('a genuine callback', () => {
  it('pays the order and is answered 204 with nothing', async () => {
    const paid = await held.paidOrder();
    assert.equal(await held.statusOf(paid), 'PREPAID');
    const answer = await held.deliver(last(paid.attempts));
    assert.equal(answer.status, 204);
    assert.equal(answer.text, '');
    assert.equal(await held.statusOf(paid), 'PAID');
    const [notification] = await held.rows('notifications', paid.outTradeNo);
    assert.equal(notification?.['outcome'], 'APPLIED');
    assert.equal(notification?.['id'], paid.notificationId);
    cases.positive();
  });

  it('counts once when the same bytes are replayed', async () => {
    const paid = await held.paidOrder();
    const [first] = paid.attempts;
    assert.ok(first);
    for (let count = 0; count < 3; count += 1) {
      assert.equal((await held.deliver(first)).status, 204);
    }
    await appliedOnce(paid);
    cases.positive();
  });

  it('counts once when sixteen attempts arrive at the same time', async () => {
    const paid = await held.paidOrder();
    assert.equal(paid.attempts.length, 16);
    const answers = await Promise.all(paid.attempts.map((attempt) => held.deliver(attempt)));
    assert.ok(answers.every(({ status }) => status === 204));
    await appliedOnce(paid);
    cases.positive();
  });

  it('counts once when it comes as another notification of the same payment', async () => {
    const paid = await held.paidOrder();
    const other = await held.variant(paid, 'genuine', held.transactionOf(paid));
    const answers = await Promise.all([held.deliver(last(paid.attempts)), held.deliver(other)]);
    assert.ok(answers.every(({ status }) => status === 204));
    assert.equal((await held.rows('order_events', paid.outTradeNo)).length, 3);
    const notifications = await held.rows('notifications', paid.outTradeNo);
    assert.deepEqual(notifications.map((row) => row['outcome']).sort(), ['APPLIED', 'DUPLICATE']);
    cases.positive();
  });

  for (const seconds of [-300, 300]) {
    it(`is believed when the clocks are ${seconds} seconds apart`, async () => {
      const paid = await held.paidOrder();
      const attempt = last(paid.attempts);
      const sent = Number(attempt.headers['wechatpay-timestamp']);
      held.clockOffset = (sent + seconds) * 1000 - Date.now();
      assert.equal((await held.deliver(attempt)).status, 204);
      held.clockOffset = 0;
      assert.equal(await held.statusOf(paid), 'PAID');
      cases.positive();
    });
  }

  it('is believed before the answer to prepay is saved, and the order stays paid', async () => {
    let other: TestShop | undefined;
    other = await startShop({
      database: held.database,
      platform: {
        beforeAnswer: async ({ request, answer }) => {
          if (other === undefined || request.path !== '/v3/pay/transactions/jsapi')
            return undefined;
          const { prepay_id: prepayId } = JSON.parse(answer.body.toString('utf8'));
          const { simulator } = other.platform;
          simulator.pay({ ...paymentCall(other.platform, prepayId), user: 'alice' });
          await simulator.idle();
          return undefined;
        },
      },
    });
    const visitor = await new Buyer(other).login();
    const { order, requestPayment } = await visitor.order();
    assert.equal(order.status, 'PAID');
    assert.equal(order.paidBy, 'CALLBACK');
    assert.equal(requestPayment, null);
    const { events } = await visitor.view(order.outTradeNo);
    assert.deepEqual(
      events.map(({ event }: any) => event),
      ['ORDER.CREATED', 'TRANSACTION.SUCCESS'],
    );
    await other.close();
    cases.positive();
  });

  it('is kept and answered 204 when it is about something this shop does not know', async () => {
    const { client, simulator } = held.shop.platform;
    held.captured.length = 0;
    const notify_url = `${held.notifyOrigin}/wechatpay/notify`;
    await client.call({ url: '/v3/security/echo', body: { echo_message: 'hello', notify_url } });
    await simulator.idle();
    assert.equal((await held.deliver(last(held.captured))).status, 204);
    const ignored = await held.database.query(
      "SELECT * FROM notifications WHERE event_type = 'SECURITY_ECHO.SUCCESS'",
    );
    assert.equal(ignored[0]?.['outcome'], 'IGNORED');
    cases.positive();
  });

  async function appliedOnce(paid: PaidOrder): Promise<void> {
    assert.equal(await held.statusOf(paid), 'PAID');
    assert.equal((await held.rows('notifications', paid.outTradeNo)).length, 1);
    const events = (await held.rows('order_events', paid.outTradeNo)).map((row) => row['event']);
    assert.deepEqual(events.sort(), ['ORDER.CREATED', 'ORDER.PREPAID', 'TRANSACTION.SUCCESS']);
  }
});

describe('a callback that cannot be believed', () => {
  const kinds: [kind: DeliveryKind, status: number, code: string][] = [
    ['probe', 401, 'ERR_SIGNATURE_PROBE'],
    ['forged', 401, 'ERR_SIGNATURE_INVALID'],
    ['flipped-bit', 401, 'ERR_SIGNATURE_INVALID'],
    ['wrong-serial', 401, 'ERR_SERIAL_UNKNOWN'],
    ['stale', 401, 'ERR_TIMESTAMP_OUTSIDE_WINDOW'],
    ['ahead', 401, 'ERR_TIMESTAMP_OUTSIDE_WINDOW'],
    ['unsigned', 400, 'ERR_HEADER_MISSING'],
  ];
  for (const [kind, status, code] of kinds) {
    it(`is refused and leaves no trace: ${kind}`, async () => {
      const paid = await held.paidOrder();
      await refused(paid, await held.variant(paid, kind), status, code);
      assert.equal((await held.deliver(last(paid.attempts))).status, 204, 'the resend is good');
      assert.equal(await held.statusOf(paid), 'PAID');
    });
  }

  for (const header of ['timestamp', 'nonce', 'signature', 'serial']) {
    it(`is refused without Wechatpay-${header}`, async () => {
      const paid = await held.paidOrder();
      const { headers, body } = last(paid.attempts);
      const { [`wechatpay-${header}`]: _, ...rest } = headers;
      await refused(paid, { headers: rest, body }, 400, 'ERR_HEADER_MISSING');
    });
  }

  const changes: [
    why: string,
    change: (captured: Captured) => Captured,
    status: number,
    code: string,
  ][] = [
    [
      'a body that was parsed and written again',
      ({ headers, body }) => ({
        headers,
        body: Buffer.from(JSON.stringify(JSON.parse(body.toString('utf8')), undefined, 1)),
      }),
      401,
      'ERR_SIGNATURE_INVALID',
    ],
    [
      'a body with a line feed more',
      ({ headers, body }) => ({ headers, body: Buffer.concat([body, Buffer.from('\n')]) }),
      401,
      'ERR_SIGNATURE_INVALID',
    ],
    [
      'no body',
      ({ headers }) => ({ headers, body: Buffer.alloc(0) }),
      401,
      'ERR_SIGNATURE_INVALID',
    ],
    [
      'another nonce',
      (captured) => withHeader(captured, 'wechatpay-nonce', 'another'),
      401,
      'ERR_SIGNATURE_INVALID',
    ],
    [
      'a timestamp one second younger',
      (captured) =>
        withHeader(
          captured,
          'wechatpay-timestamp',
          String(Number(captured.headers['wechatpay-timestamp']) + 1),
        ),
      401,
      'ERR_SIGNATURE_INVALID',
    ],
    [
      'a timestamp that is no number',
      (captured) => withHeader(captured, 'wechatpay-timestamp', 'soon'),
      400,
      'ERR_HEADER_INVALID',
    ],
    [
      'a signature that is not base64',
      (captured) => withHeader(captured, 'wechatpay-signature', '%%%'),
      401,
      'ERR_SIGNATURE_INVALID',
    ],
    [
      'the serial of the merchant',
      (captured) =>
        withHeader(captured, 'wechatpay-serial', held.shop.platform.account.merchant.serialNo),
      401,
      'ERR_SERIAL_UNKNOWN',
    ],
  ];
  for (const [why, change, status, code] of changes) {
    it(`is refused with ${why}`, async () => {
      const paid = await held.paidOrder();
      await refused(paid, change(last(paid.attempts)), status, code);
    });
  }

  for (const seconds of [-301, 301]) {
    it(`is refused when the clocks are ${seconds} seconds apart`, async () => {
      const paid = await held.paidOrder();
      const attempt = last(paid.attempts);
      const sent = Number(attempt.headers['wechatpay-timestamp']);
      held.clockOffset = (sent + seconds) * 1000 + (seconds > 0 ? 500 : 0) - Date.now();
      await refused(paid, attempt, 401, 'ERR_TIMESTAMP_OUTSIDE_WINDOW').finally(() => {
        held.clockOffset = 0;
      });
    });
  }

  it('is refused when the APIv3 key is not the one it was encrypted with', async () => {
    const paid = await held.paidOrder();
    const environment = { WECHATPAY_API_V3_KEY: '0'.repeat(32) };
    const found: CallbackReport[] = [];
    const { merchant, app, privateKey } = held.shop.platform.account;
    const other = await startShop({
      database: held.database,
      platform: { keys: held.shop.platform.simulator.keys, merchants: [merchant], apps: [app] },
      environment: { ...environment, WECHATPAY_PRIVATE_KEY: privateKey },
      backend: { onCallback: (report) => found.push(report) },
    });
    const answer = await deliver(other, last(paid.attempts));
    assert.equal(answer.status, 400);
    assert.deepEqual(found, [{ refusedWith: 'ERR_DECRYPT_FAILED' }]);
    assert.equal(await held.statusOf(paid), 'PREPAID');
    await other.close();
    cases.negative();
  });

  it('is refused when it is larger than any callback', async () => {
    const body = Buffer.alloc(70_000, 0x20);
    const answer = await send(`${held.shop.backend.url}/wechatpay/notify`, 'POST', body, {});
    assert.equal(answer.status, 413);
    cases.negative();
  });

  async function refused(
    paid: PaidOrder,
    captured: Captured,
    status: number,
    code: string,
  ): Promise<void> {
    const answer = await held.deliver(captured);
    assert.equal(answer.status, status);
    assert.equal(answer.json.code, 'FAIL');
    assert.deepEqual(held.reports.at(-1), { refusedWith: code });
    assert.equal(await held.statusOf(paid), 'PREPAID');
    assert.deepEqual(await held.rows('notifications', paid.outTradeNo), []);
    cases.negative();
  }
});

function withHeader({ headers, body }: Captured, name: string, value: string): Captured {
  return { headers: { ...headers, [name]: value }, body };
}
