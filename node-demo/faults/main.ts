// The shop under load while everything around it fails. DATABASE_URL names a PostgreSQL that may be
// emptied, POSTGRESQL_RESTART the command that crashes and restarts it, one word a line.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { migrate, openPostgres, type Database } from 'wechatpay-demo-backend';
import { createThrowawayMerchant, startSimulator, type Simulator } from 'wechatpay-simulator';

import { shop, type Shopping } from './buyers.js';
import { Fleet } from './fleet.js';
import { judge, requireAll, type Invariant, type PlatformOrder } from './invariants.js';
import { Warehouse } from './warehouse.js';
import { read, Witness } from './witness.js';

/** By progress and not by time, so that a slow machine is not kept from ever getting anywhere. */
const ORDERS_PER_KILL = 50;
const KILL_MILLISECONDS = 1000;
/** How long a killed instance still had to work on the callback it was sent. */
const MID_CALLBACK_MILLISECONDS = 8;
const RESTARTS = 3;
const SETTLE_MILLISECONDS = 900_000;
const TABLES =
  'order_events, shipments, refunds, notifications, incidents, sessions, bills, bill_differences, orders';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      orders: { type: 'string', default: '5000' },
      buyers: { type: 'string', default: '200' },
      instances: { type: 'string', default: '3' },
    },
  });
  const [orders, buyers, instances] = [values.orders, values.buyers, values.instances].map(Number);
  const url = process.env['DATABASE_URL'];
  const restart = process.env['POSTGRESQL_RESTART']?.split('\n');
  if (url === undefined || restart === undefined || !orders || !buyers || !instances) {
    throw new Error(
      'DATABASE_URL and POSTGRESQL_RESTART must be set; `cargo xtask test --faults` does it',
    );
  }

  const directory = mkdtempSync(join(tmpdir(), 'wechatpay-faults-'));
  const log = join(directory, 'backends.log');
  const database = openPostgres({ url, poolSize: 8 });
  await migrate(database);
  await database.query(`TRUNCATE ${TABLES}`);
  const warehouse = new Warehouse();
  const { simulator, environment, appid, killNext } = await startPlatform((target) =>
    fleet.kill(target),
  );
  const fleet = new Fleet(
    {
      ...environment,
      DATABASE_URL: url,
      // One address for all, as behind a load balancer; the faults choose an instance.
      PUBLIC_BASE_URL: 'https://shop.invalid',
      WAREHOUSE_URL: await warehouse.open(),
      RECONCILE_SECONDS: '20',
      LOG_LEVEL: 'warn',
    },
    log,
  );
  const witness = new Witness(database, (url, from, to) => fleet.wasKilled(url, from, to));
  simulator.subscribe((entry) => witness.see(entry));
  await fleet.start(instances);
  simulator.faults.callbackTargets = fleet.urls;

  const shopping: Shopping = {
    simulator,
    appid,
    urls: () => fleet.urls,
    left: orders,
    latencies: [],
    repeats: 0,
    secondTaps: 0,
    complaints: [],
    unpaidPercent: 5,
    impatientPercent: 5,
    refundPercent: 2,
  };
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  const report = setInterval(() => {
    const done = shopping.latencies.length;
    console.log(
      `  ${seconds().toFixed(0).padStart(4)} s  ${done} orders  ${witness.payments.size} payments  ${warehouse.parcels.size} parcels  ${fleet.kills} kills`,
    );
  }, 10_000);
  // One at a time: the others have to carry on.
  const killer = setInterval(() => {
    const earned = shopping.latencies.length / Math.min(ORDERS_PER_KILL, orders / 10);
    if (fleet.complete && fleet.kills < earned) killNext();
  }, KILL_MILLISECONDS);
  const restarts = restartDatabase(restart, () => 1 - shopping.left / orders);
  await Promise.all(Array.from({ length: buyers }, (_, index) => shop(shopping, `buyer-${index}`)));
  const shoppingSeconds = seconds();
  clearInterval(killer);
  await restarts;
  const complete = await settle(database, simulator, warehouse);
  await fleet.stop();
  await witness.settled();
  clearInterval(report);

  const [paidBy] = await read(
    database,
    `SELECT COUNT(*) AS orders, COUNT(paid_at) AS paid,
       SUM(CASE WHEN paid_by = 'CALLBACK' THEN 1 ELSE 0 END) AS callback,
       SUM(CASE WHEN paid_by = 'QUERY' THEN 1 ELSE 0 END) AS query FROM orders`,
  );
  const ordersThere = await platformOrders(simulator);
  const invariants = await judge({
    database,
    witness,
    orders: ordersThere,
    parcels: warehouse.parcels,
    crashes: fleet.crashes,
  });
  const latencies = shopping.latencies.sort((a, b) => a - b);
  const at = (share: number): string =>
    `${Math.round(latencies[Math.floor(latencies.length * share)] ?? 0)} ms`;
  const { genuine = 0, probe: probes = 0, forged = 0 } = witness.callbacks;
  const refunds = ordersThere.reduce((count, order) => count + order.refunds.length, 0);
  const figures: [string, string][] = [
    ['orders placed', `${latencies.length} by ${buyers} buyers at once, on ${instances} instances`],
    [
      'rows of orders',
      `${paidBy?.['orders']}: more, where a buyer got no answer and ordered again`,
    ],
    [
      'throughput',
      `${(latencies.length / shoppingSeconds).toFixed(1)} orders/s over ${shoppingSeconds.toFixed(0)} s; ${seconds().toFixed(0)} s until all was settled`,
    ],
    ['POST /api/orders', `median ${at(0.5)}, 99 % ${at(0.99)}`],
    ['requests repeated', String(shopping.repeats)],
    [
      'paid',
      `${paidBy?.['paid']}: ${paidBy?.['callback']} by callback, ${paidBy?.['query']} by asking`,
    ],
    [
      'callbacks sent',
      `${genuine} genuine, ${probes} probes, ${forged} forged`,
    ],
    [
      'answered',
      [...witness.answers]
        .sort()
        .map(([code, count]) => `${code === 0 ? 'not at all' : code}: ${count}`)
        .join(', '),
    ],
    ['acknowledged 2xx', `${witness.acknowledged.length}, each looked up in the database`],
    ['SIGKILL', `${fleet.kills} instances; ${witness.cutOff} callbacks cut off`],
    ['PostgreSQL crashed', `${await restarts} times`],
    ['WeChat Pay 5xx and 429', String(witness.platformFailures)],
    ['parcels', String(warehouse.parcels.size)],
    ['refunds', String(refunds)],
  ];
  console.log();
  for (const [name, value] of figures) console.log(`  ${name.padEnd(24)}${value}`);
  console.log();
  const all = [
    { text: 'everything came to its end in time', violations: complete ? [] : ['it did not'] },
    { text: 'no buyer waited in vain', violations: shopping.complaints },
    {
      text: 'every order was placed',
      violations: latencies.length >= orders ? [] : [`${latencies.length} of ${orders}`],
    },
    requireAll({
      payment: witness.payments.size,
      parcel: warehouse.parcels.size,
      refund: refunds,
      probe: probes,
      forgery: forged,
      'callback cut off by SIGKILL': witness.cutOff,
      'crash of PostgreSQL': await restarts,
      'failure of WeChat Pay': witness.platformFailures,
      'failure of the warehouse': warehouse.failures,
      'second tap': shopping.secondTaps,
    }),
    ...invariants,
  ];
  const held = conclude(all);
  await simulator.close();
  warehouse.close();
  await database.close();
  if (held) rmSync(directory, { recursive: true });
  else console.log(`\n  The backends' log: ${log}`);
  return held ? 0 : 1;
}

