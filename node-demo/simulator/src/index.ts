import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { PaymentOutcome } from './control.js';
import { faultIssue, Faults, NO_FAULTS, type FaultSettings } from './faults.js';
import type { DeliveryKind } from './forgery.js';
import type { JournalEntry, JournalListener } from './journal.js';
import { KeyRing, type KeyMode, type KeySettings } from './key-ring.js';
import type { Attempt, Notification } from './notifier.js';
import { Platform, type BeforeAnswer } from './platform.js';
import {
  generatePlatformKeys,
  type PlatformCertificate,
  type PlatformKeys,
} from './platform-keys.js';
import { Registry, type AppRegistration, type MerchantRegistration } from './registry.js';

export type { PaymentCall } from './cashier.js';
export { PaymentRefusal } from './cashier.js';
export type { PaymentOutcome } from './control.js';
export type { FaultSettings } from './faults.js';
export { DELIVERY_KINDS, type DeliveryKind } from './forgery.js';
export type { HttpAnswer, HttpRequest } from './http.js';
export type {
  CallbackEntry,
  ExchangeEntry,
  JournalEntry,
  JournalListener,
  PaymentEntry,
} from './journal.js';
export type { KeyMode, KeySettings } from './key-ring.js';
export { RETRY_SCHEDULE_SECONDS, type Attempt, type Notification } from './notifier.js';
export type { BeforeAnswer, Exchange } from './platform.js';
export {
  generatePlatformKeys,
  type PlatformCertificate,
  type PlatformKey,
  type PlatformKeys,
} from './platform-keys.js';
export {
  createThrowawayMerchant,
  type AppRegistration,
  type MerchantRegistration,
  type ThrowawayMerchant,
} from './registry.js';
export { writeCertificate, type CertificateTemplate, type DistinguishedName } from './x509.js';

export interface SimulatorOptions {
  merchants: MerchantRegistration[];
  apps: AppRegistration[];
  /** 0, the default, takes a free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** Which keys WeChat Pay signs with. Default public-key, as for merchants since 2024. */
  mode?: KeyMode;
  /** In gray mode, how many of 100 callbacks the public key signs. Default 50. */
  grayPercent?: number;
  /** How many platform certificates there are; 2 while one replaces the other. Default 1. */
  certificates?: 1 | 2;
  /** Keys to use again; fresh ones by default. */
  keys?: PlatformKeys;
  /** Factor on the waits between callback attempts. Default 1: the documented 24 hours. */
  timeScale?: number;
  /** How long a merchant may take to answer a callback. Default 5000. */
  callbackTimeoutMilliseconds?: number;
  /** How long a refund is PROCESSING. Default 1000. */
  refundMilliseconds?: number;
  /** Web origins that may use the control API. */
  allowedOrigins?: string[];
  /** The clock in milliseconds. Default Date.now. */
  now?: () => number;
  beforeAnswer?: BeforeAnswer;
  /** What goes wrong, by share; nothing by default. */
  faults?: Partial<FaultSettings>;
  /** The dice of the faults. Default Math.random. */
  random?: () => number;
  /** Called when a callback has left and no answer has come: the moment to break something. */
  onCallbackSent?: (url: string) => void;
  /** How many entries the log keeps. Default 5000; `subscribe` sees all. */
  journalCapacity?: number;
}

export interface Simulator {
  /** `http://127.0.0.1:…`: takes the place of api.mch.weixin.qq.com and api.weixin.qq.com. */
  readonly url: string;
  readonly keys: PlatformKeys;
  /** May be changed at any time. */
  readonly settings: KeySettings;
  /** May be changed at any time. */
  readonly faults: FaultSettings;
  /** `wx.login` on a user's phone. */
  login(appid: string, user?: string): string;
  /** The openid a user has in a mini program. */
  openid(appid: string, user?: string): string;
  /** The user confirms the payment; throws `PaymentRefusal` where the phone would show an error. */
  pay(call: PaymentCallInput): PaymentOutcome;
  notifications(): Notification[];
  /** A forged callback says that this order, which is not paid, was. */
  forgePayment(outTradeNo: string): Promise<Attempt>;
  /** One more platform certificate; it signs when `settings.currentCertificate` names it. */
  issueCertificate(): Promise<PlatformCertificate>;
  /** One more attempt of a callback, genuine or wrong in one way, whatever the schedule says. */
  send(
    notificationId: string,
    kind?: DeliveryKind,
    resource?: object,
  ): Promise<{ notification: Notification; attempt: Attempt }>;
  log(after?: number): JournalEntry[];
  subscribe(listener: JournalListener): () => void;
  allowOrigin(origin: string): void;
  /** Resolves when no callback is on its way or waiting for its next attempt. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export interface PaymentCallInput {
  appid: string;
  /** Default: the openid of `user`. */
  openid?: string;
  user?: string;
  timeStamp: unknown;
  nonceStr: unknown;
  package: unknown;
  signType: unknown;
  paySign: unknown;
}

const DEFAULT_USER = 'user';

/** Starts a local WeChat Pay on the loopback interface. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const now = options.now ?? Date.now;
  const keys = options.keys ?? (await generatePlatformKeys(options.certificates ?? 1, now()));
  const allowedOrigins = new Set(options.allowedOrigins);
  const settings: KeySettings = {
    mode: options.mode ?? 'public-key',
    grayPercent: options.grayPercent ?? 50,
    currentCertificate: 0,
  };
  for (const [name, value] of Object.entries(options.faults ?? {})) {
    const issue = faultIssue(name, value);
    if (issue !== undefined) throw new Error(`faults: ${issue}`);
  }
  const faults = { ...NO_FAULTS, ...options.faults };
  const keyRing = new KeyRing(keys, settings);
  const platform = new Platform({
    registry: new Registry(options.merchants, options.apps),
    keyRing,
    faults: new Faults(faults, options.random ?? Math.random),
    journalCapacity: options.journalCapacity ?? 5000,
    now,
    timeScale: options.timeScale ?? 1,
    timeoutMilliseconds: options.callbackTimeoutMilliseconds ?? 5000,
    refundMilliseconds: options.refundMilliseconds ?? 1000,
    beforeAnswer: options.beforeAnswer,
    allowedOrigins,
    onCallbackSent: options.onCallbackSent,
  });
  const server = createServer((request, response) => {
    platform.serve(request, response).catch((error: unknown) => {
      console.error('wechatpay-simulator:', error);
      response.destroy();
    });
  });
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const { users, control, notifier, journal, scheduler } = platform;

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    keys,
    settings,
    faults,
    login: (appid, user = DEFAULT_USER) => users.login(appid, user),
    openid: (appid, user = DEFAULT_USER) => users.openid(appid, user),
    pay: ({ user = DEFAULT_USER, ...call }) =>
      control.pay({ ...call, openid: call.openid ?? users.openid(call.appid, user) }),
    notifications: () => notifier.notifications,
    forgePayment: (outTradeNo) => control.forge(outTradeNo),
    issueCertificate: () => keyRing.issueCertificate(now()),
    send: (id, kind = 'genuine', resource) => notifier.send(id, kind, resource),
    log: (after) => journal.entries(after),
    subscribe: (listener) => journal.subscribe(listener),
    allowOrigin: (origin) => {
      allowedOrigins.add(origin);
    },
    idle: () => scheduler.idle(),
    close: async () => {
      scheduler.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
