#!/usr/bin/env node
// Starts a simulator with a throw-away merchant and leaves what a backend needs in a directory.

import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { createThrowawayMerchant, startSimulator, type KeyMode, type Simulator } from './index.js';

const USAGE = `Usage: wechatpay-simulator [options]

Starts a local WeChat Pay with a throw-away merchant. The merchant's keys and an
environment file for the backend are written to a directory, readable by you alone.

  --port N            port to listen on (default 9000; 0 takes a free one)
  --out DIR           directory for keys and simulator.env (default ./wechatpay-simulator)
  --mode MODE         public-key (default), certificate or gray
  --time-scale X      factor on the waits between callback attempts (default 1)
  --fault NAME=VALUE  what goes wrong, such as probePercent=10 or errorPercent=5; may be
                      repeated. callbackTargets takes origins parted by commas
  --log FILE          append everything it sees and sends to a file, one JSON object a line
  --origin ORIGIN     web origin that may use the control API; may be repeated
  --help              show this text
`;

const MODES: readonly KeyMode[] = ['public-key', 'certificate', 'gray'];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '9000' },
      out: { type: 'string', default: 'wechatpay-simulator' },
      mode: { type: 'string', default: 'public-key' },
      'time-scale': { type: 'string', default: '1' },
      fault: { type: 'string', multiple: true, default: [] },
      log: { type: 'string' },
      origin: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const mode = MODES.find((known) => known === values.mode);
  if (mode === undefined) throw new Error(`--mode must be one of ${MODES.join(', ')}`);

  const { merchant, app, privateKey } = createThrowawayMerchant();
  const simulator = await startSimulator({
    merchants: [merchant],
    apps: [app],
    port: number(values.port, '--port', 65_535),
    mode,
    timeScale: number(values['time-scale'], '--time-scale', 1000),
    allowedOrigins: values.origin,
    faults: Object.fromEntries(values.fault.map(fault)),
  });
  if (values.log !== undefined) {
    const log = createWriteStream(values.log, { flags: 'a', mode: 0o600 });
    simulator.subscribe((entry) => log.write(`${JSON.stringify(entry)}\n`));
  }

  const directory = resolve(values.out);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const write = (name: string, text: string): string => {
    const path = join(directory, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const environment: Record<string, string> = {
    WECHAT_APPID: app.appid,
    WECHAT_APP_SECRET: app.secret,
    WECHATPAY_MCHID: merchant.mchid,
    WECHATPAY_SERIAL_NO: merchant.serialNo,
    WECHATPAY_PRIVATE_KEY: write('apiclient_key.pem', privateKey),
    WECHATPAY_API_V3_KEY: merchant.apiV3Key,
    ...platformKeyVariables(simulator, mode, write),
    WECHATPAY_BASE_URL: simulator.url,
    WECHAT_BASE_URL: simulator.url,
  };
  const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}\n`);
  const file = write('simulator.env', lines.join(''));
  process.stdout.write(
    `WeChat Pay simulator: ${simulator.url}\nEnvironment for the backend: ${file}\n`,
  );

  const stop = (): void => void simulator.close();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function platformKeyVariables(
  simulator: Simulator,
  mode: KeyMode,
  write: (name: string, text: string) => string,
): Record<string, string> {
  const { publicKey, certificates } = simulator.keys;
  const variables: Record<string, string> = {};
  if (mode !== 'certificate') {
    variables['WECHATPAY_PUBLIC_KEY_ID'] = publicKey.serial;
    variables['WECHATPAY_PUBLIC_KEY'] = write('pub_key.pem', publicKey.pem);
  }
  if (mode !== 'public-key') {
    variables['WECHATPAY_PLATFORM_CERTIFICATES'] = certificates
      .map(({ serial, pem }) => write(`wechatpay_${serial}.pem`, pem))
      .join(',');
  }
  return variables;
}

/** `name=value`; whether there is such a fault is checked at the start. */
function fault(option: string): [name: string, value: unknown] {
  const [name = '', value = ''] = option.split(/=(.*)/s);
  if (name === 'callbackTargets') return [name, value.split(',')];
  return [name, value.trim() === '' ? undefined : Number(value)];
}

function number(text: string, option: string, max: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= max)) {
    throw new Error(`${option} must be a number from 0 to ${max}, found ${JSON.stringify(text)}`);
  }
  return value;
}

main().catch((error: unknown) => {
  process.stderr.write(`wechatpay-simulator: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});
