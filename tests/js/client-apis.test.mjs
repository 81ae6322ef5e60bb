// The typed calls: what they send, what they give back; bills with their digest.
import assert from 'node:assert/strict'
import { constants, createHash, createPrivateKey, createPublicKey, privateDecrypt, verify } from 'node:crypto'
import { gzipSync } from 'node:zlib'

import { WechatPayError } from 'wechatpay-wasm'
import { Client, WechatPayRequestError } from 'wechatpay-wasm/client'

import { suite } from './support/cases.mjs'
import { connected } from './support/client.mjs'
import { discreet } from './support/leaks.mjs'
import { hangUp, refuses, says, saysUnsigned } from './support/merchant-api.mjs'
import { key } from './support/vectors.mjs'
import { merchant, merchantOptions, PUBLIC_KEY_ID } from './support/wechat-pay.mjs'

/** The error of a call, which tells no secret. */
const errorOf = (call) => call.then(() => assert.fail('it succeeded'), discreet)

const jsapi = { appid: 'wx1', out_trade_no: 'A1', description: '红茶', notify_url: 'https://x/y', amount: { total: 1 }, payer: { openid: 'o1' } }
const partner = { sp_appid: 'wx1', sub_mchid: '2', out_trade_no: 'A1', description: '红茶', notify_url: 'https://x/y', amount: { total: 1 } }
const combine = { combine_appid: 'wx1', combine_out_trade_no: 'C1', sub_orders: [], notify_url: 'https://x/y' }
const refund = { out_trade_no: 'A1', out_refund_no: 'R1', amount: { refund: 1, total: 2 } }
const transfer = { appid: 'wx1', out_bill_no: 'T1', transfer_scene_id: '1000', openid: 'o1', transfer_amount: 1, transfer_remark: '-' }
const sharing = { appid: 'wx1', transaction_id: '4', out_order_no: 'P1', receivers: [], unfreeze_unsplit: true }

