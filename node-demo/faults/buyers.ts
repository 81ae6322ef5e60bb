// People with phones: they log in, order, and pay, at whichever instance answers, until it answered.

import { setTimeout as sleep } from 'node:timers/promises';

import { PaymentRefusal, type Simulator } from 'wechatpay-simulator';

export interface Shopping {
  simulator: Simulator;
  appid: string;
  urls: () => string[];
  /** Orders that are still to be placed, by all together. */
  left: number;
  /** Milliseconds that POST /api/orders took when it was answered 201. */
  latencies: number[];
  /** Requests that had to be made again. */
  repeats: number;
  /** Payments that were confirmed a second time. */
  secondTaps: number;
  /** What buyers waited for in vain. */
  complaints: string[];
  /** Of 100 orders: left unpaid, and lied about; paid twice by impatience; sent back. */
  unpaidPercent: number;
  impatientPercent: number;
  refundPercent: number;
}

const TIMEOUT_MILLISECONDS = 120_000;
/** After this a buyer complains, and the run has failed. */
const PATIENCE_MILLISECONDS = 600_000;

class GaveUp extends Error {}

export async function shop(shopping: Shopping, user: string): Promise<void> {
  const { simulator, appid } = shopping;
  const { token } = await insist(shopping, 'POST', '/api/login', () => ({
    code: simulator.login(appid, user),
  }));
  while (shopping.left > 0) {
    shopping.left -= 1;
    try {
      await buy(shopping, user, token);
    } catch (error) {
      if (!(error instanceof GaveUp)) throw error;
      shopping.complaints.push(error.message);
    }
  }
}

async function buy(shopping: Shopping, user: string, token: string): Promise<void> {
  const { simulator, appid } = shopping;
  const item = { productId: 'sample', quantity: 1 + Math.floor(Math.random() * 9) };
  const { order, requestPayment } = await insist(
    shopping,
    'POST',
    '/api/orders',
    () => item,
    token,
  );
  if (requestPayment === null) throw new Error('a new order came without parameters');
  if (happens(shopping.unpaidPercent)) {
    await simulator.forgePayment(order.outTradeNo);
    return;
  }
  const call = { appid, user, ...requestPayment };
  simulator.pay(call);
  if (happens(shopping.impatientPercent)) {
    shopping.secondTaps += 1;
    payAgain(simulator, call);
  }
  if (!happens(shopping.refundPercent)) return;
  const path = `/api/orders/${order.outTradeNo}`;
  for (const deadline = performance.now() + PATIENCE_MILLISECONDS; ; await sleep(200)) {
    const { order: current } = await insist(shopping, 'GET', path, undefined, token);
    if (current.status === 'PAID') break;
    if (performance.now() > deadline) throw new GaveUp(`${path} is not PAID`);
  }
  await insist(shopping, 'POST', `${path}/refund`, () => ({}), token, [409]);
}

function payAgain(simulator: Simulator, call: Parameters<Simulator['pay']>[0]): void {
  try {
    simulator.pay(call);
  } catch (error) {
    if (!(error instanceof PaymentRefusal)) throw error;
  }
}

/** Repeats the request, elsewhere and later, until it is answered 2xx. */
async function insist(
  shopping: Shopping,
  method: string,
  path: string,
  body?: () => object,
  token = '',
  alsoFine: number[] = [],
): Promise<any> {
  let last = 'no answer';
  for (const deadline = performance.now() + PATIENCE_MILLISECONDS; performance.now() < deadline; ) {
    const urls = shopping.urls();
    const started = performance.now();
    try {
      const response = await fetch(`${urls[Math.floor(Math.random() * urls.length)]}${path}`, {
        method,
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
        ...(body === undefined ? {} : { body: JSON.stringify(body()) }),
      });
      const answer = await response.json();
      if (response.status === 201) shopping.latencies.push(performance.now() - started);
      if (response.ok || alsoFine.includes(response.status)) return answer;
      last = `${response.status} ${JSON.stringify(answer)}`;
    } catch {
      // Killed, restarting, or too slow: as a phone sees it, no answer.
    }
    shopping.repeats += 1;
    await sleep(200 + Math.random() * 800);
  }
  throw new GaveUp(`${method} ${path}: ${last}`);
}

function happens(percent: number): boolean {
  return Math.random() * 100 < percent;
}
