import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { Merchant } from 'wechatpay-wasm';

import { Bills } from './bills.js';
import type { Config } from './config.js';
import type { Database } from './db/database.js';
import { migrate } from './db/migrate.js';
import { openDatabase, whenReady } from './db/open.js';
import { startJobs, type Job } from './jobs.js';
import { createLogger, errorFields, type Logger } from './log.js';
import { Metrics } from './metrics.js';
import { Notifications, type CallbackReport } from './notifications.js';
import { mountOperatorPage } from './operator-page.js';
import { Reconciler } from './reconciler.js';
import { RefundDesk } from './refund-desk.js';
import { createApp, PAYMENT_CALLBACK_PATH, REFUND_CALLBACK_PATH } from './routes.js';
import { Shipping } from './shipping.js';
import { Shop } from './shop.js';
import { HttpWarehouse } from './warehouse.js';
import { WechatPayClient } from './wechat-pay.js';

export interface BackendOptions {
  config: Config;
  /** Default: the database of the configuration, which is closed with the backend. */
  database?: Database;
  log?: Logger;
  now?: () => Date;
  /** How long WeChat Pay is waited for; default: ten seconds. */
  wechatPayTimeoutMilliseconds?: number;
  /** Called for every callback, believed or not. */
  onCallback?: (report: CallbackReport) => void;
  /** Routes beside the API, such as a page. */
  extend?: (app: Pick<Hono, 'get' | 'post'>) => void;
}

export interface Backend {
  /** The address it listens on. */
  readonly url: string;
  readonly database: Database;
  /** Asks WeChat Pay about every order that is due, as it otherwise does by itself; how many it took. */
  reconcile(): Promise<number>;
  /** Lets running requests and jobs end, then stops. */
  close(): Promise<void>;
}

/** How long running requests may take to end; WeChat Pay itself waits five seconds. */
const GRACE_MILLISECONDS = 5000;
/** Where nobody asks by itself, a caller of `reconcile` finds orders due after this. */
const FIRST_CHECK_SECONDS = 60;

export async function startBackend(options: BackendOptions): Promise<Backend> {
  const { config } = options;
  const log = options.log ?? createLogger(config.logLevel);
  const now = options.now ?? (() => new Date());
  const merchant = new Merchant(config);
  const metrics = new Metrics();
  const database: Database = {
    ...(options.database ??
      (await openDatabase(config, (error) =>
        log.warn('database connection broke', errorFields(error)),
      ))),
    onRetry: () => metrics.transactionRetried(),
  };
  const applied = await whenReady(
    () => migrate(database),
    (error) => log.warn('waiting for the database', errorFields(error)),
  );
  for (const name of applied) log.info('migration applied', { name });

  const server = createServer();
  const url = await listen(server, config);
  const publicBaseUrl = config.publicBaseUrl ?? url;

  const wechatPay = new WechatPayClient({
    merchant,
    mchid: config.mchid,
    baseUrl: config.wechatPayBaseUrl,
    metrics,
    now,
    timeoutMilliseconds: options.wechatPayTimeoutMilliseconds,
  });
  const firstCheckSeconds = config.reconcileSeconds || FIRST_CHECK_SECONDS;
  const common = { database, wechatPay, metrics, now, log, firstCheckSeconds };
  const { appid, mchid, appSecret: secret, wechatBaseUrl: baseUrl, operatorToken } = config;
  const shop = new Shop({
    ...common,
    merchant,
    appid,
    mchid,
    notifyUrl: `${publicBaseUrl}${PAYMENT_CALLBACK_PATH}`,
  });
  const refundDesk = new RefundDesk({
    ...common,
    notifyUrl: `${publicBaseUrl}${REFUND_CALLBACK_PATH}`,
  });
  const bills = new Bills(common);
  const notifications = new Notifications({ ...common, merchant, onCallback: options.onCallback });
  const login = { baseUrl, appid, secret };
  const { edgeSecret } = config;
  const app = createApp({
    ...common,
    login,
    notifications,
    shop,
    refundDesk,
    operatorToken,
    edgeSecret,
  });
  mountOperatorPage(app as unknown as Hono, { database, bills, operatorToken });
  options.extend?.(app as unknown as Hono);
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  server.on('request', (request, response) => void listener(request, response));
  log.info('listening', { url, notifyUrl: `${publicBaseUrl}${PAYMENT_CALLBACK_PATH}` });

  const reconciler = new Reconciler({
    ...common,
    shop,
    refundDesk,
    baseSeconds: firstCheckSeconds,
  });
  const warehouse =
    config.warehouseUrl === undefined ? undefined : new HttpWarehouse(config.warehouseUrl);
  const shipping = warehouse && new Shipping({ ...common, warehouse });
  const jobs: Job[] = [
    ...(config.reconcileSeconds > 0
      ? [
          { name: 'reconciliation', milliseconds: 1000, round: () => reconciler.round() },
          { name: 'bill', milliseconds: 60_000, round: () => bills.round() },
        ]
      : []),
    ...(shipping ? [{ name: 'shipping', milliseconds: 500, round: () => shipping.round() }] : []),
  ];
  const stopJobs = startJobs(jobs, log);

  return {
    url,
    database,
    reconcile: () => reconciler.round(),
    close: async () => {
      const stopped = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const grace = setTimeout(() => server.closeAllConnections(), GRACE_MILLISECONDS);
      await Promise.all([stopped, stopJobs()]);
      clearTimeout(grace);
      if (options.database === undefined) await database.close();
      merchant.free();
      log.info('stopped');
    },
  };
}

async function listen(server: Server, { host, port }: Config): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
}
