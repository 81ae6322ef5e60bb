import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

import {
  createLogger,
  loadConfig,
  startBackend,
  type Backend,
  type BackendOptions,
  type Database,
  type Environment,
} from 'wechatpay-demo-backend';
import type { SimulatorOptions } from 'wechatpay-simulator';

import { send, type Answer } from './merchant-client.js';
import { startPlatform, type TestPlatform } from './platform.js';

export interface TestShop {
  platform: TestPlatform;
  backend: Backend;
  close(): Promise<void>;
}

export interface ShopOptions {
  database: Database;
  platform?: Partial<SimulatorOptions>;
  environment?: Environment;
  backend?: Partial<BackendOptions>;
}

/** Simulator and backend, configured by the variables a real one would have. */
export async function startShop(options: ShopOptions): Promise<TestShop> {
  const platform = await startPlatform(options.platform);
  const environment = { ...environmentFor(platform), ...options.environment };
  const backend = await startBackend({
    config: loadConfig(environment),
    database: options.database,
    log: createLogger('silent'),
    ...options.backend,
  });
  return {
    platform,
    backend,
    close: async () => {
      await platform.simulator.close();
      await backend.close();
    },
  };
}

export function environmentFor({ simulator, account }: TestPlatform): Environment {
  const { merchant, app, privateKey } = account;
  const { publicKey, certificates } = simulator.keys;
  const { mode } = simulator.settings;
  return {
    PORT: '0',
    DATA_DIR: 'memory',
    RECONCILE_SECONDS: '0',
    WECHAT_APPID: app.appid,
    WECHAT_APP_SECRET: app.secret,
    WECHAT_BASE_URL: simulator.url,
    WECHATPAY_BASE_URL: simulator.url,
    WECHATPAY_MCHID: merchant.mchid,
    WECHATPAY_SERIAL_NO: merchant.serialNo,
    WECHATPAY_PRIVATE_KEY: privateKey,
    WECHATPAY_API_V3_KEY: merchant.apiV3Key,
    ...(mode === 'certificate'
      ? {}
      : { WECHATPAY_PUBLIC_KEY_ID: publicKey.serial, WECHATPAY_PUBLIC_KEY: publicKey.pem }),
    ...(mode === 'public-key'
      ? {}
      : { WECHATPAY_PLATFORM_CERTIFICATES: certificates.map(({ pem }) => pem).join(',') }),
  };
}

/** A user with a phone: logs in, orders, pays. */
export class Buyer {
  readonly #shop: TestShop;
  readonly user: string;
  #token = '';
  openid = '';

  constructor(shop: TestShop, user = 'alice') {
    this.#shop = shop;
    this.user = user;
  }

  async login(): Promise<this> {
    const { simulator, account } = this.#shop.platform;
    const code = simulator.login(account.app.appid, this.user);
    const answer = await this.call('POST', '/api/login', { code });
    if (answer.status !== 200)
      throw new Error(`login was answered ${answer.status} ${answer.text}`);
    this.#token = answer.json.token;
    this.openid = answer.json.openid;
    return this;
  }

  call(method: string, path: string, body?: object): Promise<Answer> {
    return send(`${this.#shop.backend.url}${path}`, method, body ? JSON.stringify(body) : '', {
      'Content-Type': 'application/json',
      ...(this.#token === '' ? {} : { Authorization: `Bearer ${this.#token}` }),
    });
  }

  /** Places an order and returns what the phone gets. */
  async order(productId = 'longjing-50g', quantity = 1): Promise<any> {
    const answer = await this.call('POST', '/api/orders', { productId, quantity });
    if (answer.status !== 201) throw new Error(`order: ${answer.status} ${answer.text}`);
    return answer.json;
  }

  /** Confirms the payment sheet; returns the id of the notification. */
  pay(requestPayment: any): string {
    const { simulator, account } = this.#shop.platform;
    const outcome = simulator.pay({ appid: account.app.appid, user: this.user, ...requestPayment });
    return outcome.notificationId ?? '';
  }

  async view(outTradeNo: string): Promise<any> {
    return (await this.call('GET', `/api/orders/${outTradeNo}`)).json;
  }
}

export interface Captured {
  headers: Record<string, string>;
  body: Buffer;
}

/** Stands where WeChat Pay believes the backend to be; what arrives is kept and answered 503. */
export class Interceptor {
  readonly captured: Captured[] = [];
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.captured.push({ headers: textHeaders(request.headers), body: Buffer.concat(chunks) });
      response.writeHead(503).end();
    });
  });

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

export function deliver(shop: TestShop, { headers, body }: Captured): Promise<Answer> {
  return send(`${shop.backend.url}/wechatpay/notify`, 'POST', body, headers);
}

function textHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept = Object.entries(headers).filter(
    ([name]) => !['host', 'connection', 'content-length'].includes(name),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}
