// Message push against the vectors, and against node:crypto.
import assert from 'node:assert/strict'
import { createDecipheriv } from 'node:crypto'
import { test } from 'node:test'
import { inspect } from 'node:util'

import { remembered } from './support/memories.mjs'

import { MessagePush } from 'wechatpay-wasm'

import { messagePushKinds } from '../runtimes/conformance/extras.mjs'
import { refused, suite } from './support/cases.mjs'
import { context } from './support/conformance.mjs'
import {
  AES_KEY,
  APPID,
  NOW,
  TEXT,
  TOKEN,
  encryptBlocks,
  framed,
  good,
  keyBytes,
  pad,
  push,
  receiver,
  sha1Sorted,
} from './support/message-push.mjs'
import { seeded } from './support/random.mjs'
import { coverage, vectors } from './support/vectors.mjs'

const { below, pick, text } = seeded('message-push')
const bytes = (length) => Buffer.from(Array.from({ length }, () => below(256)))
const LETTERS = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz']
const secure = receiver()
const plain = receiver({ encodingAESKey: undefined })

/** The frame inside `Encrypt`, with its random bytes. */
function decrypted(encrypt, encodingAESKey = AES_KEY) {
  const key = keyBytes(encodingAESKey)
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const blocks = Buffer.concat([decipher.update(encrypt, 'base64'), decipher.final()])
  const count = blocks.at(-1)
  assert.ok(count >= 1 && count <= 32 && blocks.subarray(-count).every((byte) => byte === count), 'a padding to 32')
  const frame = blocks.subarray(0, -count)
  const length = frame.readUInt32BE(16)
  return {
    random: frame.subarray(0, 16),
    message: frame.subarray(20, 20 + length).toString(),
    appid: frame.subarray(20 + length).toString(),
  }
}

// Vectors

const kinds = {
  ...messagePushKinds(context),
  push_msgcrypt_encrypt(cases, { name, inputs, expected }) {
    const { encoding_aes_key: encodingAESKey, message, receive_id: appid, random16 } = inputs
    cases.accepts(name, () => {
      // The random bytes are the host's: the published ones are put in their place.
      const { getRandomValues } = crypto
      crypto.getRandomValues = (target) => {
        if (target.length === 16) target.set(Buffer.from(random16))
        else getRandomValues.call(crypto, target)
        return target
      }
      try {
        const reply = receiver({ appid, encodingAESKey }).sealReply({ message, timestamp: NOW, nonce: '1' })
        assert.equal(JSON.parse(reply).Encrypt, expected.encrypt)
      } finally {
        crypto.getRandomValues = getRandomValues
      }
    })
  },
}
for (const [kind, run] of Object.entries(kinds)) {
  const cases = suite(kind)
  for (const vector of vectors(kind)) run(cases, vector)
}
test('every kind that is said to be read here is read here', () => {
  const said = Object.keys(coverage).filter((kind) => coverage[kind].js.suite === 'message-push')
  assert.deepEqual(said, Object.keys(kinds).sort())
})

// The URL check and plain mode

