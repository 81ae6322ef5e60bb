import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { type CallbackReport, type Database } from 'wechatpay-demo-backend';
import type { DeliveryKind } from 'wechatpay-simulator';

import { countCases } from './support/cases.js';
import { openTestDatabase } from './support/database.js';
import { send } from './support/merchant-client.js';
import { paymentCall } from './support/platform.js';
import {
  Buyer,
  deliver,
  Interceptor,
  startShop,
  type Captured,
  type TestShop,
} from './support/shop.js';

const cases = countCases('backend/callbacks');

let database: Database;
let interceptor: Interceptor;
let shop: TestShop;
let buyer: Buyer;
/** The backend's clock, in milliseconds from the real one. */
let clockOffset = 0;
const reports: CallbackReport[] = [];

before(async () => {
  database = await openTestDatabase();
  interceptor = new Interceptor();
  await interceptor.open();
  shop = await startShop({
    database,
    environment: { PUBLIC_BASE_URL: interceptor.url },
    backend: {
      now: () => new Date(Date.now() + clockOffset),
      onCallback: (report) => reports.push(report),
    },
  });
  buyer = await new Buyer(shop).login();
});
after(async () => {
  await shop.close();
  interceptor.close();
  await database.close();
});

interface PaidOrder {
  outTradeNo: string;
  notificationId: string;
  /** The sixteen attempts WeChat Pay made, none of which the backend has seen. */
  attempts: Captured[];
}

/** An order that is paid at WeChat Pay, and of which the backend knows nothing yet. */
async function paidOrder(): Promise<PaidOrder> {
  const { order, requestPayment } = await buyer.order();
  interceptor.captured.length = 0;
  const notificationId = buyer.pay(requestPayment);
  await shop.platform.simulator.idle();
  return { outTradeNo: order.outTradeNo, notificationId, attempts: [...interceptor.captured] };
}

/** One more attempt, made by the platform, wrong in one way or saying something else. */
async function variant(paid: PaidOrder, kind: DeliveryKind, resource?: object): Promise<Captured> {
  interceptor.captured.length = 0;
  await shop.platform.simulator.send(paid.notificationId, kind, resource);
  return last(interceptor.captured);
}

function transactionOf(paid: PaidOrder): any {
  const found = shop.platform.simulator
    .notifications()
    .find(({ id }) => id === paid.notificationId);
  return found?.resource;
}

async function statusOf(paid: PaidOrder): Promise<string> {
  return (await buyer.view(paid.outTradeNo)).order.status;
}

async function rows(table: string, outTradeNo: string): Promise<Record<string, unknown>[]> {
  return database.query(`SELECT * FROM ${table} WHERE out_trade_no = $1`, [outTradeNo]);
}

function last<T>(items: T[]): T {
  const item = items.at(-1);
  assert.ok(item !== undefined);
  return item;
}

