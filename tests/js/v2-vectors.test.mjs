// APIv2 against the vectors.
import assert from 'node:assert/strict'
import { createCipheriv } from 'node:crypto'
import { test } from 'node:test'

import { DownloadDigest, workwxSign, wxConfig } from 'wechatpay-wasm'

import { v2Kinds } from '../runtimes/conformance/extras.mjs'
import { refused, suite } from './support/cases.mjs'
import { context } from './support/conformance.mjs'
import { digest, readPlainly, refund, refundBody, sealed, shop, signOf, toXml } from './support/v2.mjs'
import { coverage, vectors } from './support/vectors.mjs'
import { merchant as merchantV3 } from './support/wechat-pay.mjs'

const kinds = {
  ...v2Kinds(context),
  /** Entries that state the AES key: here it is always derived, and there is no way around that. */
  aes_256_ecb(cases, { name, inputs, expected, exception }) {
    const cipher = createCipheriv('aes-256-ecb', Buffer.from(inputs.aes_key), null)
    const reqInfo = cipher.update(expected.plaintext, undefined, 'base64') + cipher.final('base64')
    assert.equal(reqInfo, inputs.req_info)
    cases.refuses(name, exception, () => shop({ apiKey: inputs.aes_key }).openRefund({ body: refundBody(reqInfo) }))
  },
  hash(cases, { name, inputs, expected }) {
    const text = inputs.message ?? inputs.thing
    if (inputs.alg === 'SHA1' && text.startsWith('jsapi_ticket=')) {
      return cases.accepts(name, () => {
        const [, jsapiTicket, nonceStr, time, url] = /^jsapi_ticket=(.*)&noncestr=(.*)&timestamp=(.*)&url=(.*)$/.exec(text)
        const config = wxConfig({ appid: 'wx1', jsapiTicket, nonceStr, timestamp: Number(time), url: `${url}#part` })
        assert.equal(config.signature, expected.hex)
      })
    }
    if (inputs.alg === 'SHA1') {
      return cases.accepts(name, () => {
        const file = new DownloadDigest({ hashType: 'SHA1', hashValue: expected.hex })
        file.update(Buffer.from(text))
        file.finish()
      })
    }
    if (inputs.alg === 'SHA256') {
      return cases.accepts(name, () => {
        const upload = { url: '/v3/merchant/media/upload', filename: 'a.png', file: Buffer.from(text) }
        assert.equal(JSON.parse(merchantV3().authorizeUpload(upload).meta).sha256, expected.hex)
      })
    }
    if (inputs.key === undefined && text !== '') {
      // Without a key only the APIv2 key itself is digested, to the key of refund notifications.
      return cases.accepts(name, () => {
        const cipher = createCipheriv('aes-256-ecb', Buffer.from(expected.hex), null)
        const reqInfo = Buffer.concat([cipher.update(toXml(refund, 'root')), cipher.final()]).toString('base64')
        assert.deepEqual(shop({ apiKey: text }).openRefund({ body: refundBody(reqInfo) }).refundFields, refund)
      })
    }
    if (inputs.key === undefined) return cases.refuses(name, 'ERR_API_KEY_INVALID', () => shop({ apiKey: text }))
    if (!inputs.agency) {
      return cases.accepts(name, () => assert.equal(shop({ apiKey: inputs.key }).sign({}), expected.hex.toUpperCase()))
    }
    // workwx_sign covers fields of its own and never none, so that the digest itself cannot come out.
    return cases.denies(name, async () => {
      assert.equal(digest(`&secret=${inputs.key}`, 'MD5').toLowerCase(), expected.hex)
      await refused('ERR_ARGUMENT_INVALID', () => workwxSign({ api: 'redPacket', fields: {}, secret: inputs.key }))
    })
  },
  v2_req_info(cases, { name, inputs, expected, ok }) {
    const open = () => shop({ apiKey: inputs.api_key }).openRefund({ body: refundBody(inputs.req_info) })
    if (!ok) return cases.refuses(name, 'ERR_DECRYPT_FAILED', open)
    return cases.accepts(name, () => assert.deepEqual(open().refundFields, readPlainly(expected.plaintext)))
  },
  v2_xml(cases, { name, inputs, expected, ok, exception }) {
    if (!ok || exception !== undefined) {
      return cases.refuses(name, exception ?? 'ERR_BODY_MALFORMED', () => shop().openNotification({ body: inputs.xml }))
    }
    return cases.accepts(name, () => {
      if (inputs.xml === undefined) {
        const apiKey = '192006250b4c09247ec02edce69f6a2d'
        const { body, fields } = shop({ apiKey }).signRequest({ fields: inputs.params, nonceStr: null })
        assert.equal(body, expected.xml)
        assert.equal(fields.sign, inputs.sign)
        return
      }
      const fields = readPlainly(inputs.xml)
      if (inputs.xml.startsWith('<root>')) {
        const opened = shop().openRefund({ body: refundBody(sealed(inputs.xml).toString('base64')) })
        assert.deepEqual(opened.refundFields, fields)
      } else if (fields.sign === undefined) {
        const answer = shop().verifyResponse({ body: inputs.xml, path: '/risk/getpublickey' })
        assert.deepEqual(answer, { fields, success: true })
      } else {
        // Under a key that is known.
        const sign = signOf(fields)
        const { fields: read } = shop().openNotification({ body: inputs.xml.replace(fields.sign, sign) })
        assert.deepEqual(read, { ...fields, sign })
      }
    })
  },
}

test('every kind that is said to be read here is read here', () => {
  const said = Object.keys(coverage).filter((kind) => coverage[kind].js.suite === 'v2')
  assert.deepEqual(said, Object.keys(kinds).sort())
})
for (const [kind, run] of Object.entries(kinds)) {
  const cases = suite(kind)
  for (const vector of vectors(kind)) run(cases, vector)
}