const query = (changes = {}) => {
  const base = { timestamp: String(NOW), nonce: '1514711492', echostr: '4375120948345356249' }
  return { signature: sha1Sorted(TOKEN, base.timestamp, base.nonce), ...base, ...changes }
}
const url = suite('message_push/url_check')
const asText = new URLSearchParams(query()).toString()
for (const [label, given] of Object.entries({
  'an object': query(),
  'an object with other things in it': query({ openid: ['a', 'b'], filter: { x: 1 }, none: undefined }),
  URLSearchParams: new URLSearchParams(query()),
  'a Map': new Map(Object.entries(query())),
  pairs: new Set(Object.entries(query())),
  'a query': asText,
  'a query with its mark': `?${asText}`,
  'a path': `/push?${asText}#x`,
  'a URL in text': `https://example.com/push?${asText}`,
  'a URL': new URL(`https://example.com/push?${asText}`),
})) {
  url.accepts(label, () => assert.equal(secure.verifyUrl({ query: given }), '4375120948345356249'))
}
for (const [label, given, code] of [
  ['nothing', undefined, 'ERR_ARGUMENT_INVALID'],
  ['a list', [['timestamp', '1']], 'ERR_ARGUMENT_INVALID'],
  ['no pairs', new Set(['a']), 'ERR_ARGUMENT_INVALID'],
  ['a path alone', '/push', 'ERR_ARGUMENT_INVALID'],
  ['a request', { query: query() }, 'ERR_ARGUMENT_INVALID'],
  ['a number', query({ timestamp: NOW }), 'ERR_ARGUMENT_INVALID'],
  ['no signature', query({ signature: undefined }), 'ERR_ARGUMENT_INVALID'],
  ['no echostr', query({ echostr: undefined }), 'ERR_ARGUMENT_INVALID'],
  ['a nonce twice', query({ nonce: ['1514711492', '1514711492'] }), 'ERR_ARGUMENT_INVALID'],
  ['a nonce with a blank', query({ nonce: '1 2' }), 'ERR_ARGUMENT_INVALID'],
  ['another nonce', query({ nonce: '1514711493' }), 'ERR_MAC_INVALID'],
  ['another time', query({ timestamp: String(NOW + 1) }), 'ERR_MAC_INVALID'],
  ['upper case', query({ signature: query().signature.toUpperCase() }), 'ERR_MAC_INVALID'],
  ['an empty signature', query({ signature: '' }), 'ERR_MAC_INVALID'],
  ['unsorted', query({ signature: sha1Sorted(`${TOKEN}${NOW}1514711492`) }), 'ERR_MAC_INVALID'],
]) {
  url.refuses(label, code, () => secure.verifyUrl({ query: given }))
}
url.accepts('the time is looked at where a tolerance is set', () => {
  receiver({ tolerance: 300 }).verifyUrl({ query: query(), now: NOW + 300 })
  secure.verifyUrl({ query: query(), now: NOW + 1_000_000 })
})
for (const now of [NOW + 301, NOW - 301]) {
  url.refuses(`stale at ${now}`, 'ERR_TIMESTAMP_OUTSIDE_WINDOW', () =>
    receiver({ tolerance: 300 }).verifyUrl({ query: query(), now }),
  )
}

const open = suite('message_push/plain')
open.accepts('JSON, and XML as an object of texts', () => {
  const body = '{"Event":"debug_demo","CreateTime":1}'
  assert.deepEqual(plain.openPlainMessage({ query: query(), body }), {
    format: 'json',
    unauthenticatedText: body,
    unauthenticatedMessage: JSON.parse(body),
  })
  const xml = '<xml><Event><![CDATA[debug_demo]]></Event><CreateTime>1</CreateTime><I><A>1</A></I><I/></xml>'
  const opened = plain.openPlainMessage({ query: query(), body: Buffer.from(xml) })
  assert.deepEqual(opened, {
    format: 'xml',
    unauthenticatedText: xml,
    unauthenticatedMessage: { Event: 'debug_demo', CreateTime: '1', I: [{ A: '1' }, ''] },
  })
})
open.refuses('where secure mode is set', 'ERR_ARGUMENT_INVALID', () =>
  secure.openPlainMessage({ query: query(), body: '{}' }),
)
open.refuses('another token', 'ERR_MAC_INVALID', () =>
  receiver({ token: 'other', encodingAESKey: undefined }).openPlainMessage({ query: query(), body: '{}' }),
)
open.refuses('a parsed body', 'ERR_BODY_NOT_RAW', () => plain.openPlainMessage({ query: query(), body: {} }))
for (const body of ['', 'x', '[]', '<xml>', '{', Buffer.from([0x7b, 0xff])]) {
  open.refuses(`body ${inspect(body)}`, 'ERR_BODY_MALFORMED', () => plain.openPlainMessage({ query: query(), body }))
}

