// Buys one thing, tells how, then lies to the backend in every way it knows.

import { setTimeout as sleep } from 'node:timers/promises';

import type { CallbackReport } from 'wechatpay-demo-backend';
import type {
  CallbackEntry,
  DeliveryKind,
  ExchangeEntry,
  JournalEntry,
  PaymentEntry,
} from 'wechatpay-simulator';

import * as shop from '../miniprogram/services/shop.js';
import type { Order } from '../miniprogram/services/shop.js';
import { requestPayment } from '../miniprogram/services/wechat.js';
import { createWechat } from '../page/wechat.js';
import {
  introduce,
  tellCallback,
  tellLogin,
  tellOrder,
  tellPayment,
  tellPrepay,
  tellResult,
} from './narrator.js';
import { bad, good, heading, line, note, padded, paint } from './terminal.js';
import type { World } from './world.js';

const PRODUCT = 'longjing-50g';
const QUANTITY = 2;
const PATIENCE_MILLISECONDS = 10_000;
const POLL_MILLISECONDS = 100;

interface Lie {
  kind: DeliveryKind;
  told: string;
  status: number;
  /** The refusal's code, or what came of a callback that is genuine. */
  verdict: string;
}

const LIES: Lie[] = [
  {
    kind: 'flipped-bit',
    told: 'one bit of the body flipped',
    status: 401,
    verdict: 'ERR_SIGNATURE_INVALID',
  },
  {
    kind: 'forged',
    told: "signed with a stranger's key",
    status: 401,
    verdict: 'ERR_SIGNATURE_INVALID',
  },
  {
    kind: 'wrong-serial',
    told: 'a serial nobody knows',
    status: 401,
    verdict: 'ERR_SERIAL_UNKNOWN',
  },
  {
    kind: 'stale',
    told: 'well signed 301 seconds ago',
    status: 401,
    verdict: 'ERR_TIMESTAMP_OUTSIDE_WINDOW',
  },
  {
    kind: 'ahead',
    told: 'well signed 301 seconds from now',
    status: 401,
    verdict: 'ERR_TIMESTAMP_OUTSIDE_WINDOW',
  },
  {
    kind: 'probe',
    told: "WeChat Pay's own SIGNTEST probe",
    status: 401,
    verdict: 'ERR_SIGNATURE_PROBE',
  },
  { kind: 'unsigned', told: 'no signature headers', status: 400, verdict: 'ERR_HEADER_MISSING' },
  { kind: 'genuine', told: 'the genuine one, once more', status: 204, verdict: 'DUPLICATE' },
];

/** True only if the order ended PAID through the callback, and no lie was believed. */
export async function buyOnce(world: World): Promise<boolean> {
  const { simulator, appid } = world;
  Object.assign(globalThis, { wx: wechatOf(world) });
  introduce(world);

  await shop.login();
  const openid = simulator.openid(appid);
  tellLogin(exchange(world, '/sns/jscode2session'), openid);

  const { order, requestPayment: parameters } = await shop.createOrder(PRODUCT, QUANTITY);
  if (parameters === null) throw new Error(`order ${order.outTradeNo} came without parameters`);
  tellOrder(order, openid);
  tellPrepay(exchange(world, '/v3/pay/transactions/jsapi'), parameters);

  const result = await requestPayment(parameters);
  tellPayment(payment(world, 'sheet'), payment(world, 'pay'), order);
  tellResult(result);

  await untilSettled(order.outTradeNo);
  await Promise.race([simulator.idle(), sleep(PATIENCE_MILLISECONDS, undefined, { ref: false })]);
  const callback = find<CallbackEntry>(world, (entry) => entry.type === 'callback');
  const settled = await shop.order(order.outTradeNo);
  tellCallback(callback, decrypted(world), settled.order, settled.events);

  const believed = await lie(world, callback.notificationId);
  const after = await shop.order(order.outTradeNo);
  const unchanged = JSON.stringify(after) === JSON.stringify(settled);
  return conclude(world, after.order, callback, after.events, !believed && unchanged);
}

