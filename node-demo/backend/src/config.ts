import { readFileSync } from 'node:fs';

import { Merchant, WechatPayError, type PlatformKey } from 'wechatpay-wasm';

import type { DatabaseSettings } from './db/open.js';

export interface Config extends DatabaseSettings {
  host: string;
  port: number;
  /** Where WeChat Pay reaches this backend; undefined: the address it listens on. */
  publicBaseUrl: string | undefined;
  logLevel: LogLevel;
  /** api.mch.weixin.qq.com, or a simulator. */
  wechatPayBaseUrl: string;
  /** api.weixin.qq.com, or a simulator. */
  wechatBaseUrl: string;
  appid: string;
  appSecret: string;
  mchid: string;
  serialNo: string;
  privateKey: string;
  apiV3Key: string;
  platformKeys: PlatformKey[];
  /** Opens /operator and /metrics, which are not there without it. */
  operatorToken: string | undefined;
  /** What the edge and this backend share; with it, callbacks come through the edge alone. */
  edgeSecret: string | undefined;
  /** Where parcels leave; undefined: shipments wait for a person. */
  warehouseUrl: string | undefined;
  /** How long an order may hear nothing before WeChat Pay is asked; 0: it never is. */
  reconcileSeconds: number;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';
export type Environment = Record<string, string | undefined>;

/** Every variable that is wrong, by name. Values are never repeated: some are secrets. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The environment is not complete:\n${problems.map((text) => `  - ${text}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];

/** Reads and checks the configuration; `ConfigError` lists everything that is wrong at once. */
export function loadConfig(environment: Environment): Config {
  const reader = new Reader(environment);
  const wechatPayBaseUrl = reader.url('WECHATPAY_BASE_URL', 'https://api.mch.weixin.qq.com');
  const config: Config = {
    host: reader.text('HOST', '127.0.0.1'),
    port: reader.integer('PORT', 3000, 0, 65_535),
    publicBaseUrl: reader.publicBaseUrl('PUBLIC_BASE_URL', wechatPayBaseUrl),
    databaseUrl: reader.databaseUrl('DATABASE_URL'),
    databasePoolSize: reader.integer('DATABASE_POOL_SIZE', 10, 1, 1000),
    dataDir: reader.dataDir('DATA_DIR', './data'),
    logLevel: reader.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
    wechatPayBaseUrl,
    wechatBaseUrl: reader.url('WECHAT_BASE_URL', 'https://api.weixin.qq.com'),
    appid: reader.pattern('WECHAT_APPID', /^wx[0-9a-f]{16}$/, 'wx and 16 hexadecimal digits'),
    appSecret: reader.pattern('WECHAT_APP_SECRET', /^[0-9a-f]{32}$/, '32 hexadecimal digits'),
    mchid: reader.pattern('WECHATPAY_MCHID', /^\d{8,10}$/, '8 to 10 digits'),
    serialNo: reader.pattern(
      'WECHATPAY_SERIAL_NO',
      /^[0-9A-F]{40}$/,
      'the serial of the merchant API certificate, 40 upper-case hexadecimal digits',
    ),
    privateKey: reader.pem('WECHATPAY_PRIVATE_KEY', 'apiclient_key.pem'),
    apiV3Key: reader.pattern('WECHATPAY_API_V3_KEY', /^[0-9A-Za-z]{32}$/, '32 letters and digits'),
    platformKeys: reader.platformKeys(),
    operatorToken: reader.secret('OPERATOR_TOKEN'),
    edgeSecret: reader.secret('EDGE_SECRET'),
    warehouseUrl: reader.optionalUrl('WAREHOUSE_URL'),
    reconcileSeconds: reader.integer('RECONCILE_SECONDS', 60, 0, 3600),
  };
  reader.tryKeys(config);
  reader.throwProblems();
  return config;
}

class Reader {
  readonly #environment: Environment;
  readonly #problems: string[] = [];

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  throwProblems(): void {
    if (this.#problems.length > 0) throw new ConfigError(this.#problems);
  }

  text(name: string, fallback: string): string {
    return this.#get(name) ?? fallback;
  }

  oneOf<T extends string>(name: string, known: readonly T[], fallback: T): T {
    const value = this.#get(name);
    const found = known.find((candidate) => candidate === value);
    if (value !== undefined && found === undefined) {
      this.#problem(name, `must be one of ${known.join(', ')}`);
    }
    return found ?? fallback;
  }

  integer(name: string, fallback: number, min: number, max: number): number {
    const value = this.#get(name);
    if (value === undefined) return fallback;
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= min && number <= max)) {
      this.#problem(name, `must be a whole number from ${min} to ${max}`);
    }
    return number;
  }

  /** A connection URL, with its password: nothing of it is ever repeated. */
  databaseUrl(name: string): string | undefined {
    const value = this.#get(name);
    if (value === undefined) return undefined;
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (url === undefined || !['postgres:', 'postgresql:'].includes(url.protocol)) {
      this.#problem(name, 'must read postgresql://user:password@host:port/database');
    } else if (url.pathname.length < 2) {
      this.#problem(name, 'names no database after the host');
    }
    return value;
  }