// Secure mode

const modes = suite('message_push/secure')
for (const xml of [false, true]) {
  modes.accepts(xml ? 'XML' : 'JSON', () => {
    assert.deepEqual(secure.openMessage(good({ xml })), {
      format: xml ? 'xml' : 'json',
      text: TEXT,
      message: JSON.parse(TEXT),
    })
  })
}
modes.accepts('a message in XML', () => {
  const message =
    '<xml><Event><![CDATA[xpay_goods_deliver_notify]]></Event><WeChatPayInfo><MchOrderNo>1</MchOrderNo></WeChatPayInfo></xml>'
  const opened = secure.openMessage(push(encryptBlocks(pad(framed(message))), { xml: true }))
  assert.deepEqual(opened.message, { Event: 'xpay_goods_deliver_notify', WeChatPayInfo: { MchOrderNo: '1' } })
})
modes.accepts('what stands beside Encrypt is not read', () => {
  const { body, ...rest } = good()
  const opened = secure.openMessage({ ...rest, body: JSON.stringify({ OutTradeNo: 'forged', ...JSON.parse(body) }) })
  assert.equal(opened.message.OutTradeNo, '支付1')
})
modes.accepts('signature is not looked at', () => {
  const message = good()
  message.query.signature = 'wrong'
  secure.openMessage(message)
})
const inQuery = (changes) => ({ ...good(), query: { ...good().query, ...changes } })
const { signature, msg_signature } = good().query
for (const [label, message, code] of [
  ['that of plain mode for msg_signature', inQuery({ msg_signature: signature }), 'ERR_MAC_INVALID'],
  ['upper case', inQuery({ msg_signature: msg_signature.toUpperCase() }), 'ERR_MAC_INVALID'],
  ['cut off', inQuery({ msg_signature: msg_signature.slice(1) }), 'ERR_MAC_INVALID'],
  ['no msg_signature', inQuery({ msg_signature: undefined }), 'ERR_ARGUMENT_INVALID'],
  ['msg_signature twice', inQuery({ msg_signature: [msg_signature, msg_signature] }), 'ERR_ARGUMENT_INVALID'],
  ['another nonce', inQuery({ nonce: '1' }), 'ERR_MAC_INVALID'],
  ['signed with another token', good({ token: 'AAAAAtoken2' }), 'ERR_MAC_INVALID'],
  ['a plain push', { query: query(), body: TEXT }, 'ERR_BODY_MALFORMED'],
  ['no body', { ...good(), body: '' }, 'ERR_BODY_MALFORMED'],
  ['a parsed body', { ...good(), body: JSON.parse(good().body) }, 'ERR_BODY_NOT_RAW'],
  ['a document type', { ...good(), body: `<!DOCTYPE x>${good({ xml: true }).body}` }, 'ERR_BODY_MALFORMED'],
  ['made for another appid', push(encryptBlocks(pad(framed(TEXT, 'wx0')))), 'ERR_APPID_MISMATCH'],
  ['made for none', push(encryptBlocks(pad(framed(TEXT, '')))), 'ERR_APPID_MISMATCH'],
  ['a length beyond the end', push(encryptBlocks(pad(framed(TEXT, APPID, 10_000)))), 'ERR_DECRYPT_FAILED'],
  ['a length of 2^32 - 1', push(encryptBlocks(pad(framed(TEXT, APPID, 0xffff_ffff)))), 'ERR_DECRYPT_FAILED'],
  ['a length too short', push(encryptBlocks(pad(framed(TEXT, APPID, 1)))), 'ERR_APPID_MISMATCH'],
  ['a frame too short', push(encryptBlocks(pad(Buffer.alloc(19)))), 'ERR_DECRYPT_FAILED'],
  ['no padding', push(encryptBlocks(Buffer.alloc(64, 65))), 'ERR_DECRYPT_FAILED'],
  ['a padding of 33', push(encryptBlocks(Buffer.alloc(64, 33))), 'ERR_DECRYPT_FAILED'],
  ['a padding of 0', push(encryptBlocks(Buffer.alloc(64, 0))), 'ERR_DECRYPT_FAILED'],
  ['no whole block', push(Buffer.alloc(40).toString('base64')), 'ERR_DECRYPT_FAILED'],
  ['another key', push(encryptBlocks(pad(framed(TEXT)), 'B'.repeat(43))), 'ERR_DECRYPT_FAILED'],
  ['no JSON inside', push(encryptBlocks(pad(framed('1')))), 'ERR_BODY_MALFORMED'],
  ['half a JSON inside', push(encryptBlocks(pad(framed('{')))), 'ERR_BODY_MALFORMED'],
]) {
  modes.refuses(label, code, () => secure.openMessage(message))
}
for (const now of [NOW + 301, NOW - 301]) {
  modes.refuses(`stale at ${now}`, 'ERR_TIMESTAMP_OUTSIDE_WINDOW', () =>
    receiver({ tolerance: 300 }).openMessage({ ...good(), now }),
  )
}
for (const [label, call] of Object.entries({
  openMessage: () => plain.openMessage(good()),
  sealReply: () => plain.sealReply({ message: '{}' }),
})) {
  modes.refuses(`${label} without encodingAESKey`, 'ERR_ARGUMENT_INVALID', call)
}

