// A merchant that exists for one run: its keys, a WeChat Pay that knows it, and its backend.

import { createServer } from 'node:net';

import {
  createLogger,
  loadConfig,
  startBackend,
  type Backend,
  type CallbackReport,
} from 'wechatpay-demo-backend';
import { createThrowawayMerchant, startSimulator, type Simulator } from 'wechatpay-simulator';

import { mountPage } from './page-files.js';
import { mountStage } from './stage-routes.js';
import { Stage } from './stage.js';
import { startWire } from './wire.js';

export interface World {
  simulator: Simulator;
  backend: Backend;
  appid: string;
  mchid: string;
  /** What the backend made of each callback, in order. */
  callbacks: CallbackReport[];
  close(): Promise<void>;
}

export interface WorldOptions {
  /** Port of the shop; 0 takes a free one. */
  port: number;
  verbose: boolean;
  /** Factor on the waits between callback attempts. */
  timeScale: number;
  /** How long a callback is under way; the phone has its result before. */
  latencyMilliseconds: number;
}

export const SHOP_NAME = '一叶茶铺 One Leaf Tea';

export async function createWorld(options: WorldOptions): Promise<World> {
  const { merchant, app, privateKey } = createThrowawayMerchant(SHOP_NAME);
  const simulator = await startSimulator({
    merchants: [merchant],
    apps: [app],
    timeScale: options.timeScale,
  });
  const stage = new Stage();
  const wire = await startWire({
    simulatorUrl: simulator.url,
    callbackPaths: /^\/wechatpay\//,
    latencyMilliseconds: options.latencyMilliseconds,
    onDelivery: (delivery) => stage.delivered(delivery),
    onTampering: (tampering) => stage.tampered(tampering),
  });
  // The same variables as for the real WeChat Pay; see .env.example.
  const config = loadConfig({
    PORT: String(options.port),
    DATA_DIR: 'memory',
    WECHAT_APPID: app.appid,
    WECHAT_APP_SECRET: app.secret,
    WECHAT_BASE_URL: simulator.url,
    WECHATPAY_MCHID: merchant.mchid,
    WECHATPAY_SERIAL_NO: merchant.serialNo,
    WECHATPAY_PRIVATE_KEY: privateKey,
    WECHATPAY_API_V3_KEY: merchant.apiV3Key,
    WECHATPAY_PUBLIC_KEY_ID: simulator.keys.publicKey.serial,
    WECHATPAY_PUBLIC_KEY: simulator.keys.publicKey.pem,
    WECHATPAY_BASE_URL: wire.url,
    PUBLIC_BASE_URL: wire.url,
  });
  const callbacks: CallbackReport[] = [];
  const backend = await startBackend({
    config,
    now: wire.now,
    onCallback: (report) => {
      callbacks.push(report);
      wire.heard(report);
    },
    log: createLogger(options.verbose ? 'debug' : 'warn', (text) => {
      stage.log(text);
      if (options.verbose) process.stderr.write(`${text}\n`);
    }),
    extend: (site) => {
      mountPage(site, { appid: app.appid, simulatorUrl: simulator.url });
      mountStage(site, stage);
    },
  });
  wire.backendUrl = backend.url;
  stage.attach({ backend, simulator, wire });
  simulator.allowOrigin(backend.url);
  simulator.allowOrigin(backend.url.replace('127.0.0.1', 'localhost'));
  return {
    simulator,
    backend,
    appid: app.appid,
    mchid: merchant.mchid,
    callbacks,
    close: async () => {
      await stage.close();
      await simulator.close();
      await backend.close();
      await wire.close();
    },
  };
}

/** Whether the loopback interface has this port free. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
