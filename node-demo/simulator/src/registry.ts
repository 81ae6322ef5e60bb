import {
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  randomInt,
  type KeyObject,
} from 'node:crypto';

import { randomText } from './cipher.js';

/** What WeChat Pay knows of a merchant. The private key stays with the merchant. */
export interface MerchantRegistration {
  mchid: string;
  name?: string;
  /** Serial of the merchant API certificate. */
  serialNo: string;
  /** Public half of the merchant API key: SPKI PEM or X.509 PEM. */
  publicKey: string;
  /** 32 bytes. */
  apiV3Key: string;
  /** The mini programs bound to this merchant. */
  appids: string[];
}

/** What WeChat knows of a mini program. */
export interface AppRegistration {
  appid: string;
  secret: string;
}

export interface RegisteredMerchant extends Omit<MerchantRegistration, 'publicKey'> {
  name: string;
  publicKey: KeyObject;
}

/** Merchants by mchid and mini programs by appid, checked when they are registered. */
export class Registry {
  readonly merchants = new Map<string, RegisteredMerchant>();
  readonly apps = new Map<string, AppRegistration>();

  constructor(merchants: MerchantRegistration[], apps: AppRegistration[]) {
    for (const app of apps) this.apps.set(app.appid, app);
    for (const merchant of merchants) this.#addMerchant(merchant);
  }

  #addMerchant(merchant: MerchantRegistration): void {
    const { mchid, serialNo } = merchant;
    if (!/^[0-9A-F]{40}$/.test(serialNo)) {
      throw new Error(`merchant ${mchid}: serialNo must be 40 upper-case hexadecimal digits`);
    }
    const size = Buffer.byteLength(merchant.apiV3Key);
    if (size !== 32) {
      throw new Error(`merchant ${mchid}: apiV3Key must be 32 bytes long, found ${size}`);
    }
    for (const appid of merchant.appids) {
      if (!this.apps.has(appid)) {
        throw new Error(`merchant ${mchid}: appid ${appid} is not among the registered apps`);
      }
    }
    this.merchants.set(mchid, {
      ...merchant,
      name: merchant.name ?? `商户 ${mchid}`,
      publicKey: createPublicKey(merchant.publicKey),
    });
  }
}

/** A merchant that exists nowhere else: the registration, and the secrets its backend needs. */
export interface ThrowawayMerchant {
  merchant: MerchantRegistration;
  app: AppRegistration;
  /** PKCS#8 PEM, as in apiclient_key.pem. */
  privateKey: string;
}

export function createThrowawayMerchant(name?: string): ThrowawayMerchant {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const app = {
    appid: `wx${randomBytes(8).toString('hex')}`,
    secret: randomBytes(16).toString('hex'),
  };
  return {
    merchant: {
      mchid: `19${String(randomInt(100_000_000)).padStart(8, '0')}`,
      ...(name === undefined ? {} : { name }),
      serialNo: randomBytes(20).toString('hex').toUpperCase(),
      publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      apiV3Key: randomText(32),
      appids: [app.appid],
    },
    app,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