// Answers

const replies = suite('message_push/reply')
replies.accepts('JSON, as documented', () => {
  const reply = JSON.parse(
    secure.sealReply({ message: { demo_resp: 'good luck' }, timestamp: NOW, nonce: '415670741' }),
  )
  const { Encrypt } = reply
  assert.deepEqual(reply, {
    Encrypt,
    MsgSignature: sha1Sorted(TOKEN, String(NOW), '415670741', Encrypt),
    TimeStamp: NOW,
    Nonce: '415670741',
  })
  const { message, appid } = decrypted(Encrypt)
  assert.deepEqual([message, appid], ['{"demo_resp":"good luck"}', APPID])
})
replies.accepts('XML, read back', () => {
  const body = secure.sealReply({ message: '<xml></xml>', format: 'xml', timestamp: NOW, nonce: '1' })
  const [, msg_signature] = /<MsgSignature><!\[CDATA\[(\w+)\]\]>/.exec(body)
  const opened = secure.openMessage({ query: { timestamp: String(NOW), nonce: '1', msg_signature }, body })
  assert.deepEqual([opened.format, opened.text], ['xml', '<xml></xml>'])
  assert.match(
    body,
    new RegExp(`^<xml><Encrypt>.*<TimeStamp>${NOW}</TimeStamp><Nonce><!\\[CDATA\\[1\\]\\]></Nonce></xml>$`),
  )
})
replies.accepts('clock and nonce of its own', () => {
  const { TimeStamp, Nonce } = JSON.parse(secure.sealReply({ message: {} }))
  assert.ok(Math.abs(TimeStamp - Date.now() / 1000) < 5)
  assert.match(Nonce, /^[0-9A-Za-z]{32}$/)
})
for (const [label, reply] of Object.entries({
  nothing: undefined,
  'no message': {},
  'another format': { message: '{}', format: 'yaml' },
  'an empty nonce': { message: '{}', nonce: '' },
  'a nonce with a bracket': { message: '{}', nonce: ']]>' },
  milliseconds: { message: '{}', timestamp: NOW * 1000 },
})) {
  replies.refuses(label, 'ERR_ARGUMENT_INVALID', () => secure.sealReply(reply))
}

// Making and ending

