// The client, on a network of its own.
import { createHash } from 'node:crypto'

import { Client, WechatPayRequestError } from 'wechatpay-wasm/client'

import { notification, signed } from '../support/platform.mjs'

const ORDER = { appid: 'wx1', description: 'x', out_trade_no: '1', notify_url: 'https://shop.example/', amount: { total: 1 } }
const now = () => Math.floor(Date.now() / 1000)

/** An answer as it may come: signed or not, of any status. */
const says = (content, changes = {}) => {
  const { headers, body } = signed(JSON.stringify(content), { timestamp: now() })
  return { status: 200, headers, body, ...changes }
}

const bill = 'a,b\r\n1,2\r\n'
const announced = () => ({
  hash_type: 'SHA1',
  hash_value: createHash('sha1').update(bill).digest('hex'),
  download_url: 'https://api.mch.weixin.qq.com/v3/billdownload/file?token=x',
})

const number = () => ['1', { timeout: 1, retries: 0 }]
const partner = () => ['1', { sub_mchid: '2' }, { timeout: 1, retries: 0 }]
const order = (more) => () => [structuredClone({ ...ORDER, ...more }), { timeout: 1, retries: 0 }]
const place = { app: order(), h5: order({ scene_info: {} }), jsapi: order({ payer: { openid: 'o' } }), native: order() }
const named = (body) => () => [body(), { timeout: 1, retries: 0 }]

const TYPED = {
  transactions: { ...place, requestPayment: place.jsapi, close: number, queryById: number, queryByOutTradeNo: number },
  partnerTransactions: {
    ...place,
    requestPayment: order({ sp_appid: 'wx1', sub_appid: 'wx2', payer: { sub_openid: 'o' } }),
    close: partner,
    queryById: partner,
    queryByOutTradeNo: partner,
  },
  combine: {
    ...place,
    requestPayment: order({ combine_appid: 'wx1' }),
    query: number,
    close: () => ['1', { combine_appid: 'wx1', sub_orders: [] }, { retries: 0 }],
  },
  refunds: {
    create: named(() => ({ out_trade_no: '1', out_refund_no: '2', amount: { refund: 1, total: 1 } })),
    query: () => ['1', { sub_mchid: '2' }, { retries: 0 }],
    applyAbnormal: () => ['1', { out_refund_no: '2', type: 'USER_BANK_CARD', bank_account: '1', real_name: '张三' }, { retries: 0 }],
  },
  bills: {
    trade: named(() => ({ bill_date: '2026-01-01' })),
    fundFlow: named(() => ({ bill_date: '2026-01-01' })),
    profitSharing: named(() => ({ bill_date: '2026-01-01' })),
    download: named(announced),
  },
  transfers: {
    create: named(() => ({ appid: 'wx1', out_bill_no: '1', user_name: '张三', transfer_amount: 1 })),
    queryByOutBillNo: number,
    queryByTransferBillNo: number,
    cancel: number,
  },
  profitSharing: {
    create: named(() => ({ appid: 'wx1', transaction_id: '1', out_order_no: '2', receivers: [{ type: 'MERCHANT_ID', name: '张三' }] })),
    query: () => ['1', { transaction_id: '2', sub_mchid: '3' }, { retries: 0 }],
    unfreeze: named(() => ({ transaction_id: '1' })),
    return: named(() => ({ out_order_no: '1' })),
    queryReturn: () => ['1', { out_order_no: '2', sub_mchid: '3' }, { retries: 0 }],
    addReceiver: named(() => ({ appid: 'wx1', type: 'MERCHANT_ID', name: '张三' })),
    deleteReceiver: named(() => ({ appid: 'wx1' })),
    unsplitAmount: number,
  },
}

export function clientCalls(merchant) {
  const options = (answer) => ({
    merchant,
    fetch: async (url) => {
      const { status, headers, body } = new URL(url).pathname === '/v3/billdownload/file' ? { status: 200, body: bill } : answer
      return new Response(status === 204 ? null : body, { status, headers })
    },
    origin: 'https://api.mch.weixin.qq.com',
    backupOrigin: 'https://api2.mch.weixin.qq.com',
    timeout: 1,
    retries: 1,
    backOff: () => 0,
    certificateCoolDown: 60,
  })
  const answers = [
    () => says({ prepay_id: 'wx1', ...announced() }),
    () => says({ prepay_id: 1, hash_type: null }),
    () => ({ status: 400, headers: {}, body: '{"code":"PARAM_ERROR","message":"x"}' }),
    () => ({ status: 502, headers: {}, body: '<html>' }),
    () => says({}, { headers: {} }),
  ]
  const called = (name, make, run) => ({
    name,
    make: (random) => [random.pick(answers)(), ...make()],
    run: ([answer, ...args]) => run(new Client(options(answer)), args),
    isFree: (path) => path[0] !== '0' || path.length > 1,
    mayRefuse: true,
  })
  const typed = Object.entries(TYPED).flatMap(([group, methods]) =>
    Object.entries(methods).map(([method, make]) => called(`Client.${group}.${method}`, make, (client, args) => client[group][method](...args))),
  )
  const failure = () => [{ code: 'ERR_REQUEST_REFUSED', text: 'x', effect: 'none', retryable: false, hostFailed: false }, { method: 'GET', path: '/', attempts: 1, effect: 'none' }]
  return [
    { name: 'Client', make: () => [options(says({}))], run: (args) => new Client(...args).request('GET', '/v3/x') },
    called('Client.request', () => ['POST', '/v3/x', { a: 1 }, { query: { a: 'b' }, wechatpaySerial: 'PUB_KEY_ID_01', signal: new AbortController().signal, timeout: 1, retries: 0 }], (client, args) => client.request(...args)),
    called('Client.openNotification', () => [notification()], (client, args) => client.openNotification(...args)),
    called('Client.refreshCertificates', () => [{ timeout: 1, retries: 0 }], (client, args) => client.refreshCertificates(...args)),
    ...typed,
    { name: 'WechatPayRequestError.is', make: () => ['PARAM_ERROR'], run: (args) => new WechatPayRequestError(...failure()).is(...args) },
  ]
}

/** Methods of the client's parts that are not called above. */
export function missingOfClient(merchant) {
  const client = new Client({ merchant })
  return Object.entries(TYPED).flatMap(([group, methods]) => {
    const own = Object.getOwnPropertyNames(Object.getPrototypeOf(client[group])).filter((name) => name !== 'constructor')
    return own.filter((name) => !(name in methods)).map((name) => `Client.${group}.${name}`)
  })
}
