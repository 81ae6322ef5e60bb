// The vectors of what is over the second module: APIv2, mini programs, message push.
import * as assert from './assert.mjs'

export function extras(context) {
  for (const [kind, run] of Object.entries(extrasKinds(context))) {
    const cases = context.suite(kind)
    for (const vector of context.vectors(kind)) run(cases, vector)
  }
}

/** What reads each kind of them. */
export const extrasKinds = (context) => ({
  ...miniProgramKinds(context),
  ...messagePushKinds(context),
  ...v2Kinds(context),
})

const SESSION_KEY = 'tiihtNczf5v6AKRyjwEUhQ=='

export function miniProgramKinds({ wechatpay: { MiniProgram } }) {
  const program = (changes) => {
    const appKeys = { live: 'live-app-key', sandbox: 'sandbox-app-key' }
    return new MiniProgram({ appid: 'wx4f4bc4dec97d474b', appSecret: '0123456789abcdef0123456789abcdef', appKeys, ...changes })
  }
  const mini = program()
  return {
    mini_encrypted_data(cases, { name, inputs, expected, ok }) {
      const inside = expected.plaintext === null ? undefined : JSON.parse(expected.plaintext)
      const open = () => {
        const appid = inputs.appid ?? inside?.watermark.appid ?? 'wx0'
        const { session_key: sessionKey, encrypted_data: encryptedData, iv } = inputs
        return program({ appid }).openEncryptedData({ sessionKey, encryptedData, iv })
      }
      if (ok) return cases.accepts(name, () => assert.deepEqual(open(), inside))
      const codes = [
        [/iv of 1 byte/, 'ERR_ARGUMENT_INVALID'],
        [/other appid/, 'ERR_APPID_MISMATCH'],
        [/./, 'ERR_DECRYPT_FAILED'],
      ]
      return cases.refuses(name, codes.find(([pattern]) => pattern.test(name))[1], open)
    },
    mini_raw_data(cases, { name, inputs, expected, ok }) {
      const { raw_data: rawData, session_key: sessionKey } = inputs
      const open = () => mini.verifyRawData({ sessionKey, rawData, signature: expected.signature })
      if (!ok) return cases.refuses(name, 'ERR_MAC_INVALID', open)
      return cases.accepts(name, () => assert.deepEqual(open(), JSON.parse(rawData)))
    },
    mini_session_signature(cases, { name, inputs, expected }) {
      cases.accepts(name, () => {
        const { signature } = mini.userSignature({ sessionKey: inputs.session_key, postData: inputs.post_data })
        assert.equal(signature, expected.signature)
      })
    },
    xpay(cases, { name, inputs, expected, exception }) {
      const { app_key: appKey, session_key: sessionKey, uri, post_body: postBody } = inputs
      const payer = appKey && program({ appKeys: { live: appKey, sandbox: appKey } })
      if (uri === undefined) {
        return cases.refuses(name, exception, () => mini.virtualPaymentCall({ uri: inputs.string, postBody: '{}' }))
      }
      if (uri === 'requestVirtualPayment') {
        const request = { mode: 'short_series_goods', signData: postBody }
        assert.equal(payer.requestVirtualPayment({ ...request, sessionKey: SESSION_KEY }).paySig, expected.pay_sig)
        return cases.refuses(name, exception, () => payer.requestVirtualPayment({ ...request, sessionKey }))
      }
      return cases.accepts(name, () => {
        const { pay_sig, signature } = expected
        assert.deepEqual(payer.virtualPaymentCall({ uri, postBody, sessionKey }), { pay_sig, signature })
      })
    },
  }
}

