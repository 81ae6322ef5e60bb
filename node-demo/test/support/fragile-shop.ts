import type { Database } from 'wechatpay-demo-backend';
import type { BeforeAnswer, Exchange, HttpAnswer } from 'wechatpay-simulator';

import { Buyer, startShop, type ShopOptions, type TestShop } from './shop.js';

const PREPAY = '/v3/pay/transactions/jsapi';

/** A shop whose answers from the platform can be spoiled while a test runs. */
export async function fragileShop(
  database: Database,
  options: { callbacksLost?: boolean; backend?: ShopOptions['backend'] } = {},
): Promise<{ shop: TestShop; buyer: Buyer; spoil: (with_: BeforeAnswer | undefined) => void }> {
  let current: BeforeAnswer | undefined;
  const shop = await startShop({
    database,
    platform: { beforeAnswer: (exchange) => current?.(exchange) },
    ...(options.callbacksLost === true
      ? { environment: { PUBLIC_BASE_URL: 'http://127.0.0.1:9' } }
      : {}),
    backend: options.backend ?? {},
  });
  const buyer = await new Buyer(shop).login();
  return { shop, buyer, spoil: (with_) => (current = with_) };
}

export function failure(status: number, code: string): HttpAnswer {
  const body = Buffer.from(JSON.stringify({ code, message: '不行' }));
  return { status, headers: {}, body };
}

/** Spoils the first answers of one path. */
export function first(
  count: number,
  path: string,
  spoil: (exchange: Exchange) => HttpAnswer | 'drop',
): BeforeAnswer {
  let left = count;
  return (exchange) => {
    if (exchange.request.path !== path || left === 0) return undefined;
    left -= 1;
    return spoil(exchange);
  };
}

export const drop = (): 'drop' => 'drop';
export const withoutSignature = ({ answer }: Exchange): HttpAnswer => ({
  ...answer,
  headers: Object.fromEntries(
    Object.entries(answer.headers).filter(([name]) => !name.startsWith('Wechatpay-')),
  ),
});
export const otherBody = ({ answer }: Exchange): HttpAnswer => ({
  ...answer,
  body: Buffer.from(answer.body.toString('utf8').replace('wx', 'wy')),
});
export const oldTimestamp = ({ answer }: Exchange): HttpAnswer => ({
  ...answer,
  headers: {
    ...answer.headers,
    'Wechatpay-Timestamp': String(Math.floor(Date.now() / 1000) - 301),
  },
});
export const unknownSerial = ({ answer }: Exchange): HttpAnswer => ({
  ...answer,
  headers: { ...answer.headers, 'Wechatpay-Serial': 'PUB_KEY_ID_0100000000' },
});
export const status =
  (code: number, body: object) =>
  ({ answer }: Exchange): HttpAnswer => ({
    ...answer,
    status: code,
    body: Buffer.from(JSON.stringify(body)),
  });
export const systemError = status(500, { code: 'SYSTEM_ERROR', message: '系统异常，请稍后重试' });
export const tooMany = status(429, { code: 'FREQUENCY_LIMITED', message: '频率超限' });

export function requests(shop: TestShop, outTradeNo: string): string[] {
  return shop.platform.simulator.log().flatMap((entry) => {
    if (entry.type !== 'exchange') return [];
    if (entry.url === PREPAY && entry.body.includes(outTradeNo)) return ['prepay'];
    return entry.url.includes(outTradeNo) ? ['query'] : [];
  });
}
