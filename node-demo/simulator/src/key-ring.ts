import { paramError } from './api-error.js';
import { randomText, signMessage } from './cipher.js';
import type { PlatformCertificate, PlatformKey, PlatformKeys } from './platform-keys.js';

/**
 * Which keys WeChat Pay signs with: the WeChat Pay public key, the platform certificate, or both
 * while a merchant moves from the second to the first.
 */
export type KeyMode = 'public-key' | 'certificate' | 'gray';

export interface KeySettings {
  mode: KeyMode;
  /** In gray mode, how many of 100 callbacks the public key signs. */
  grayPercent: number;
  /** Index of the certificate that signs, among those handed out. */
  currentCertificate: number;
}

export interface SignedHeaders {
  headers: Record<string, string>;
  /** The three lines the signature is over. */
  message: string;
}

const SIGNATURE_TYPE = 'WECHATPAY2-SHA256-RSA2048';

export class KeyRing {
  readonly keys: PlatformKeys;
  readonly settings: KeySettings;
  #share = 0;

  constructor(keys: PlatformKeys, settings: KeySettings) {
    this.keys = keys;
    this.settings = settings;
  }

  /** One more certificate: it can be downloaded from now on, and signs when `currentCertificate` says so. */
  async issueCertificate(now: number): Promise<PlatformCertificate> {
    const certificate = await this.keys.issueCertificate(now);
    this.keys.certificates.push(certificate);
    return certificate;
  }

  /** The certificates a merchant can download; none for a merchant with the public key alone. */
  get certificates(): PlatformCertificate[] {
    return this.settings.mode === 'public-key' ? [] : this.keys.certificates;
  }

  /** The key the merchant asked for with its Wechatpay-Serial header, else the configured one. */
  forAnswer(requestedSerial: string | undefined): PlatformKey {
    if (requestedSerial === undefined || requestedSerial === '') return this.default();
    const key = this.find(requestedSerial);
    if (key === undefined) {
      const issue = `names none of the keys in use (mode: ${this.settings.mode})`;
      throw paramError('Wechatpay-Serial', issue, requestedSerial, 'header');
    }
    return key;
  }

  /** In gray mode the public key takes its share of the callbacks, evenly spread. */
  forCallback(): PlatformKey {
    if (this.settings.mode !== 'gray') return this.default();
    this.#share += this.settings.grayPercent;
    if (this.#share < 100) return this.#certificate();
    this.#share -= 100;
    return this.keys.publicKey;
  }

  find(serial: string): PlatformKey | undefined {
    const { publicKey } = this.keys;
    if (this.settings.mode !== 'certificate' && serial === publicKey.serial) return publicKey;
    return this.certificates.find((certificate) => certificate.serial === serial);
  }

  default(): PlatformKey {
    return this.settings.mode === 'public-key' ? this.keys.publicKey : this.#certificate();
  }

  #certificate(): PlatformKey {
    const certificate = this.keys.certificates[this.settings.currentCertificate];
    if (certificate === undefined) {
      const have = this.keys.certificates.length;
      throw new Error(
        `currentCertificate is ${this.settings.currentCertificate}, but there are ${have} certificates`,
      );
    }
    return certificate;
  }
}

/** The Wechatpay-* headers of an answer or a callback, freshly timestamped and nonced. */
export function signHeaders(body: Buffer, key: PlatformKey, now: number): SignedHeaders {
  const timestamp = String(Math.floor(now / 1000));
  const nonce = randomText(32);
  const message = Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), body, Buffer.from('\n')]);
  return {
    headers: {
      'Wechatpay-Nonce': nonce,
      'Wechatpay-Serial': key.serial,
      'Wechatpay-Signature': signMessage(message, key.privateKey),
      'Wechatpay-Signature-Type': SIGNATURE_TYPE,
      'Wechatpay-Timestamp': timestamp,
    },
    message: message.toString('utf8'),
  };
}