export function messagePushKinds({ wechatpay: { MessagePush }, refused }) {
  const receiver = (options) => new MessagePush(options)
  return {
    push_msgcrypt(cases, { name, inputs, expected, ok }) {
      const { token, encrypt, timestamp, nonce, msg_signature, receive_id, encoding_aes_key } = inputs
      const query = { timestamp, nonce, msg_signature }
      const bodies = [JSON.stringify({ Encrypt: encrypt }), `<xml><Encrypt><![CDATA[${encrypt}]]></Encrypt></xml>`]
      const open = (body) =>
        receiver({
          appid: receive_id ?? 'wxba5fad812f8e6fb9',
          token,
          encodingAESKey: encoding_aes_key ?? 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
        }).openMessage({ query, body })
      if (inputs.signature_only) {
        // The signature holds, and what comes after it has no key.
        return cases.accepts(name, () =>
          Promise.all(bodies.map((body) => refused('ERR_DECRYPT_FAILED', () => open(body)))),
        )
      }
      if (!ok) {
        const codes = [
          [/invalid appid/, 'ERR_ARGUMENT_INVALID'],
          [/other appid|receive id is not/, 'ERR_APPID_MISMATCH'],
          [/./, 'ERR_MAC_INVALID'],
        ]
        const code = codes.find(([pattern]) => pattern.test(name))[1]
        return bodies.forEach((body, at) => cases.refuses(`${name} ${at}`, code, () => open(body)))
      }
      return cases.accepts(name, async () => {
        for (const body of bodies) {
          // Some are bare numbers, which only WeCom sends: they are no message, and this says so after all the checks.
          if (/^\d+$/.test(expected.message)) await refused('ERR_BODY_MALFORMED', () => open(body))
          else assert.equal(open(body).text, expected.message)
        }
      })
    },
    push_signature(cases, { name, inputs, expected, ok, exception }) {
      const [token, timestamp, nonce] = inputs.parts ?? [inputs.token, inputs.timestamp, inputs.nonce]
      const echostr = inputs.echostr ?? '1'
      const query = { signature: expected.signature, timestamp, nonce, echostr }
      const check = () => {
        plainReceiver().openPlainMessage({ query, body: '{}' })
        return plainReceiver().verifyUrl({ query })
      }
      const plainReceiver = () => receiver({ appid: 'wxba5fad812f8e6fb9', token })
      if (exception !== undefined) return cases.refuses(name, exception, check)
      if (!ok) return cases.refuses(name, 'ERR_MAC_INVALID', check)
      return cases.accepts(name, () => assert.equal(check(), echostr))
    },
  }
}

export function v2Kinds({ wechatpay: { MerchantV2, stringA } }) {
  const shop = ({ apiKey }) => new MerchantV2({ mchid: '1900000109', apiKey })
  return {
    v2_ksort(cases, { name, inputs, expected }) {
      cases.accepts(name, () => {
        const text = stringA(Object.fromEntries(inputs.keys.map((key) => [key, 1])))
        assert.deepEqual(text.split('&').map((pair) => pair.slice(0, -2)), expected.sorted)
      })
    },
    v2_query_string(cases, { name, inputs, expected }) {
      cases.accepts(name, () => assert.equal(stringA(Object.fromEntries(inputs.pairs)), expected.string))
    },
    v2_sign(cases, { name, inputs, expected, ok, exception }) {
      const { sign: _, ...fields } = inputs.params
      assert.equal(`${stringA(inputs.params)}&key=${inputs.key}`, inputs.string_to_sign)
      const open = () =>
        shop({ apiKey: inputs.key }).openNotification({
          body: toXml({ ...fields, sign: expected.sign }),
          signType: inputs.sign_type,
        })
      if (inputs.key.length !== 32) return cases.refuses(name, exception ?? 'ERR_API_KEY_INVALID', open)
      if (!ok) return cases.refuses(name, 'ERR_MAC_INVALID', open)
      return cases.accepts(name, () => {
        assert.equal(open().signType, inputs.sign_type)
        assert.equal(shop({ apiKey: inputs.key }).sign(inputs.params, inputs.sign_type), expected.sign)
      })
    },
  }
}

/** As WeChat Pay writes it. */
function toXml(fields) {
  const cdata = (value) => `<![CDATA[${String(value).replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
  return `<xml>${Object.entries(fields).map(([name, value]) => `<${name}>${cdata(value)}</${name}>`).join('')}</xml>`
}
