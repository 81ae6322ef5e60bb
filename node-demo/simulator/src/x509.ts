import { createHash, sign, type KeyObject } from 'node:crypto';

import {
  bitString,
  boolean,
  explicit,
  implicit,
  integer,
  nothing,
  objectIdentifier,
  octetString,
  printableString,
  sequence,
  set,
  time,
  utf8String,
} from './der.js';

export interface DistinguishedName {
  country?: string;
  organization?: string;
  organizationalUnit?: string;
  commonName: string;
}

export interface CertificateTemplate {
  /** Hexadecimal, whole bytes; leading zeros are what makes a serial worth testing. */
  serialNumber: string;
  issuer: DistinguishedName;
  subject: DistinguishedName;
  notBefore: Date;
  notAfter: Date;
  publicKey: KeyObject;
  issuerPublicKey: KeyObject;
  issuerPrivateKey: KeyObject;
  certificateAuthority: boolean;
}

const OID = {
  sha256WithRsa: '1.2.840.113549.1.1.11',
  countryName: '2.5.4.6',
  organizationName: '2.5.4.10',
  organizationalUnitName: '2.5.4.11',
  commonName: '2.5.4.3',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  subjectKeyIdentifier: '2.5.29.14',
  authorityKeyIdentifier: '2.5.29.35',
};

/** Writes an X.509 v3 certificate signed with sha256WithRSAEncryption and returns it as PEM. */
export function writeCertificate(template: CertificateTemplate): string {
  const algorithm = sequence(objectIdentifier(OID.sha256WithRsa), nothing());
  const tbs = sequence(
    explicit(0, integer(Buffer.of(2))),
    integer(Buffer.from(template.serialNumber, 'hex')),
    algorithm,
    name(template.issuer),
    sequence(time(template.notBefore), time(template.notAfter)),
    name(template.subject),
    template.publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, extensions(template)),
  );
  const signature = sign('RSA-SHA256', tbs, template.issuerPrivateKey);
  return pem(sequence(tbs, algorithm, bitString(signature)));
}

function extensions(template: CertificateTemplate): Buffer {
  const { certificateAuthority, publicKey, issuerPublicKey } = template;
  // keyCertSign (bit 5) and cRLSign (6) for an authority, digitalSignature (0) and nonRepudiation (1)
  // for a signing certificate; the first number counts the unused bits of the last byte.
  const usage = certificateAuthority
    ? bitString(Buffer.of(0x06), 1)
    : bitString(Buffer.of(0xc0), 6);
  return sequence(
    extension(
      OID.basicConstraints,
      true,
      sequence(...(certificateAuthority ? [boolean(true)] : [])),
    ),
    extension(OID.keyUsage, true, usage),
    extension(OID.subjectKeyIdentifier, false, octetString(keyIdentifier(publicKey))),
    extension(
      OID.authorityKeyIdentifier,
      false,
      sequence(implicit(0, keyIdentifier(issuerPublicKey))),
    ),
  );
}

function extension(oid: string, critical: boolean, value: Buffer): Buffer {
  return sequence(objectIdentifier(oid), ...(critical ? [boolean(true)] : []), octetString(value));
}

/** RFC 5280 §4.2.1.2, method 1: SHA-1 of the bits of the subjectPublicKey. */
function keyIdentifier(key: KeyObject): Buffer {
  return createHash('sha1')
    .update(key.export({ type: 'pkcs1', format: 'der' }))
    .digest();
}

function name(dn: DistinguishedName): Buffer {
  const attributes: [string, Buffer][] = [];
  if (dn.country !== undefined) attributes.push([OID.countryName, printableString(dn.country)]);
  if (dn.organization !== undefined) {
    attributes.push([OID.organizationName, utf8String(dn.organization)]);
  }
  if (dn.organizationalUnit !== undefined) {
    attributes.push([OID.organizationalUnitName, utf8String(dn.organizationalUnit)]);
  }
  attributes.push([OID.commonName, utf8String(dn.commonName)]);
  return sequence(...attributes.map(([oid, value]) => set(sequence(objectIdentifier(oid), value))));
}

/** LF line ends and no line feed after the last line: the form WeChat Pay hands out. */
function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----'].join('\n');
}
