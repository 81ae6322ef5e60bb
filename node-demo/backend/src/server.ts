import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { Merchant } from 'wechatpay-wasm';

import type { Config } from './config.js';
import type { Database } from './db/database.js';
import { migrate } from './db/migrate.js';
import { openPglite } from './db/pglite.js';
import { createLogger, type Logger } from './log.js';
import { Notifications, type CallbackReport } from './notifications.js';
import { RefundDesk } from './refund-desk.js';
import { createApp, PAYMENT_CALLBACK_PATH, REFUND_CALLBACK_PATH } from './routes.js';
import { Shop } from './shop.js';
import { WechatPayClient } from './wechat-pay.js';

export interface BackendOptions {
  config: Config;
  /** Default: the embedded database of the configuration, which is closed with the backend. */
  database?: Database;
  log?: Logger;
  now?: () => Date;
  /** Called for every callback, believed or not. */
  onCallback?: (report: CallbackReport) => void;
  /** Routes beside the API, such as a page. */
  extend?: (app: Pick<Hono, 'get' | 'post'>) => void;
}

export interface Backend {
  /** The address it listens on. */
  readonly url: string;
  readonly database: Database;
  /** Lets running requests end, then stops. */
  close(): Promise<void>;
}

/** How long running requests may take to end; WeChat Pay itself waits five seconds. */
const GRACE_MILLISECONDS = 5000;

export async function startBackend(options: BackendOptions): Promise<Backend> {
  const { config } = options;
  const log = options.log ?? createLogger(config.logLevel);
  const now = options.now ?? (() => new Date());
  const merchant = new Merchant(config);
  const database = options.database ?? (await openPglite(config.dataDir));
  for (const name of await migrate(database)) log.info('migration applied', { name });

  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
  const publicBaseUrl = config.publicBaseUrl ?? url;

  const wechatPay = new WechatPayClient(merchant, config.mchid, config.wechatPayBaseUrl);
  const common = { database, wechatPay, now, log };
  const { appid, mchid, appSecret: secret, wechatBaseUrl: baseUrl } = config;
  const app = createApp({
    database,
    now,
    log,
    login: { baseUrl, appid, secret },
    notifications: new Notifications({ merchant, database, now, onCallback: options.onCallback }),
    shop: new Shop({
      ...common,
      merchant,
      appid,
      mchid,
      notifyUrl: `${publicBaseUrl}${PAYMENT_CALLBACK_PATH}`,
    }),
    refundDesk: new RefundDesk({ ...common, notifyUrl: `${publicBaseUrl}${REFUND_CALLBACK_PATH}` }),
  });
  options.extend?.(app as unknown as Hono);
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  server.on('request', (request, response) => void listener(request, response));
  log.info('listening', { url, notifyUrl: `${publicBaseUrl}${PAYMENT_CALLBACK_PATH}` });

  return {
    url,
    database,
    close: async () => {
      const stopped = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const grace = setTimeout(() => server.closeAllConnections(), GRACE_MILLISECONDS);
      await stopped;
      clearTimeout(grace);
      if (options.database === undefined) await database.close();
      merchant.free();
    },
  };
}
