import assert from 'node:assert/strict';
import {
  constants,
  createDecipheriv,
  createPublicKey,
  generateKeyPairSync,
  publicEncrypt,
  X509Certificate,
} from 'node:crypto';
import { after, before, describe, it } from 'node:test';

import { writeCertificate, type KeyMode } from 'wechatpay-simulator';

import { countCases } from './support/cases.js';
import type { Answer } from './support/merchant-client.js';
import { startPlatform, type TestPlatform } from './support/platform.js';

const cases = countCases('simulator/keys');

describe('a platform certificate', () => {
  const issuer = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const subject = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const certificate = (
    serialNumber: string,
    notAfter = new Date('2031-01-02T03:04:05Z'),
  ): X509Certificate =>
    new X509Certificate(
      writeCertificate({
        serialNumber,
        issuer: { country: 'CN', organization: 'Simulator', commonName: '根 CA' },
        subject: { commonName: 'Simulator Sign' },
        notBefore: new Date('2026-01-02T03:04:05Z'),
        notAfter,
        publicKey: subject.publicKey,
        issuerPublicKey: issuer.publicKey,
        issuerPrivateKey: issuer.privateKey,
        certificateAuthority: false,
      }),
    );

  for (const serial of [
    '0C4AEF34B89340881BB2B25226393DC2E47F094B',
    '7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF',
    'EB0B1FD2AE6ADE0AE7BDC3C9D6C0D8B3A0E4A1F2',
    '01',
  ]) {
    it(`keeps the serial ${serial}`, () => {
      assert.equal(certificate(serial).serialNumber, serial);
      cases.positive();
    });
  }

  it('is read back by node:crypto as it was written', () => {
    const read = certificate('01');
    assert.ok(read.verify(issuer.publicKey));
    assert.ok(!read.verify(subject.publicKey));
    assert.equal(read.subject, 'CN=Simulator Sign');
    assert.equal(read.issuer, 'C=CN\nO=Simulator\nCN=根 CA');
    assert.equal(read.ca, false);
    assert.equal(read.validFrom, 'Jan  2 03:04:05 2026 GMT');
    assert.equal(read.validTo, 'Jan  2 03:04:05 2031 GMT');
    const spki = { type: 'spki', format: 'der' } as const;
    assert.deepEqual(read.publicKey.export(spki), subject.publicKey.export(spki));
    cases.positive();
  });

  it('may end after 2049, where the time has four digits for the year', () => {
    const { validTo } = certificate('01', new Date('2050-01-01T00:00:00Z'));
    assert.equal(validTo, 'Jan  1 00:00:00 2050 GMT');
    cases.positive();
  });
});

describe('the keys in use', () => {
  let platform: TestPlatform;
  const certificates = (): Promise<Answer> => platform.client.call({ url: '/v3/certificates' });
  const setMode = (mode: KeyMode): void => {
    platform.simulator.settings.mode = mode;
  };

  before(async () => {
    platform = await startPlatform();
  });
  after(() => platform.simulator.close());

  it('include certificates that form a chain to the root', () => {
    const { certificates: leaves, rootCertificate } = platform.simulator.keys;
    const root = new X509Certificate(rootCertificate);
    assert.ok(root.ca && root.verify(root.publicKey));
    assert.equal(leaves.length, 2);
    for (const { pem, serial } of leaves) {
      const leaf = new X509Certificate(pem);
      assert.ok(leaf.checkIssued(root) && leaf.verify(root.publicKey));
      assert.equal(leaf.serialNumber, serial);
      assert.match(serial, /^[0-9A-F]{40}$/);
      cases.positive();
    }
  });

  it('can be downloaded as certificates, encrypted with the APIv3 key', async () => {
    setMode('certificate');
    const answer = await certificates();
    assert.equal(answer.status, 200);
    assert.equal(platform.client.verified(answer), platform.simulator.keys.certificates[0]?.serial);
    assert.equal(answer.json.data.length, 2);
    for (const [index, item] of answer.json.data.entries()) {
      const { nonce, associated_data: associatedData, ciphertext } = item.encrypt_certificate;
      assert.equal(associatedData, 'certificate');
      const sealed = Buffer.from(ciphertext, 'base64');
      const key = Buffer.from(platform.account.merchant.apiV3Key);
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce));
      decipher.setAAD(Buffer.from(associatedData)).setAuthTag(sealed.subarray(-16));
      const pem =
        decipher.update(sealed.subarray(0, -16), undefined, 'utf8') + decipher.final('utf8');
      assert.equal(pem, platform.simulator.keys.certificates[index]?.pem);
      assert.ok(!pem.endsWith('\n'));
      assert.equal(new X509Certificate(pem).serialNumber, item.serial_no);
      cases.positive();
    }
  });

  it('are not there as certificates for a merchant with the public key alone', async () => {
    setMode('public-key');
    const answer = await certificates();
    assert.equal(answer.status, 404);
    assert.equal(answer.json.code, 'RESOURCE_NOT_EXISTS');
    cases.negative();
  });

  it('sign the answer as the request asks with Wechatpay-Serial', async () => {
    setMode('gray');
    const { publicKey, certificates: leaves } = platform.simulator.keys;
    for (const serial of [publicKey.serial, ...leaves.map((leaf) => leaf.serial)]) {
      const answer = await platform.client.call({
        url: '/v3/certificates',
        headers: { 'Wechatpay-Serial': serial },
      });
      assert.equal(platform.client.verified(answer), serial);
      cases.positive();
    }
  });

  for (const [mode, serialOf] of [
    ['public-key', () => platform.simulator.keys.certificates[0]?.serial],
    ['certificate', () => platform.simulator.keys.publicKey.serial],
    ['gray', () => 'PUB_KEY_ID_0100000000000000000000000000'],
  ] as const) {
    it(`refuse a Wechatpay-Serial that is not in use in ${mode} mode`, async () => {
      setMode(mode);
      const headers = { 'Wechatpay-Serial': serialOf() };
      const answer = await platform.client.call({ url: '/v3/certificates', headers });
      assert.equal(answer.status, 400);
      assert.equal(answer.json.detail.field, 'Wechatpay-Serial');
      platform.client.verified(answer);
      cases.negative();
    });
  }

  it('decrypt what was encrypted for them, and say so in /v3/security/echo', async () => {
    setMode('gray');
    const { publicKey, certificates: leaves } = platform.simulator.keys;
    const keys = [
      [publicKey.serial, createPublicKey(publicKey.pem)],
      ...leaves.map(({ serial, pem }) => [serial, new X509Certificate(pem).publicKey] as const),
    ] as const;
    for (const [serial, key] of keys) {
      const padding = constants.RSA_PKCS1_OAEP_PADDING;
      const encrypted = publicEncrypt({ key, padding, oaepHash: 'sha1' }, Buffer.from('密'));
      const call = {
        url: '/v3/security/echo',
        body: { echo_message: '明', encrypted_echo_message: encrypted.toString('base64') },
      };
      const answer = await platform.client.call({
        ...call,
        headers: { 'Wechatpay-Serial': serial },
      });
      assert.deepEqual(answer.json, { echo_message: '明', decrypted_echo_message: '密' });
      cases.positive();

      const other = keys.find(([candidate]) => candidate !== serial)?.[0];
      const refused = await platform.client.call({
        ...call,
        headers: { 'Wechatpay-Serial': other },
      });
      assert.equal(refused.json.detail.field, '/encrypted_echo_message');
      cases.negative();
    }
  });
});