const making = suite('message_push/options')
for (const [label, given, code] of [
  ['nothing', undefined, 'ERR_ARGUMENT_INVALID'],
  ['no token', { appid: APPID }, 'ERR_ARGUMENT_INVALID'],
  ['an empty token', { appid: APPID, token: '' }, 'ERR_KEY_INVALID'],
  ['a token of 2', { appid: APPID, token: 'ab' }, 'ERR_KEY_INVALID'],
  ['a token of 33', { appid: APPID, token: 'a'.repeat(33) }, 'ERR_KEY_INVALID'],
  ['a token with a blank', { appid: APPID, token: 'ab c' }, 'ERR_KEY_INVALID'],
  ['an empty appid', { appid: '', token: TOKEN }, 'ERR_ARGUMENT_INVALID'],
  ['an empty key', { appid: APPID, token: TOKEN, encodingAESKey: '' }, 'ERR_KEY_INVALID'],
  ['a key of 42', { appid: APPID, token: TOKEN, encodingAESKey: AES_KEY.slice(1) }, 'ERR_KEY_INVALID'],
  ['a key with its padding', { appid: APPID, token: TOKEN, encodingAESKey: `${AES_KEY}=` }, 'ERR_KEY_INVALID'],
  ['encodingAesKey', { appid: APPID, token: TOKEN, encodingAesKey: AES_KEY }, 'ERR_ARGUMENT_INVALID'],
  ['a tolerance below 0', { appid: APPID, token: TOKEN, tolerance: -1 }, 'ERR_ARGUMENT_INVALID'],
]) {
  making.refuses(label, code, () => new MessagePush(given))
}
making.accepts('a key with stray bits is the key without', () => {
  for (const last of 'EFGH') {
    const encodingAESKey = `${AES_KEY.slice(0, 42)}${last}`
    assert.equal(receiver({ encodingAESKey }).openMessage(good()).text, TEXT)
  }
})
making.accepts('nothing secret shows', () => {
  const shown = inspect(secure, { depth: 9, showHidden: true })
  for (const secret of [TOKEN, AES_KEY]) assert.ok(!shown.includes(secret), shown)
})
making.accepts('the keys of a freed one are gone', async () => {
  // No alphabet, as AES_KEY is: that one is in the module as a constant.
  const keys = { token: text(LETTERS, 32), encodingAESKey: text(LETTERS, 43) }
  const secrets = [Buffer.from(keys.token), Buffer.from(keys.encodingAESKey), keyBytes(keys.encodingAESKey)]
  const ended = receiver(keys)
  const message = () => push(encryptBlocks(pad(framed(TEXT)), keys.encodingAESKey), { token: keys.token })
  assert.equal(ended.openMessage(message()).text, TEXT)
  assert.ok(remembered(secrets[0]), 'the search finds what is there')
  assert.ok(remembered(secrets[2]), 'the search finds what is there')
  ended.free()
  ended.free()
  for (const secret of secrets) assert.ok(!remembered(secret), 'a secret is left')
  await refused('ERR_ARGUMENT_INVALID', () => ended.openMessage(message()))
  assert.equal(secure.openMessage(good()).text, TEXT, 'others go on')
})

// Random cases against node:crypto

const receivers = Array.from({ length: 20 }, () => {
  const given = { appid: text(LETTERS, 18), token: text(LETTERS, 3 + below(30)), encodingAESKey: text(LETTERS, 43) }
  return { ...given, receiver: receiver(given) }
})
const anyMessage = () => JSON.stringify({ text: text([...'aZ0 "\\/\n<&>]é支付💰'], below(300)) })
const randomPush = () => {
  const from = pick(receivers)
  const message = anyMessage()
  const frame = framed(message, from.appid)
  bytes(16).copy(frame)
  const encrypt = encryptBlocks(pad(frame), from.encodingAESKey)
  const sent = push(encrypt, {
    token: from.token,
    timestamp: String(below(2 ** 32)),
    nonce: String(below(2 ** 31)),
    xml: below(2) === 1,
  })
  return { from, message, encrypt, sent }
}

