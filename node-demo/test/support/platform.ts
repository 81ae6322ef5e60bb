import { sign } from 'node:crypto';

import {
  createThrowawayMerchant,
  generatePlatformKeys,
  startSimulator,
  type PlatformKeys,
  type Simulator,
  type SimulatorOptions,
  type ThrowawayMerchant,
} from 'wechatpay-simulator';

import { MerchantClient } from './merchant-client.js';

export interface TestPlatform {
  simulator: Simulator;
  account: ThrowawayMerchant;
  client: MerchantClient;
}

let keys: Promise<PlatformKeys> | undefined;
let account: ThrowawayMerchant | undefined;

/** A simulator with one merchant. The RSA keys are made once per test file. */
export async function startPlatform(
  options: Partial<SimulatorOptions> = {},
): Promise<TestPlatform> {
  keys ??= generatePlatformKeys(2);
  account ??= createThrowawayMerchant();
  const simulator = await startSimulator({
    merchants: [account.merchant],
    apps: [account.app],
    keys: await keys,
    refundMilliseconds: 0,
    timeScale: 0,
    ...options,
  });
  return { simulator, account, client: new MerchantClient(simulator, account, options.now) };
}

/** A prepay body in which everything is right. */
export function prepayBody(platform: TestPlatform, changes: object = {}): Record<string, unknown> {
  const { merchant, app } = platform.account;
  return {
    appid: app.appid,
    mchid: merchant.mchid,
    description: '明前龙井 × 2',
    out_trade_no: `T${Date.now()}${Math.floor(Math.random() * 1e9)}`,
    notify_url: 'http://127.0.0.1:9/notify',
    amount: { total: 100, currency: 'CNY' },
    payer: { openid: platform.simulator.openid(app.appid) },
    ...changes,
  };
}

/** What wx.requestPayment is called with, signed by node:crypto. */
export function paymentCall(
  platform: TestPlatform,
  prepayId: string,
  signed: (lines: string[]) => string = (lines) => lines.map((line) => `${line}\n`).join(''),
): {
  appid: string;
  timeStamp: string;
  nonceStr: string;
  package: string;
  signType: string;
  paySign: string;
} {
  const { appid } = platform.account.app;
  const timeStamp = String(Math.floor(Date.now() / 1000));
  const nonceStr = 'n0nce5tr1ng';
  const packageValue = `prepay_id=${prepayId}`;
  const message = signed([appid, timeStamp, nonceStr, packageValue]);
  const paySign = sign('RSA-SHA256', Buffer.from(message), platform.account.privateKey);
  return {
    appid,
    timeStamp,
    nonceStr,
    package: packageValue,
    signType: 'RSA',
    paySign: paySign.toString('base64'),
  };
}

/** Waits until the condition holds; fails with its description when it does not. */
export async function until(
  description: string,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`it did not come about: ${description}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
