// wechatpay-wasm/shangmi: its own module is found, its vectors come out, and RSA works in it as well.
import * as assert from './assert.mjs'
import { NOW, transaction } from './platform.mjs'

export async function shangmi({ suite, shangmi: { Merchant, WechatPayError, TestPlatform }, options, keys, vectors, platform }) {
  const merchant = (changes) => new Merchant({ ...options, ...changes })
  const own = { privateKey: keys['wechatpay-java-sm2-merchant-key'] }

  const decrypted = suite('shangmi/sm2_decrypt')
  for (const { name, inputs, expected, ok } of vectors('sm2_decrypt')) {
    const run = () =>
      merchant({ privateKey: inputs.private_key_pem, platformKeys: [] }).decryptSensitive(inputs.ciphertext_der_base64)
    if (ok) decrypted.accepts(name, () => assert.equal(run(), expected.plaintext))
    else decrypted.refuses(name, 'ERR_DECRYPT_FAILED', run)
  }

  const messages = suite('shangmi/notification')
  const serial = 'PUB_KEY_ID_02'
  const sm2 = { serial, privateKey: keys['flurl-sm2-key'], publicKey: keys['flurl-sm2-pub'] }
  const content = { apiV3Key: options.apiV3Key, resource: transaction, now: NOW }
  const made = (fault) => ({ ...new TestPlatform(sm2).notification({ ...content, fault }), now: NOW })
  const reader = () => merchant({ ...own, platformKeys: [{ serial, key: sm2.publicKey }] })
  messages.accepts('signed with SM2, encrypted with SM4', () => {
    const message = made()
    assert.equal(message.headers['Wechatpay-Signature-Type'], 'WECHATPAY2-SM2-WITH-SM3')
    assert.deepEqual(reader().openNotification(message).resource, transaction)
  })
  for (const { name, code } of TestPlatform.faults) {
    messages.refuses(`broken: ${name}`, code, () => reader().openNotification(made(name)))
  }
  messages.accepts('RSA', async () => {
    assert.deepEqual(merchant().openNotification(await platform.notification()).resource, transaction)
  })
  messages.denies('payment parameters are signed with SM2', () => {
    try {
      merchant(own).requestPayment({ appid: 'wx8888888888888888', prepayId: 'wx1' })
    } catch (error) {
      assert.ok(error instanceof WechatPayError)
      assert.equal(error.code, 'ERR_SCHEME_UNSUPPORTED')
      return
    }
    assert.fail('it signs')
  })
}