describe('a genuine callback', () => {
  it('pays the order and is answered 204 with nothing', async () => {
    const paid = await paidOrder();
    assert.equal(await statusOf(paid), 'PREPAID');
    const answer = await deliver(shop, last(paid.attempts));
    assert.equal(answer.status, 204);
    assert.equal(answer.text, '');
    assert.equal(await statusOf(paid), 'PAID');
    const [notification] = await rows('notifications', paid.outTradeNo);
    assert.equal(notification?.['outcome'], 'APPLIED');
    assert.equal(notification?.['id'], paid.notificationId);
    cases.positive();
  });

  it('counts once when the same bytes are replayed', async () => {
    const paid = await paidOrder();
    const [first] = paid.attempts;
    assert.ok(first);
    for (let count = 0; count < 3; count += 1) {
      assert.equal((await deliver(shop, first)).status, 204);
    }
    await appliedOnce(paid);
    cases.positive();
  });

  it('counts once when sixteen attempts arrive at the same time', async () => {
    const paid = await paidOrder();
    assert.equal(paid.attempts.length, 16);
    const answers = await Promise.all(paid.attempts.map((attempt) => deliver(shop, attempt)));
    assert.ok(answers.every(({ status }) => status === 204));
    await appliedOnce(paid);
    cases.positive();
  });

  it('counts once when it comes as another notification of the same payment', async () => {
    const paid = await paidOrder();
    const other = await variant(paid, 'genuine', transactionOf(paid));
    const answers = await Promise.all([deliver(shop, last(paid.attempts)), deliver(shop, other)]);
    assert.ok(answers.every(({ status }) => status === 204));
    assert.equal((await rows('order_events', paid.outTradeNo)).length, 3);
    const outcomes = (await rows('notifications', paid.outTradeNo)).map((row) => row['outcome']);
    assert.deepEqual(outcomes.sort(), ['APPLIED', 'DUPLICATE']);
    cases.positive();
  });

  for (const seconds of [-300, 300]) {
    it(`is believed when the clocks are ${seconds} seconds apart`, async () => {
      const paid = await paidOrder();
      const attempt = last(paid.attempts);
      const sent = Number(attempt.headers['wechatpay-timestamp']);
      clockOffset = (sent + seconds) * 1000 - Date.now();
      assert.equal((await deliver(shop, attempt)).status, 204);
      clockOffset = 0;
      assert.equal(await statusOf(paid), 'PAID');
      cases.positive();
    });
  }

  it('is believed before the answer to prepay is saved, and the order stays paid', async () => {
    let other: TestShop | undefined;
    other = await startShop({
      database,
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
    const { client, simulator } = shop.platform;
    interceptor.captured.length = 0;
    const notify_url = `${interceptor.url}/wechatpay/notify`;
    await client.call({ url: '/v3/security/echo', body: { echo_message: 'hello', notify_url } });
    await simulator.idle();
    assert.equal((await deliver(shop, last(interceptor.captured))).status, 204);
    const ignored = await database.query(
      "SELECT * FROM notifications WHERE event_type = 'SECURITY_ECHO.SUCCESS'",
    );
    assert.equal(ignored[0]?.['outcome'], 'IGNORED');
    cases.positive();
  });

  async function appliedOnce(paid: PaidOrder): Promise<void> {
    assert.equal(await statusOf(paid), 'PAID');
    assert.equal((await rows('notifications', paid.outTradeNo)).length, 1);
    const events = (await rows('order_events', paid.outTradeNo)).map((row) => row['event']);
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
      const paid = await paidOrder();
      await refused(paid, await variant(paid, kind), status, code);
      assert.equal((await deliver(shop, last(paid.attempts))).status, 204, 'the resend is good');
      assert.equal(await statusOf(paid), 'PAID');
    });
  }

  for (const header of ['timestamp', 'nonce', 'signature', 'serial']) {
    it(`is refused without Wechatpay-${header}`, async () => {
      const paid = await paidOrder();
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
        withHeader(captured, 'wechatpay-serial', shop.platform.account.merchant.serialNo),
      401,
      'ERR_SERIAL_UNKNOWN',
    ],
  ];
  for (const [why, change, status, code] of changes) {
    it(`is refused with ${why}`, async () => {
      const paid = await paidOrder();
      await refused(paid, change(last(paid.attempts)), status, code);
    });
  }

  for (const seconds of [-301, 301]) {
    it(`is refused when the clocks are ${seconds} seconds apart`, async () => {
      const paid = await paidOrder();
      const attempt = last(paid.attempts);
      const sent = Number(attempt.headers['wechatpay-timestamp']);
      clockOffset = (sent + seconds) * 1000 + (seconds > 0 ? 500 : 0) - Date.now();
      await refused(paid, attempt, 401, 'ERR_TIMESTAMP_OUTSIDE_WINDOW').finally(() => {
        clockOffset = 0;
      });
    });
  }

  it('is refused when the APIv3 key is not the one it was encrypted with', async () => {
    const paid = await paidOrder();
    const environment = { WECHATPAY_API_V3_KEY: '0'.repeat(32) };
    const found: CallbackReport[] = [];
    const { merchant, app, privateKey } = shop.platform.account;
    const other = await startShop({
      database,
      platform: { keys: shop.platform.simulator.keys, merchants: [merchant], apps: [app] },
      environment: { ...environment, WECHATPAY_PRIVATE_KEY: privateKey },
      backend: { onCallback: (report) => found.push(report) },
    });
    const answer = await deliver(other, last(paid.attempts));
    assert.equal(answer.status, 400);
    assert.deepEqual(found, [{ refusedWith: 'ERR_DECRYPT_FAILED' }]);
    assert.equal(await statusOf(paid), 'PREPAID');
    await other.close();
    cases.negative();
  });

  it('is refused when it is larger than any callback', async () => {
    const body = Buffer.alloc(70_000, 0x20);
    const answer = await send(`${shop.backend.url}/wechatpay/notify`, 'POST', body, {});
    assert.equal(answer.status, 413);
    cases.negative();
  });

  async function refused(
    paid: PaidOrder,
    captured: Captured,
    status: number,
    code: string,
  ): Promise<void> {
    const answer = await deliver(shop, captured);
    assert.equal(answer.status, status);
    assert.equal(answer.json.code, 'FAIL');
    assert.deepEqual(reports.at(-1), { refusedWith: code });
    assert.equal(await statusOf(paid), 'PREPAID');
    assert.deepEqual(await rows('notifications', paid.outTradeNo), []);
    cases.negative();
  }
});

describe('a genuine callback that does not fit the order', () => {
  const differences: [field: string, change: (transaction: any) => object][] = [
    ['amount.total', (transaction) => ({ amount: { ...transaction.amount, total: 1 } })],
    ['amount.total', (transaction) => ({ amount: { ...transaction.amount, total: '6800' } })],
    ['amount.total', () => ({ amount: undefined })],
    ['amount.currency', (transaction) => ({ amount: { ...transaction.amount, currency: 'USD' } })],
    ['appid', () => ({ appid: 'wx0000000000000000' })],
    ['mchid', () => ({ mchid: '1900000000' })],
    ['payer.openid', () => ({ payer: { openid: 'oSomebodyElse' } })],
    ['trade_state', () => ({ trade_state: 'USERPAYING' })],
    ['typeof transaction_id', () => ({ transaction_id: undefined })],
  ];
  for (const [field, change] of differences) {
    it(`is recorded, and never pays it: ${field}`, async () => {
      const paid = await paidOrder();
      const genuine = transactionOf(paid);
      const wrong = await variant(paid, 'genuine', { ...genuine, ...change(genuine) });
      assert.equal((await deliver(shop, wrong)).status, 204);
      assert.equal(await statusOf(paid), 'PREPAID');
      const [incident, ...more] = await rows('incidents', paid.outTradeNo);
      assert.equal(more.length, 0);
      assert.equal(incident?.['kind'], 'PAYMENT_MISMATCH');
      const fields = JSON.parse(String(incident?.['detail'])).differences.map(
        (item: any) => item.field,
      );
      assert.ok(fields.includes(field), `${fields}`);

      assert.equal((await deliver(shop, last(paid.attempts))).status, 204);
      assert.equal(await statusOf(paid), 'PAID', 'the right one still pays it');
      cases.negative();
    });
  }

  it('is recorded when the order number is unknown', async () => {
    const paid = await paidOrder();
    const wrong = await variant(paid, 'genuine', {
      ...transactionOf(paid),
      out_trade_no: 'NOBODYS-ORDER',
    });
    assert.equal((await deliver(shop, wrong)).status, 204);
    assert.equal((await rows('incidents', 'NOBODYS-ORDER'))[0]?.['kind'], 'ORDER_UNKNOWN');
    assert.equal(await statusOf(paid), 'PREPAID');
    cases.negative();
  });

  it('is recorded when the order was paid by another transaction', async () => {
    const paid = await paidOrder();
    await deliver(shop, last(paid.attempts));
    const second = { ...transactionOf(paid), transaction_id: '4200000000000000000000000000' };
    assert.equal((await deliver(shop, await variant(paid, 'genuine', second))).status, 204);
    assert.equal((await rows('incidents', paid.outTradeNo))[0]?.['kind'], 'SECOND_PAYMENT');
    assert.equal(
      (await buyer.view(paid.outTradeNo)).order.transactionId,
      transactionOf(paid).transaction_id,
    );
    cases.negative();
  });

  it('is recorded and goes back when the order was closed', async () => {
    const paid = await paidOrder();
    await database.query("UPDATE orders SET status = 'CLOSED' WHERE out_trade_no = $1", [
      paid.outTradeNo,
    ]);
    assert.equal((await deliver(shop, last(paid.attempts))).status, 204);
    assert.equal(await statusOf(paid), 'REFUNDING');
    assert.equal((await rows('refunds', paid.outTradeNo))[0]?.['status'], 'REQUESTED');
    assert.equal((await rows('shipments', paid.outTradeNo)).length, 0);
    assert.equal((await rows('incidents', paid.outTradeNo))[0]?.['kind'], 'PAID_AFTER_CLOSE');
    cases.negative();
  });
});

describe('a refund callback', () => {
  async function refunding(): Promise<{ paid: PaidOrder; resource: any; notificationId: string }> {
    const paid = await paidOrder();
    await deliver(shop, last(paid.attempts));
    interceptor.captured.length = 0;
    await buyer.call('POST', `/api/orders/${paid.outTradeNo}/refund`);
    await shop.platform.simulator.idle();
    const notification = last(shop.platform.simulator.notifications());
    assert.equal(notification.eventType, 'REFUND.SUCCESS');
    return { paid, resource: notification.resource, notificationId: notification.id };
  }

  it('counts once, however often it comes', async () => {
    const { paid } = await refunding();
    assert.equal(await statusOf(paid), 'REFUNDING');
    const answers = await Promise.all(
      interceptor.captured.map((attempt) => deliver(shop, attempt)),
    );
    assert.ok(answers.every(({ status }) => status === 204));
    const { order } = await buyer.view(paid.outTradeNo);
    assert.equal(order.status, 'REFUNDED');
    assert.equal(order.amountRefunded, order.amountTotal);
    cases.positive();
  });

  it('makes the order PAID again when the refund was closed', async () => {
    const { paid, resource, notificationId } = await refunding();
    const closed = { ...resource, refund_status: 'CLOSED', success_time: undefined };
    assert.equal(
      (await deliver(shop, await variant({ ...paid, notificationId }, 'genuine', closed))).status,
      204,
    );
    const view = await buyer.view(paid.outTradeNo);
    assert.equal(view.order.status, 'PAID');
    assert.equal(view.order.amountRefunded, 0);
    assert.equal(view.refunds[0].status, 'CLOSED');
    cases.positive();
  });

  it('calls for a person when the refund is stuck, and ends well when it comes through', async () => {
    const { paid, resource, notificationId } = await refunding();
    const genuine = last(interceptor.captured);
    const stuck = { ...resource, refund_status: 'ABNORMAL' };
    await deliver(shop, await variant({ ...paid, notificationId }, 'genuine', stuck));
    assert.equal(await statusOf(paid), 'REFUNDING');
    assert.equal((await rows('incidents', paid.outTradeNo))[0]?.['kind'], 'REFUND_ABNORMAL');
    await deliver(shop, genuine);
    assert.equal(await statusOf(paid), 'REFUNDED');
    cases.positive();
  });

  for (const [kind, change] of [
    ['REFUND_MISMATCH', { amount: { total: 6800, refund: 1 } }],
    ['REFUND_MISMATCH', { amount: { total: 1, refund: 6800 } }],
    ['REFUND_MISMATCH', { transaction_id: '4200000000000000000000000000' }],
    ['REFUND_MISMATCH', { mchid: '1900000000' }],
    ['REFUND_UNKNOWN', { out_refund_no: 'MADE-ELSEWHERE' }],
    ['REFUND_STATUS_UNKNOWN', { refund_status: 'PONDERING' }],
  ] as const) {
    it(`is recorded, and gives nothing back: ${kind} for ${Object.keys(change)}`, async () => {
      const { paid, resource, notificationId } = await refunding();
      const wrong = await variant({ ...paid, notificationId }, 'genuine', {
        ...resource,
        ...change,
      });
      assert.equal((await deliver(shop, wrong)).status, 204);
      assert.equal(await statusOf(paid), 'REFUNDING');
      assert.equal((await rows('incidents', paid.outTradeNo))[0]?.['kind'], kind);
      cases.negative();
    });
  }
});

function withHeader({ headers, body }: Captured, name: string, value: string): Captured {
  return { headers: { ...headers, [name]: value }, body };
}