const pay = '/v3/pay/transactions'
const partnerPay = '/v3/pay/partner/transactions'
const transfers = '/v3/fund-app/mch-transfer/transfer-bills'
const sent = suite('client/apis')
for (const [call, expected, body] of [
  [(c) => c.transactions.jsapi(jsapi), `POST ${pay}/jsapi`, { ...jsapi, mchid: '1900000001' }],
  [(c) => c.transactions.jsapi({ ...jsapi, mchid: '3' }), `POST ${pay}/jsapi`, { ...jsapi, mchid: '3' }],
  [(c) => c.transactions.app(jsapi), `POST ${pay}/app`, { ...jsapi, mchid: '1900000001' }],
  [(c) => c.transactions.h5(jsapi), `POST ${pay}/h5`, { ...jsapi, mchid: '1900000001' }],
  [(c) => c.transactions.native(jsapi), `POST ${pay}/native`, { ...jsapi, mchid: '1900000001' }],
  [(c) => c.transactions.queryById('42'), `GET ${pay}/id/42?mchid=1900000001`],
  [(c) => c.transactions.queryByOutTradeNo('A|*/1'), `GET ${pay}/out-trade-no/A%7C*%2F1?mchid=1900000001`],
  [(c) => c.transactions.close('A1'), `POST ${pay}/out-trade-no/A1/close`, { mchid: '1900000001' }],
  [(c) => c.partnerTransactions.jsapi(partner), `POST ${partnerPay}/jsapi`, { ...partner, sp_mchid: '1900000001' }],
  [(c) => c.partnerTransactions.app(partner), `POST ${partnerPay}/app`, { ...partner, sp_mchid: '1900000001' }],
  [(c) => c.partnerTransactions.h5(partner), `POST ${partnerPay}/h5`, { ...partner, sp_mchid: '1900000001' }],
  [(c) => c.partnerTransactions.native(partner), `POST ${partnerPay}/native`, { ...partner, sp_mchid: '1900000001' }],
  [(c) => c.partnerTransactions.queryById('4', { sub_mchid: '2' }), `GET ${partnerPay}/id/4?sp_mchid=1900000001&sub_mchid=2`],
  [(c) => c.partnerTransactions.queryByOutTradeNo('A', { sub_mchid: '2' }), `GET ${partnerPay}/out-trade-no/A?sp_mchid=1900000001&sub_mchid=2`],
  [(c) => c.partnerTransactions.close('A', { sub_mchid: '2' }), `POST ${partnerPay}/out-trade-no/A/close`, { sp_mchid: '1900000001', sub_mchid: '2' }],
  [(c) => c.combine.jsapi(combine), 'POST /v3/combine-transactions/jsapi', { ...combine, combine_mchid: '1900000001' }],
  [(c) => c.combine.app(combine), 'POST /v3/combine-transactions/app', { ...combine, combine_mchid: '1900000001' }],
  [(c) => c.combine.h5(combine), 'POST /v3/combine-transactions/h5', { ...combine, combine_mchid: '1900000001' }],
  [(c) => c.combine.native(combine), 'POST /v3/combine-transactions/native', { ...combine, combine_mchid: '1900000001' }],
  [(c) => c.combine.query('C1'), 'GET /v3/combine-transactions/out-trade-no/C1'],
  [(c) => c.combine.close('C1', { combine_appid: 'wx1', sub_orders: [] }), 'POST /v3/combine-transactions/out-trade-no/C1/close', { combine_appid: 'wx1', sub_orders: [] }],
  [(c) => c.refunds.create(refund), 'POST /v3/refund/domestic/refunds', { ...refund, amount: { currency: 'CNY', refund: 1, total: 2 } }],
  [(c) => c.refunds.create({ ...refund, amount: { refund: 1, total: 2, currency: 'HKD' } }), 'POST /v3/refund/domestic/refunds', { ...refund, amount: { currency: 'HKD', refund: 1, total: 2 } }],
  [(c) => c.refunds.query('R@1'), 'GET /v3/refund/domestic/refunds/R%401'],
  [(c) => c.refunds.query('R1', { sub_mchid: '2' }), 'GET /v3/refund/domestic/refunds/R1?sub_mchid=2'],
  [(c) => c.transfers.create(transfer), `POST ${transfers}`, transfer],
  [(c) => c.transfers.queryByOutBillNo('T1'), `GET ${transfers}/out-bill-no/T1`],
  [(c) => c.transfers.queryByTransferBillNo('1'), `GET ${transfers}/transfer-bill-no/1`],
  [(c) => c.transfers.cancel('T1'), `POST ${transfers}/out-bill-no/T1/cancel`],
  [(c) => c.profitSharing.create(sharing), 'POST /v3/profitsharing/orders', sharing],
  [(c) => c.profitSharing.query('P1', { transaction_id: '4' }), 'GET /v3/profitsharing/orders/P1?transaction_id=4'],
  [(c) => c.profitSharing.query('P1', { sub_mchid: '2', transaction_id: '4' }), 'GET /v3/profitsharing/orders/P1?sub_mchid=2&transaction_id=4'],
  [(c) => c.profitSharing.unfreeze({ transaction_id: '4' }), 'POST /v3/profitsharing/orders/unfreeze', { transaction_id: '4' }],
  [(c) => c.profitSharing.return({ out_return_no: 'B1' }), 'POST /v3/profitsharing/return-orders', { out_return_no: 'B1' }],
  [(c) => c.profitSharing.queryReturn('B1', { out_order_no: 'P1' }), 'GET /v3/profitsharing/return-orders/B1?out_order_no=P1'],
  [(c) => c.profitSharing.addReceiver({ account: '1' }), 'POST /v3/profitsharing/receivers/add', { account: '1' }],
  [(c) => c.profitSharing.deleteReceiver({ account: '1' }), 'POST /v3/profitsharing/receivers/delete', { account: '1' }],
  [(c) => c.profitSharing.unsplitAmount('4'), 'GET /v3/profitsharing/transactions/4/amounts'],
]) {
  sent.accepts(expected, async () => {
    const { client, requests } = await connected(says({ a: 1 }))
    const answer = await call(client)
    assert.deepEqual(answer, expected.endsWith('/close') ? undefined : { a: 1 })
    const [{ method, url, body: text }] = requests
    assert.equal(`${method} ${url}`, expected)
    assert.deepEqual(text === '' ? undefined : JSON.parse(text), body)
  })
}
for (const [label, call, appid] of [
  ['an order', (c) => c.transactions.requestPayment(jsapi), 'wx1'],
  ['an order of a sub-merchant', (c) => c.partnerTransactions.requestPayment({ ...partner, payer: { sp_openid: 'o' } }), 'wx1'],
  ['with its appid', (c) => c.partnerTransactions.requestPayment({ ...partner, sub_appid: 'wx2', payer: { sub_openid: 'o' } }), 'wx2'],
  ['a combined order', (c) => c.combine.requestPayment(combine), 'wx1'],
]) {
  sent.accepts(`signs what opens the payment of ${label}`, async () => {
    const { client } = await connected(says({ prepay_id: 'wx201' }))
    const { timeStamp, nonceStr, package: prepay, signType, paySign, ...more } = await call(client)
    assert.deepEqual([prepay, signType, more], ['prepay_id=wx201', 'RSA', {}])
    const message = `${appid}\n${timeStamp}\n${nonceStr}\n${prepay}\n`
    const publicKey = createPublicKey(merchantOptions.privateKey)
    assert.ok(verify('sha256', Buffer.from(message), publicKey, Buffer.from(paySign, 'base64')))
  })
}
const decrypted = (ciphertext) => {
  const options = { key: createPrivateKey(key('throwaway-platform-next-key')), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }
  return privateDecrypt(options, Buffer.from(ciphertext, 'base64')).toString()
}
for (const [label, call, read] of [
  ['the name of a user', (c, name) => c.transfers.create({ ...transfer, user_name: name }), (body) => body.user_name],
  ['the name of a receiver', (c, name) => c.profitSharing.addReceiver({ account: '1', name }), (body) => body.name],
  ['each name of an order', (c, name) => c.profitSharing.create({ ...sharing, receivers: [{ account: '0' }, { account: '1', name }] }), (body) => body.receivers[1].name],
  ['a bank account', (c, name) => c.refunds.applyAbnormal('5', { out_refund_no: 'R1', type: 'USER_BANK_CARD', bank_account: name }), (body) => body.bank_account],
]) {
  sent.accepts(`encrypts ${label}, and names the key`, async () => {
    const { client, requests } = await connected(says({}))
    await call(client, '张三')
    const [{ headers, body }] = requests
    assert.equal(decrypted(read(JSON.parse(body))), '张三')
    assert.equal(headers['wechatpay-serial'], PUBLIC_KEY_ID)
  })
}
sent.denies('a refund that was refused has no effect for sure', async () => {
  const { client } = await connected(refuses(403, 'NOT_ENOUGH'))
  const error = await errorOf(client.refunds.create(refund))
  assert.ok(error instanceof WechatPayRequestError && error.effect === 'unknown' && error.is('NOT_ENOUGH'))
})
sent.denies('a transfer that was refused has no effect for sure', async () => {
  const { client, requests } = await connected(refuses(403, 'NOT_ENOUGH'))
  const error = await errorOf(client.transfers.create(transfer))
  assert.ok(error instanceof WechatPayRequestError && error.effect === 'unknown' && error.is('NOT_ENOUGH'))
  assert.equal(requests.length, 1)
})
const { client: idle } = await connected(says({}))
for (const [label, call] of [
  ['no number', () => idle.transactions.queryById()],
  ['an empty number', () => idle.transactions.queryByOutTradeNo('')],
  ['a number that climbs', () => idle.transactions.close('..')],
  ['a number that is a number', () => idle.refunds.query(1)],
  ['no order', () => idle.transactions.jsapi()],
  ['no sub-merchant', () => idle.partnerTransactions.queryById('1')],
  ['no appid for sub_openid', () => idle.partnerTransactions.requestPayment({ ...partner, payer: { sub_openid: 'o' } })],
  ['a name that is no text', () => idle.transfers.create({ ...transfer, user_name: 1 })],
  ['no receivers', () => idle.profitSharing.create({ ...sharing, receivers: undefined })],
  ['no amount', () => idle.refunds.create({ out_refund_no: 'R1' })],
]) {
  sent.refuses(label, 'ERR_ARGUMENT_INVALID', call)
}
sent.refuses('a merchant that is a brand', 'ERR_ARGUMENT_INVALID', () => {
  const brand = merchant({ mchid: undefined, brandId: '100' })
  return new Client({ merchant: brand, fetch: () => assert.fail('it was sent') }).transactions.jsapi(jsapi)
})