/** A WeChat Pay that fails in every way it has, and what a backend needs to know of it. */
async function startPlatform(kill: (url: string) => void): Promise<{
  simulator: Simulator;
  environment: Record<string, string>;
  appid: string;
  /** The next callback that leaves takes its instance with it. */
  killNext: () => void;
}> {
  const { merchant, app, privateKey } = createThrowawayMerchant();
  let armed = false;
  const simulator = await startSimulator({
    merchants: [merchant],
    apps: [app],
    timeScale: 0.05,
    refundMilliseconds: 200,
    faults: {
      probePercent: 10,
      forgedPercent: 10,
      maxDeliveries: 5,
      lateMilliseconds: 100,
      outOfOrderPercent: 5,
      errorPercent: 10,
      rateLimitPercent: 3,
      answerProbePercent: 1,
      latencyMilliseconds: 20,
    },
    onCallbackSent: (target) => {
      if (!armed) return;
      armed = false;
      setTimeout(() => kill(target), Math.random() * MID_CALLBACK_MILLISECONDS);
    },
  });
  const { serial, pem } = simulator.keys.publicKey;
  return {
    simulator,
    appid: app.appid,
    killNext: () => (armed = true),
    environment: {
      WECHAT_APPID: app.appid,
      WECHAT_APP_SECRET: app.secret,
      WECHAT_BASE_URL: simulator.url,
      WECHATPAY_BASE_URL: simulator.url,
      WECHATPAY_MCHID: merchant.mchid,
      WECHATPAY_SERIAL_NO: merchant.serialNo,
      WECHATPAY_PRIVATE_KEY: privateKey,
      WECHATPAY_API_V3_KEY: merchant.apiV3Key,
      WECHATPAY_PUBLIC_KEY_ID: serial,
      WECHATPAY_PUBLIC_KEY: pem,
    },
  };
}