/** The `wx` of a mini program whose user agrees to everything. */
function wechatOf({ simulator, backend, appid }: World): object {
  const wechat = createWechat({
    simulatorUrl: simulator.url,
    appid,
    resolve: (url) => `${backend.url}${new URL(url).pathname}`,
    openSheet: (_sheet, user) => user.pay(),
  });
  const account = { miniProgram: { appId: appid, envVersion: 'develop', version: '' } };
  return { ...wechat, getAccountInfoSync: () => account };
}

/** Waits as the result page does. */
async function untilSettled(outTradeNo: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MILLISECONDS;
  while (Date.now() < deadline) {
    const { order } = await shop.order(outTradeNo);
    if (order.status !== 'CREATED' && order.status !== 'PREPAID') return;
    await sleep(POLL_MILLISECONDS);
  }
}

async function lie(world: World, notificationId: string): Promise<boolean> {
  heading(7, '作伪', 'and when somebody lies to the backend');
  let believed = false;
  for (const { kind, told, status, verdict } of LIES) {
    const { attempt } = await world.simulator.send(notificationId, kind);
    const report = world.callbacks.at(-1);
    const found = report === undefined ? 'nothing' : verdictOf(report);
    const answer = paint('dim', `${attempt.status ?? attempt.error}  ${found}`);
    const text = `${padded(told, 36)}${answer}`;
    if (attempt.status === status && found === verdict) good(text);
    else {
      bad(`${text}, expected ${status} ${verdict}`);
      believed = true;
    }
  }
  return believed;
}

function verdictOf(report: CallbackReport): string {
  return 'refusedWith' in report ? report.refusedWith : report.outcome;
}

function conclude(
  world: World,
  order: Order,
  callback: CallbackEntry,
  events: { event: string; notificationId?: string }[],
  truthful: boolean,
): boolean {
  const booked = events.filter(({ event }) => event === 'TRANSACTION.SUCCESS');
  const queried = world.simulator
    .log()
    .some(({ type, ...entry }) => type === 'exchange' && 'method' in entry && isOrderQuery(entry));
  const checks: [boolean, string][] = [
    [order.status === 'PAID', `order ${order.outTradeNo} is PAID`],
    [
      order.paidBy === 'CALLBACK' &&
        booked.length === 1 &&
        booked[0]?.notificationId === callback.notificationId,
      `booked once, by callback ${callback.notificationId}`,
    ],
    [callback.status === 204, 'the callback was answered 204'],
    [!queried, 'nobody had to ask the query API'],
    [truthful, 'no lie was believed and nothing changed after it'],
  ];
  line();
  line();
  for (const [held, text] of checks) (held ? good : bad)(text);
  const paid = checks.every(([held]) => held);
  line();
  note(
    paid
      ? paint('green', 'Paid, through the callback.')
      : paint('red', 'Not paid as it should be.'),
  );
  line();
  return paid;
}

function decrypted(world: World): unknown {
  const [report] = world.callbacks;
  if (report === undefined || 'refusedWith' in report) {
    throw new Error(
      `the backend did not accept the callback: ${report?.refusedWith ?? 'none came'}`,
    );
  }
  return report.notification.resource;
}

function isOrderQuery(entry: { method: string; url: string }): boolean {
  return entry.method === 'GET' && entry.url.startsWith('/v3/pay/transactions/');
}

function exchange(world: World, path: string): ExchangeEntry {
  return find(world, (entry) => entry.type === 'exchange' && entry.url.split('?')[0] === path);
}

function payment(world: World, action: PaymentEntry['action']): PaymentEntry {
  return find(world, (entry) => entry.type === 'payment' && entry.action === action);
}

function find<T extends object>(world: World, matches: (entry: JournalEntry) => boolean): T {
  const entry = world.simulator.log().find(matches);
  if (entry === undefined) throw new Error('the platform saw nothing of this step');
  return entry as unknown as T;
}
