import assert from 'node:assert/strict';
import { createDecipheriv, verify, X509Certificate } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';

import {
  RETRY_SCHEDULE_SECONDS,
  type DeliveryKind,
  type Notification,
  type SimulatorOptions,
} from 'wechatpay-simulator';

import { countCases } from './support/cases.js';
import {
  paymentCall,
  prepayBody,
  startPlatform,
  until,
  type TestPlatform,
} from './support/platform.js';

const cases = countCases('simulator/callbacks');

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  at: number;
}

/** A merchant's callback address that answers what a test tells it to. */
class Receiver {
  readonly received: Received[] = [];
  answer: (count: number) => number | 'never' = () => 204;
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      this.received.push({ headers: request.headers, body, at: Date.now() });
      const status = this.answer(this.received.length);
      if (status === 'never') return;
      response.writeHead(status, status === 302 ? { Location: '/elsewhere' } : {}).end();
    });
  });

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/notify`;
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

let receiver: Receiver;

before(async () => {
  receiver = new Receiver();
  await receiver.open();
});
after(() => receiver.close());

async function paid(options: Partial<SimulatorOptions> = {}): Promise<TestPlatform> {
  receiver.received.length = 0;
  const platform = await startPlatform(options);
  await pay(platform);
  return platform;
}

async function pay(platform: TestPlatform): Promise<Notification> {
  const body = prepayBody(platform, { notify_url: receiver.url });
  const answer = await platform.client.call({ url: '/v3/pay/transactions/jsapi', body });
  const { notificationId } = platform.simulator.pay(paymentCall(platform, answer.json.prepay_id));
  const notification = platform.simulator.notifications().find(({ id }) => id === notificationId);
  assert.ok(notification);
  return notification;
}

function isSigned(platform: TestPlatform, { headers, body }: Received): boolean {
  const serial = String(headers['wechatpay-serial']);
  const { publicKey, certificates } = platform.simulator.keys;
  const certificate = certificates.find((candidate) => candidate.serial === serial);
  const key =
    certificate === undefined ? publicKey.pem : new X509Certificate(certificate.pem).publicKey;
  const message = `${headers['wechatpay-timestamp']}\n${headers['wechatpay-nonce']}\n${body}\n`;
  const signature = Buffer.from(String(headers['wechatpay-signature']), 'base64');
  return verify('RSA-SHA256', Buffer.from(message), key, signature);
}

function decrypt(platform: TestPlatform, body: string): any {
  const { resource } = JSON.parse(body);
  const sealed = Buffer.from(resource.ciphertext, 'base64');
  const key = Buffer.from(platform.account.merchant.apiV3Key);
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(resource.nonce));
  decipher.setAAD(Buffer.from(resource.associated_data));
  decipher.setAuthTag(sealed.subarray(-16));
  const text = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  return JSON.parse(text.toString('utf8'));
}

describe('a callback', () => {
  it('is signed, encrypted and tells of the payment', async () => {
    const platform = await paid();
    await platform.simulator.idle();
    assert.equal(receiver.received.length, 1);
    const [first] = receiver.received;
    assert.ok(first && isSigned(platform, first));
    const envelope = JSON.parse(first.body);
    assert.equal(envelope.event_type, 'TRANSACTION.SUCCESS');
    assert.equal(envelope.resource_type, 'encrypt-resource');
    assert.equal(envelope.resource.algorithm, 'AEAD_AES_256_GCM');
    assert.equal(envelope.resource.nonce.length, 12);
    assert.equal(envelope.id.length, 36);
    const transaction = decrypt(platform, first.body);
    assert.equal(transaction.trade_state, 'SUCCESS');
    assert.equal(transaction.amount.total, 100);
    assert.equal(platform.simulator.notifications()[0]?.state, 'delivered');
    await platform.simulator.close();
    cases.positive();
  });

  for (const status of [200, 204]) {
    it(`is not repeated after ${status}`, async () => {
      receiver.answer = () => status;
      const platform = await paid();
      await platform.simulator.idle();
      assert.equal(receiver.received.length, 1);
      await platform.simulator.close();
      cases.positive();
    });
  }

  for (const status of [201, 202, 302, 400, 401, 404, 500, 503]) {
    it(`is repeated after ${status}, freshly timestamped, nonced and signed`, async () => {
      receiver.answer = (count) => (count < 3 ? status : 204);
      let now = Date.now();
      const platform = await paid({ now: () => (now += 1000) });
      await platform.simulator.idle();
      assert.equal(receiver.received.length, 3);
      assert.ok(receiver.received.every((attempt) => isSigned(platform, attempt)));
      for (const header of ['wechatpay-timestamp', 'wechatpay-nonce', 'wechatpay-signature']) {
        assert.equal(
          new Set(receiver.received.map(({ headers }) => headers[header])).size,
          3,
          header,
        );
      }
      assert.equal(new Set(receiver.received.map(({ body }) => body)).size, 1, 'the body stays');
      await platform.simulator.close();
      cases.positive();
    });
  }

  it('is repeated when the merchant does not answer in time, and when it cannot be reached', async () => {
    receiver.answer = (count) => (count === 1 ? 'never' : 204);
    const platform = await paid({ callbackTimeoutMilliseconds: 50 });
    await platform.simulator.idle();
    assert.equal(receiver.received.length, 2);
    const [timedOut] = platform.simulator.notifications()[0]?.attempts ?? [];
    assert.match(timedOut?.error ?? '', /timeout|aborted/i);
    await platform.simulator.close();
    cases.positive();
  });

  it('is given up after the fifteenth repetition', async () => {
    receiver.answer = () => 500;
    const platform = await paid();
    await platform.simulator.idle();
    assert.equal(receiver.received.length, 16);
    assert.equal(platform.simulator.notifications()[0]?.state, 'given-up');
    await platform.simulator.close();
    cases.positive();
  });

  it('follows the documented schedule of 24 hours and 4 minutes', async () => {
    assert.equal(
      RETRY_SCHEDULE_SECONDS.reduce((sum, seconds) => sum + seconds),
      24 * 3600 + 4 * 60,
    );
    receiver.answer = () => 500;
    const timeScale = 0.002;
    const platform = await paid({ timeScale });
    await until('five attempts', () => receiver.received.length >= 5);
    const times = receiver.received.map(({ at }) => at);
    for (const [index, seconds] of RETRY_SCHEDULE_SECONDS.slice(0, 4).entries()) {
      const waited = (times[index + 1] ?? 0) - (times[index] ?? 0);
      assert.ok(waited >= seconds * 1000 * timeScale - 2, `wait ${index} was ${waited} ms`);
    }
    await platform.simulator.close();
    cases.positive();
  });

  it('stops when the simulator closes', async () => {
    receiver.answer = () => 500;
    const platform = await paid({ timeScale: 1 });
    await until('one attempt', () => receiver.received.length === 1);
    await platform.simulator.close();
    await platform.simulator.idle();
    assert.equal(receiver.received.length, 1);
    cases.positive();
  });

  it('tells of a refund, with the names the callback uses', async () => {
    receiver.answer = () => 204;
    const platform = await paid();
    await platform.simulator.idle();
    const { out_trade_no: outTradeNo } = decrypt(platform, receiver.received[0]?.body ?? '');
    await platform.client.call({
      url: '/v3/refund/domestic/refunds',
      body: {
        out_trade_no: outTradeNo,
        out_refund_no: 'R1',
        notify_url: receiver.url,
        amount: { refund: 40, total: 100, currency: 'CNY' },
      },
    });
    await platform.simulator.idle();
    const body = receiver.received[1]?.body ?? '';
    assert.equal(JSON.parse(body).event_type, 'REFUND.SUCCESS');
    const refund = decrypt(platform, body);
    assert.equal(refund.refund_status, 'SUCCESS');
    assert.equal(refund.status, undefined);
    assert.deepEqual(refund.amount, { total: 100, refund: 40, payer_total: 100, payer_refund: 40 });
    await platform.simulator.close();
    cases.positive();
  });
});

describe('the key of a callback', () => {
  const serials = (): unknown[] =>
    receiver.received.map(({ headers }) => headers['wechatpay-serial']);

  before(() => {
    receiver.answer = () => 204;
  });

  for (const mode of ['public-key', 'certificate'] as const) {
    it(`is the ${mode} in ${mode} mode`, async () => {
      const platform = await paid({ mode });
      await platform.simulator.idle();
      const { publicKey, certificates } = platform.simulator.keys;
      assert.deepEqual(serials(), [
        mode === 'public-key' ? publicKey.serial : certificates[0]?.serial,
      ]);
      assert.ok(receiver.received.every((attempt) => isSigned(platform, attempt)));
      await platform.simulator.close();
      cases.positive();
    });
  }

  it('is the public key for its share of the callbacks in gray mode', async () => {
    const platform = await paid({ mode: 'gray', grayPercent: 20 });
    for (let count = 1; count < 10; count += 1) await pay(platform);
    await platform.simulator.idle();
    const { publicKey } = platform.simulator.keys;
    assert.equal(serials().filter((serial) => serial === publicKey.serial).length, 2);
    assert.ok(receiver.received.every((attempt) => isSigned(platform, attempt)));
    await platform.simulator.close();
    cases.positive();
  });

  it('is the new certificate after the switch', async () => {
    const platform = await paid({ mode: 'certificate' });
    await platform.simulator.idle();
    platform.simulator.settings.currentCertificate = 1;
    await pay(platform);
    await platform.simulator.idle();
    assert.deepEqual(
      serials(),
      platform.simulator.keys.certificates.map(({ serial }) => serial),
    );
    await platform.simulator.close();
    cases.positive();
  });
});

describe('a callback that is not what it should be', () => {
  const wrong: [kind: DeliveryKind, check: (platform: TestPlatform, received: Received) => void][] =
    [
      [
        'probe',
        (_, { headers }) =>
          assert.match(String(headers['wechatpay-signature']), /^WECHATPAY\/SIGNTEST\//),
      ],
      ['forged', (platform, received) => assert.equal(isSigned(platform, received), false)],
      [
        'flipped-bit',
        (platform, received) => {
          assert.equal(isSigned(platform, received), false);
          assert.throws(() => decrypt(platform, received.body), /authenticate/);
        },
      ],
      [
        'wrong-serial',
        (platform, { headers }) => {
          const { publicKey, certificates } = platform.simulator.keys;
          const known = [publicKey, ...certificates].map(({ serial }) => serial);
          assert.ok(!known.includes(String(headers['wechatpay-serial'])));
        },
      ],
      [
        'stale',
        (platform, received) => {
          const age = Date.now() / 1000 - Number(received.headers['wechatpay-timestamp']);
          assert.ok(age > 300 && age < 304);
          assert.ok(isSigned(platform, received));
        },
      ],
      [
        'ahead',
        (platform, received) => {
          const age = Number(received.headers['wechatpay-timestamp']) - Date.now() / 1000;
          assert.ok(age > 298 && age < 302);
          assert.ok(isSigned(platform, received));
        },
      ],
      ['unsigned', (_, { headers }) => assert.equal(headers['wechatpay-signature'], undefined)],
    ];
  for (const [kind, check] of wrong) {
    it(`is wrong in one way: ${kind}`, async () => {
      receiver.answer = () => 204;
      const platform = await paid();
      await platform.simulator.idle();
      const [notification] = platform.simulator.notifications();
      receiver.answer = () => 401;
      const { attempt } = await platform.simulator.send(notification?.id ?? '', kind);
      assert.equal(attempt.kind, kind);
      assert.equal(attempt.status, 401);
      const received = receiver.received[1];
      assert.ok(received);
      check(platform, received);
      await platform.simulator.close();
      cases.negative();
    });
  }

  it('can be a genuine one that says something else', async () => {
    receiver.answer = () => 204;
    const platform = await paid();
    await platform.simulator.idle();
    const [notification] = platform.simulator.notifications();
    await platform.simulator.send(notification?.id ?? '', 'genuine', { trade_state: 'CLOSED' });
    const received = receiver.received[1];
    assert.ok(received && isSigned(platform, received));
    assert.deepEqual(decrypt(platform, received.body), { trade_state: 'CLOSED' });
    assert.notEqual(JSON.parse(received.body).id, notification?.id);
    await platform.simulator.close();
    cases.positive();
  });
});
