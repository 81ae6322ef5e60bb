import { generateKeyPair, randomBytes, randomInt, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

import { writeCertificate, type DistinguishedName } from './x509.js';

/** One of WeChat Pay's own keys, and the name merchants know it by. */
export interface PlatformKey {
  /** `PUB_KEY_ID_…`, or the serial of a certificate in 40 upper-case hexadecimal digits. */
  serial: string;
  privateKey: KeyObject;
  /** SPKI PEM for the public key, X.509 PEM for a certificate: what the merchant downloads. */
  pem: string;
}

export interface PlatformCertificate extends PlatformKey {
  effectiveTime: Date;
  expireTime: Date;
}

export interface PlatformKeys {
  publicKey: PlatformKey;
  /** Oldest first. Two of them overlap while WeChat Pay replaces one. */
  certificates: PlatformCertificate[];
  /** The authority that issued the certificates, as PEM. */
  rootCertificate: string;
  /** Has the authority issue one more certificate. */
  issueCertificate: (now: number) => Promise<PlatformCertificate>;
}

interface KeyPair {
  publicKey: KeyObject;
  privateKey: KeyObject;
}

const generateRsa = promisify(generateKeyPair);
const DAY = 24 * 60 * 60 * 1000;
const CERTIFICATE_VALIDITY = 5 * 365 * DAY;
const ROOT: DistinguishedName = {
  country: 'CN',
  organization: 'WeChat Pay Simulator',
  commonName: 'WeChat Pay Simulator Root CA',
};
const SUBJECT: DistinguishedName = {
  country: 'CN',
  organization: 'WeChat Pay Simulator',
  organizationalUnit: 'Not the real WeChat Pay',
  commonName: 'WeChat Pay Simulator Sign',
};

export async function generatePlatformKeys(
  certificates: 1 | 2,
  now: number = Date.now(),
): Promise<PlatformKeys> {
  const [signing, root, ...leaves] = await Promise.all(
    Array.from({ length: 2 + certificates }, () => generateRsa('rsa', { modulusLength: 2048 })),
  );
  if (signing === undefined || root === undefined) throw new Error('key generation gave no keys');

  const issue = (leaf: KeyPair, effectiveTime: Date): PlatformCertificate => {
    const expireTime = wholeSecond(effectiveTime.getTime() + CERTIFICATE_VALIDITY);
    const serial = certificateSerial();
    const pem = writeCertificate({
      serialNumber: serial,
      issuer: ROOT,
      subject: SUBJECT,
      notBefore: effectiveTime,
      notAfter: expireTime,
      publicKey: leaf.publicKey,
      issuerPublicKey: root.publicKey,
      issuerPrivateKey: root.privateKey,
      certificateAuthority: false,
    });
    return { serial, privateKey: leaf.privateKey, effectiveTime, expireTime, pem };
  };

  return {
    publicKey: {
      serial: publicKeyId(),
      privateKey: signing.privateKey,
      pem: signing.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    },
    certificates: leaves.map((leaf, index) =>
      issue(leaf, wholeSecond(now - (leaves.length - index) * 30 * DAY)),
    ),
    issueCertificate: async (at) =>
      issue(await generateRsa('rsa', { modulusLength: 2048 }), wholeSecond(at)),
    rootCertificate: writeCertificate({
      serialNumber: certificateSerial(),
      issuer: ROOT,
      subject: ROOT,
      notBefore: wholeSecond(now - 365 * DAY),
      notAfter: wholeSecond(now + 20 * 365 * DAY),
      publicKey: root.publicKey,
      issuerPublicKey: root.publicKey,
      issuerPrivateKey: root.privateKey,
      certificateAuthority: true,
    }),
  };
}

/** 20 bytes, positive as an INTEGER, at times with a leading zero nibble, as the real ones. */
function certificateSerial(): string {
  const bytes = randomBytes(20);
  bytes[0] = randomInt(0x01, 0x80);
  return bytes.toString('hex').toUpperCase();
}

function publicKeyId(): string {
  const digits = Array.from({ length: 26 }, () => randomInt(10)).join('');
  return `PUB_KEY_ID_01${digits}`;
}

function wholeSecond(milliseconds: number): Date {
  return new Date(Math.floor(milliseconds / 1000) * 1000);
}