const csv = `\ufeff交易时间,金额\n${'`2026-11-22 10:00:00,`1.00\n'.repeat(20_000)}`
const digestOf = (text) => createHash('sha1').update(text).digest('hex')
const announced = (changes) => ({
  hash_type: 'SHA1',
  hash_value: digestOf(csv),
  download_url: 'https://api.mch.weixin.qq.com/v3/billdownload/file?token=abc%3D',
  ...changes,
})
const offering = (file, changes) => ({ url }) =>
  url.startsWith('/v3/billdownload/') ? saysUnsigned(200, file) : says(announced(changes))
const bills = suite('client/bills')
for (const [label, call, expected, file] of [
  ['trade', (c) => c.bills.trade({ bill_date: '2026-11-22' }), '/v3/bill/tradebill?bill_date=2026-11-22', csv],
  ['trade, compressed', (c) => c.bills.trade({ bill_date: '2026-11-22', tar_type: 'GZIP' }), '/v3/bill/tradebill?bill_date=2026-11-22&tar_type=GZIP', gzipSync(csv)],
  ['fund flow', (c) => c.bills.fundFlow({ bill_date: '2026-11-22', account_type: 'FEES' }), '/v3/bill/fundflowbill?bill_date=2026-11-22&account_type=FEES', csv],
  ['profit sharing', (c) => c.bills.profitSharing({ bill_date: '2026-11-22' }), '/v3/profitsharing/bills?bill_date=2026-11-22', csv],
]) {
  bills.accepts(label, async () => {
    const { client, requests } = await connected(offering(file))
    const bill = await call(client)
    assert.equal(await bill.text(), csv.slice(1))
    assert.deepEqual(requests.map(({ url }) => url), [expected, '/v3/billdownload/file?token=abc%3D'])
  })
}
bills.accepts('as bytes, and as a stream', async () => {
  const { client } = await connected(offering(csv))
  const query = { bill_date: '2026-11-22' }
  assert.equal(Buffer.from(await (await client.bills.trade(query)).arrayBuffer()).toString(), csv)
  let length = 0
  for await (const piece of (await client.bills.trade(query)).body) length += piece.length
  assert.equal(length, Buffer.byteLength(csv))
})
bills.accepts('an empty one', async () => {
  const { client } = await connected(offering('', { hash_value: digestOf('') }))
  assert.equal(await (await client.bills.trade({ bill_date: '2026-11-22' })).text(), '')
})
bills.accepts('what was announced elsewhere', async () => {
  const { client } = await connected(offering(csv))
  assert.equal(await (await client.bills.download(announced())).text(), csv.slice(1))
})
bills.accepts('the download is tried again', async () => {
  let downloads = 0
  const { client } = await connected(({ url }) => {
    if (!url.startsWith('/v3/billdownload/')) return says(announced())
    downloads += 1
    return downloads === 1 ? hangUp : saysUnsigned(200, csv)
  })
  assert.equal(await (await client.bills.trade({ bill_date: '2026-11-22' })).text(), csv.slice(1))
})
for (const [label, file] of [
  ['altered', csv.replace('1.00', '2.00')],
  ['cut off', csv.slice(0, -1)],
  ['longer', `${csv}x`],
  ['another, compressed', gzipSync('x')],
]) {
  bills.refuses(label, 'ERR_DIGEST_MISMATCH', async () => {
    const { client } = await connected(offering(file))
    return (await client.bills.trade({ bill_date: '2026-11-22' })).text()
  })
}
bills.denies('a compressed bill that is cut off passes', async () => {
  const { client } = await connected(offering(gzipSync(csv).subarray(0, -9)))
  const bill = await client.bills.trade({ bill_date: '2026-11-22' })
  await errorOf(bill.text())
})
bills.denies('a connection that breaks off gives a whole bill', async () => {
  const { client } = await connected(({ url }) =>
    url.startsWith('/v3/billdownload/') ? { ...saysUnsigned(200, Buffer.from(csv)), cutAt: 1000 } : says(announced()),
  )
  const bill = await client.bills.trade({ bill_date: '2026-11-22' })
  await errorOf(bill.text())
})
bills.denies('a download that stalls cannot be given up', async () => {
  const { client } = await connected(({ url }) =>
    url.startsWith('/v3/billdownload/') ? { ...saysUnsigned(200, Buffer.from(csv)), stallsAt: 1000 } : says(announced()),
  )
  const controller = new AbortController()
  const bill = await client.bills.trade({ bill_date: '2026-11-22' }, { signal: controller.signal })
  const text = bill.text()
  controller.abort(new Error('enough'))
  await assert.rejects(text, /enough/)
})
bills.denies('a refusal is taken for a bill', async () => {
  const { client } = await connected(({ url }) => (url.startsWith('/v3/billdownload/') ? refuses(403, 'NO_AUTH') : says(announced())))
  const { code, effect } = await errorOf(client.bills.trade({ bill_date: '2026-11-22' }))
  assert.deepEqual([code, effect], ['ERR_REQUEST_REFUSED', 'none'])
})
bills.denies('an unsigned announcement is believed', async () => {
  const { client, requests } = await connected(saysUnsigned(200, announced()))
  const { code } = await errorOf(client.bills.trade({ bill_date: '2026-11-22' }))
  assert.equal(code, 'ERR_RESPONSE_UNVERIFIED')
  assert.equal(requests.length, 1)
})
bills.denies('the host of a download URL is asked', async () => {
  const { client, requests } = await connected(offering(csv, { download_url: 'https://evil.example/v3/billdownload/file?token=1' }))
  await (await client.bills.trade({ bill_date: '2026-11-22' })).text()
  assert.equal(requests.length, 2)
})
for (const [label, changes, code] of [
  ['a path whose answers are signed', { download_url: 'https://api.mch.weixin.qq.com/v3/certificates' }, 'ERR_ARGUMENT_INVALID'],
  ['no URL', { download_url: '/v3/billdownload/file' }, 'ERR_ARGUMENT_INVALID'],
  ['no digest', { hash_value: undefined }, 'ERR_ARGUMENT_INVALID'],
  ['a digest that is none', { hash_value: 'x' }, 'ERR_ARGUMENT_INVALID'],
  ['another kind of digest', { hash_type: 'MD5' }, 'ERR_ARGUMENT_INVALID'],
]) {
  bills.refuses(label, code, async () => {
    const { client } = await connected(offering(csv, changes))
    return client.bills.trade({ bill_date: '2026-11-22' })
  })
}
bills.denies('a runtime without DecompressionStream fails in an unknown way', async () => {
  const { client } = await connected(offering(gzipSync(csv)))
  const { DecompressionStream } = globalThis
  delete globalThis.DecompressionStream
  try {
    const error = await errorOf(client.bills.trade({ bill_date: '2026-11-22' }))
    assert.ok(error instanceof WechatPayError && /tar_type/.test(error.message))
  } finally {
    globalThis.DecompressionStream = DecompressionStream
  }
})
