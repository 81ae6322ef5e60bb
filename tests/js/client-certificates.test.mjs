// The platform certificates that the client fetches by itself.
import assert from 'node:assert/strict'

import { refused, suite } from './support/cases.mjs'
import { JSAPI, answered, connected, failing } from './support/client.mjs'
import { hangUp, refuses, says, saysUnsigned } from './support/merchant-api.mjs'
import { key } from './support/vectors.mjs'
import { CERTIFICATE_SERIAL, encrypt, envelope, merchant, PUBLIC_KEY_ID, signed, transaction } from './support/wechat-pay.mjs'

const certificates = suite('client/certificates')
const listed = (...names) =>
  JSON.stringify({
    data: names.map((name) => ({
      serial_no: name === 'throwaway-platform-cert' ? CERTIFICATE_SERIAL : 'F4B2100000000000000000000000000000000001',
      effective_time: '2026-01-01T00:00:00+08:00',
      expire_time: '2031-01-01T00:00:00+08:00',
      encrypt_certificate: encrypt(key(name), { associatedData: 'certificate' }),
    })),
  })
const onlyPublicKey = { platformKeys: [{ serial: PUBLIC_KEY_ID, key: key('throwaway-platform-next-pub') }] }
const byCertificate = (content) => says(content, { serial: CERTIFICATE_SERIAL })
const withList = (list) => ({ url }) => (url === '/v3/certificates' ? list() : byCertificate(answered))
const notice = () => {
  const body = JSON.stringify(envelope(encrypt(JSON.stringify(transaction))))
  const { headers } = signed(body, { timestamp: Math.floor(Date.now() / 1000), serial: CERTIFICATE_SERIAL })
  return { headers, body }
}
certificates.accepts('the first download, with no key known', async () => {
  const { client: shop, post } = await connected(withList(() => byCertificate(listed('throwaway-platform-cert'))), {
    merchant: merchant({ platformKeys: [] }),
  })
  const [{ serial }] = await shop.refreshCertificates()
  assert.equal(serial, CERTIFICATE_SERIAL)
  assert.deepEqual((await post()).body, answered)
})
certificates.accepts('an answer under a new certificate', async () => {
  const { post, requests: seen } = await connected(withList(() => says(listed('throwaway-platform-cert'))), {
    merchant: merchant(onlyPublicKey),
  })
  assert.deepEqual((await post()).body, answered)
  assert.deepEqual(seen.map(({ url }) => url), [JSAPI, '/v3/certificates'])
})
certificates.accepts('a notification under a new certificate', async () => {
  const { client: shop, requests: seen } = await connected(withList(() => says(listed('throwaway-platform-cert'))), {
    merchant: merchant(onlyPublicKey),
  })
  for (let round = 0; round < 3; round += 1) {
    assert.deepEqual((await shop.openNotification(notice())).resource, transaction)
  }
  assert.equal(seen.length, 1)
})
certificates.accepts('many at once share one download', async () => {
  const { client: shop, requests: seen } = await connected(withList(() => says(listed('throwaway-platform-cert'))), {
    merchant: merchant(onlyPublicKey),
  })
  const opened = await Promise.all(Array.from({ length: 20 }, () => shop.openNotification(notice())))
  assert.equal(opened.length, 20)
  assert.equal(seen.length, 1)
})
for (const [label, list] of [
  ['a list without it', () => says(listed())],
  ['a 404', () => refuses(404, 'RESOURCE_NOT_EXISTS')],
  ['a forged list', () => ({ ...says('{}'), body: listed('throwaway-platform-cert') })],
  ['an unsigned list', () => saysUnsigned(200, listed('throwaway-platform-cert'))],
  ['a broken connection', () => hangUp],
]) {
  certificates.denies(`strangers make it call out more than once: ${label}`, async () => {
    const { client: shop, requests: seen } = await connected(withList(list), { merchant: merchant(onlyPublicKey) })
    for (let round = 0; round < 50; round += 1) {
      const { headers, body } = notice()
      headers['Wechatpay-Serial'] = `F4B21000000000000000000000000000000000${10 + round}`
      await refused('ERR_SERIAL_UNKNOWN', () => shop.openNotification({ headers, body }))
    }
    assert.equal(seen.length, 1)
  })
}
certificates.accepts('after the cool-down it asks again', async () => {
  const { client: shop, requests: seen } = await connected(withList(() => refuses(404, 'NOT_FOUND')), {
    merchant: merchant(onlyPublicKey),
    certificateCoolDown: 1,
  })
  const asked = () => shop.openNotification(notice()).catch(() => seen.length)
  assert.deepEqual([await asked(), await asked()], [1, 1])
  while ((await asked()) < 2) await new Promise((resolve) => setTimeout(resolve, 50))
})
certificates.denies('an unknown public key makes it call out', async () => {
  const { client: shop, requests: seen } = await connected(says({}))
  const { headers, body } = notice()
  for (const [serial, code] of [
    ['PUB_KEY_ID_42', 'ERR_SERIAL_UNKNOWN'],
    [undefined, 'ERR_HEADER_MISSING'],
    ['x'.repeat(500), 'ERR_HEADER_INVALID'],
    [['AB', 'CD'], 'ERR_HEADER_INVALID'],
  ]) {
    const changed = { ...headers, 'Wechatpay-Serial': serial }
    await refused(code, () => shop.openNotification({ headers: changed, body }))
  }
  await refused('ERR_ARGUMENT_INVALID', () => shop.openNotification())
  assert.equal(seen.length, 0)
})
certificates.denies('a list under a key of its own replaces known ones', async () => {
  const { client: shop } = await connected(withList(() => byCertificate(listed('throwaway-platform-cert'))), {
    merchant: merchant(onlyPublicKey),
  })
  const error = await failing(shop.refreshCertificates(), { code: 'ERR_RESPONSE_UNVERIFIED' })
  assert.equal(error.cause.code, 'ERR_SERIAL_UNKNOWN')
  await refused('ERR_SERIAL_UNKNOWN', () => shop.openNotification(notice()))
})
certificates.denies('a refusal of the list is lost', async () => {
  const { client: shop } = await connected(refuses(404, 'RESOURCE_NOT_EXISTS'), { merchant: merchant(onlyPublicKey) })
  const error = await failing(shop.refreshCertificates(), { code: 'ERR_REQUEST_REFUSED', status: 404, effect: 'none' })
  assert.ok(error.is('RESOURCE_NOT_EXISTS'))
})