const opening = suite('random/aes_256_cbc_package_opens')
opening.accepts(
  'node:crypto encrypts and signs',
  () => {
    const { from, message, sent } = randomPush()
    assert.equal(from.receiver.openMessage(sent).text, message)
  },
  1000,
)
opening.refuses(
  'with a bit of the ciphertext changed',
  'ERR_MAC_INVALID',
  () => {
    const { from, encrypt, sent } = randomPush()
    const ciphertext = Buffer.from(encrypt, 'base64')
    ciphertext[below(ciphertext.length)] ^= 1 << below(8)
    return from.receiver.openMessage({ ...sent, body: JSON.stringify({ Encrypt: ciphertext.toString('base64') }) })
  },
  1000,
)
opening.refuses(
  'with the last block changed, then signed',
  'ERR_DECRYPT_FAILED',
  () => {
    const { from, encrypt } = randomPush()
    const ciphertext = Buffer.from(encrypt, 'base64')
    // The block before the last: it turns the padding into something that is none.
    ciphertext[ciphertext.length - 17] ^= 0x80
    return from.receiver.openMessage(push(ciphertext.toString('base64'), { token: from.token }))
  },
  1000,
)

const sealing = suite('random/aes_256_cbc_package_seals')
sealing.accepts(
  'node:crypto verifies and decrypts',
  () => {
    const { receiver: from, token, appid, encodingAESKey } = pick(receivers)
    const message = anyMessage()
    const timestamp = below(2 ** 32)
    const nonce = text(LETTERS, 1 + below(64))
    const reply = JSON.parse(from.sealReply({ message, timestamp, nonce }))
    assert.equal(reply.MsgSignature, sha1Sorted(token, String(timestamp), nonce, reply.Encrypt))
    const inside = decrypted(reply.Encrypt, encodingAESKey)
    assert.deepEqual([inside.message, inside.appid], [message, appid])
  },
  1000,
)
const seen = new Set()
sealing.denies(
  'the same random bytes come again',
  () => {
    const { receiver: from, encodingAESKey } = pick(receivers)
    const { random } = decrypted(JSON.parse(from.sealReply({ message: '{}' })).Encrypt, encodingAESKey)
    assert.ok(!seen.has(random.toString('hex')))
    seen.add(random.toString('hex'))
  },
  1000,
)
sealing.denies(
  'another key reads it',
  () => {
    const [one, other] = [receivers[0], receivers[1 + below(19)]]
    const { Encrypt } = JSON.parse(one.receiver.sealReply({ message: anyMessage() }))
    try {
      assert.notEqual(decrypted(Encrypt, other.encodingAESKey).appid, one.appid)
    } catch (error) {
      assert.match(error.message, /a padding to 32|out of range/)
    }
  },
  1000,
)

const checks = suite('random/sha1_push')
const randomCheck = () => {
  const from = pick(receivers)
  const timestamp = String(below(2 ** 32))
  const nonce = text(LETTERS, 1 + below(64))
  const echostr = String(below(2 ** 31))
  return { from, query: { timestamp, nonce, echostr, signature: sha1Sorted(from.token, timestamp, nonce) } }
}
checks.accepts(
  'node:crypto signs',
  () => {
    const { from, query } = randomCheck()
    assert.equal(from.receiver.verifyUrl({ query }), query.echostr)
  },
  1000,
)
checks.refuses(
  'another receiver',
  'ERR_MAC_INVALID',
  () => {
    const { from, query } = randomCheck()
    return pick(receivers.filter((other) => other !== from)).receiver.verifyUrl({ query })
  },
  1000,
)
checks.refuses(
  'with a digit changed',
  'ERR_MAC_INVALID',
  () => {
    const { from, query } = randomCheck()
    const at = below(40)
    const digit = query.signature[at] === '0' ? '1' : '0'
    return from.receiver.verifyUrl({
      query: { ...query, signature: query.signature.slice(0, at) + digit + query.signature.slice(at + 1) },
    })
  },
  1000,
)