/** Crashes PostgreSQL at even shares of the way; how often. */
async function restartDatabase(command: string[], progress: () => number): Promise<number> {
  const [program = '', ...words] = command;
  for (let count = 1; count <= RESTARTS; count += 1) {
    while (progress() < count / (RESTARTS + 1)) await sleep(50);
    const child = spawn(program, words, { stdio: 'ignore' });
    const code = await new Promise((resolve) => child.once('close', resolve));
    if (code !== 0)
      throw new Error(`PostgreSQL did not restart: ${program} ended with ${String(code)}`);
  }
  return RESTARTS;
}

/** Waits until nothing is left to do; false when that takes too long. */
async function settle(
  database: Database,
  simulator: Simulator,
  warehouse: Warehouse,
): Promise<boolean> {
  const deadline = performance.now() + SETTLE_MILLISECONDS;
  while (performance.now() < deadline) {
    const [row] = await read(
      database,
      `SELECT (SELECT COUNT(*) FROM orders WHERE paid_at IS NOT NULL) AS paid,
         (SELECT COUNT(*) FROM orders WHERE status = 'REFUNDING') AS refunding,
         (SELECT COUNT(*) FROM shipments WHERE status IN ('WAITING', 'CLAIMED')) AS open`,
    );
    const paid = (await platformOrders(simulator)).filter(
      (order) => order.transactionId !== undefined,
    );
    const done =
      Number(row?.['paid']) >= paid.length &&
      Number(row?.['refunding']) + Number(row?.['open']) === 0;
    if (done && warehouse.parcels.size > 0) return true;
    await sleep(500);
  }
  return false;
}

async function platformOrders(simulator: Simulator): Promise<PlatformOrder[]> {
  return (await (await fetch(`${simulator.url}/_simulator/orders`)).json()) as PlatformOrder[];
}

function conclude(invariants: Invariant[]): boolean {
  for (const { text, violations } of invariants) {
    console.log(`  ${violations.length === 0 ? '✓' : '✗'} ${text}`);
    if (violations.length > 0)
      console.log(`      ${violations.length}: ${violations.slice(0, 5).join(', ')}`);
  }
  return invariants.every(({ violations }) => violations.length === 0);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