  /** `memory` keeps nothing; anything else is a directory. */
  dataDir(name: string, fallback: string): string | undefined {
    const value = this.#get(name) ?? fallback;
    return value === 'memory' ? undefined : value;
  }

  pattern(name: string, regex: RegExp, expected: string): string {
    const value = this.#get(name);
    if (value === undefined) this.#problem(name, `is not set; it must be ${expected}`);
    else if (!regex.test(value)) {
      this.#problem(name, `must be ${expected}; found ${value.length} characters`);
    }
    return value ?? '';
  }

  /** An absolute URL without a path; plain http only on the loopback interface. */
  url(name: string, fallback: string): string {
    const value = this.#get(name) ?? fallback;
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
      this.#problem(name, 'must be an absolute http(s) URL');
    } else if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
      this.#problem(name, 'must be an origin: scheme, host and port, with nothing after them');
    } else if (url.protocol === 'http:' && !isLoopback(url)) {
      this.#problem(name, 'must be https unless it is on the loopback interface');
    }
    return url?.origin ?? '';
  }

  optionalUrl(name: string): string | undefined {
    return this.#get(name) === undefined ? undefined : this.url(name, '');
  }

  /** Long enough that nobody guesses it. */
  secret(name: string): string | undefined {
    const value = this.#get(name);
    if (value !== undefined && !/^[\x21-\x7e]{32,}$/.test(value)) {
      const hint = 'openssl rand -hex 32 makes one';
      this.#problem(
        name,
        `must be at least 32 printable ASCII characters without a space; ${hint}`,
      );
    }
    return value;
  }

  publicBaseUrl(name: string, wechatPayBaseUrl: string): string | undefined {
    const local = URL.canParse(wechatPayBaseUrl) && isLoopback(new URL(wechatPayBaseUrl));
    if (this.#get(name) === undefined) {
      if (!local)
        this.#problem(name, 'is not set; WeChat Pay posts its callbacks to this https address');
      return undefined;
    }
    const url = this.url(name, '');
    if (!local && URL.canParse(url) && isLoopback(new URL(url))) {
      this.#problem(name, 'is on the loopback interface, where WeChat Pay cannot reach it');
    }
    return url;
  }

  /** A PEM text, or the path of a file that holds one. */
  pem(name: string, example: string): string {
    const value = this.#get(name);
    if (value === undefined) {
      this.#problem(name, `is not set; it must be the path of ${example} or its PEM text`);
      return '';
    }
    return this.#readPem(name, value);
  }

  platformKeys(): PlatformKey[] {
    const keys: PlatformKey[] = [];
    const id = this.#get('WECHATPAY_PUBLIC_KEY_ID');
    const key = this.#get('WECHATPAY_PUBLIC_KEY');
    if ((id === undefined) !== (key === undefined)) {
      const missing = id === undefined ? 'WECHATPAY_PUBLIC_KEY_ID' : 'WECHATPAY_PUBLIC_KEY';
      this.#problem(missing, 'is not set; a public key and its PUB_KEY_ID_… belong together');
    } else if (id !== undefined && key !== undefined) {
      if (!/^PUB_KEY_ID_\d+$/.test(id)) {
        this.#problem('WECHATPAY_PUBLIC_KEY_ID', 'must be PUB_KEY_ID_ and digits');
      }
      keys.push({ serial: id, key: this.#readPem('WECHATPAY_PUBLIC_KEY', key) });
    }
    const certificates = this.#get('WECHATPAY_PLATFORM_CERTIFICATES');
    for (const value of certificates?.split(',') ?? []) {
      keys.push({ key: this.#readPem('WECHATPAY_PLATFORM_CERTIFICATES', value.trim()) });
    }
    if (id === undefined && key === undefined && certificates === undefined) {
      const text = 'is not set; give WECHATPAY_PUBLIC_KEY_ID and WECHATPAY_PUBLIC_KEY, ';
      this.#problem(
        'WECHATPAY_PUBLIC_KEY',
        `${text}or WECHATPAY_PLATFORM_CERTIFICATES, or all three`,
      );
    }
    return keys;
  }

  /** Lets the keys be parsed once, so that a wrong one ends the start and not the first payment. */
  tryKeys(config: Config): void {
    if (this.#problems.length > 0) return;
    try {
      new Merchant(config).free();
    } catch (error) {
      if (!(error instanceof WechatPayError)) throw error;
      this.#problem('WECHATPAY_*', `keys were refused (${error.code}): ${error.message}`);
    }
  }

  #readPem(name: string, value: string): string {
    if (value.includes('-----BEGIN')) return value;
    try {
      return readFileSync(value, 'utf8');
    } catch (error) {
      const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
      this.#problem(name, `is neither a PEM text nor a file that can be read (${reason})`);
      return '';
    }
  }

  /** An empty variable counts as unset. */
  #get(name: string): string | undefined {
    const value = this.#environment[name]?.trim();
    return value === '' ? undefined : value;
  }

  #problem(name: string, text: string): void {
    this.#problems.push(`${name} ${text}`);
  }
}

function isLoopback(url: URL): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
}
