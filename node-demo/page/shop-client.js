// The front end's half of the flow, written against `wx` and nothing else: what a mini program does.

/** @import { Wx } from './wx.js' */

/**
 * @typedef {object} Product
 * @property {string} id
 * @property {{ zh: string, en: string }} name
 * @property {{ zh: string, en: string }} note
 * @property {number} price in fen
 *
 * @typedef {object} Order
 * @property {string} outTradeNo
 * @property {string} productId
 * @property {number} quantity
 * @property {string} description
 * @property {number} amountTotal in fen
 * @property {number} amountRefunded in fen
 * @property {string} currency
 * @property {'CREATED' | 'PREPAID' | 'PAID' | 'REFUNDING' | 'REFUNDED' | 'CLOSED'} status
 * @property {'CALLBACK' | 'QUERY' | null} paidBy
 * @property {string | null} transactionId
 * @property {string} createdAt
 *
 * @typedef {object} OrderEvent
 * @property {string} event
 * @property {string} source
 * @property {string} [notificationId]
 * @property {string} statusAfter
 * @property {string} at
 *
 * @typedef {object} RequestPayment
 * @property {string} timeStamp
 * @property {string} nonceStr
 * @property {string} package
 * @property {string} signType
 * @property {string} paySign
 *
 * @typedef {object} Checkout
 * @property {Order} order
 * @property {RequestPayment | null} requestPayment
 *
 * @typedef {ReturnType<typeof createShopClient>} ShopClient
 */

/** The backend said no. */
export class ShopFailure extends Error {
  /**
   * @param {string} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.name = 'ShopFailure';
    this.code = code;
  }
}

const POLL_MILLISECONDS = 300;

/** @param {{ wx: Wx, baseUrl: string }} options */
export function createShopClient({ wx, baseUrl }) {
  /** @type {{ token: string, openid: string } | undefined} */
  let session;

  /**
   * @param {'GET' | 'POST'} method
   * @param {string} path
   * @param {object} [data]
   * @returns {Promise<any>}
   */
  function call(method, path, data) {
    /** @type {Record<string, string>} */
    const header = session === undefined ? {} : { Authorization: `Bearer ${session.token}` };
    return new Promise((resolve, reject) => {
      wx.request({
        url: `${baseUrl}${path}`,
        method,
        header,
        ...(data === undefined ? {} : { data }),
        success: ({ statusCode, data: answer }) => {
          if (statusCode < 300) resolve(answer);
          else
            reject(new ShopFailure(answer.error?.code ?? 'UNKNOWN', answer.error?.message ?? ''));
        },
        fail: ({ errMsg }) => reject(new ShopFailure('UNREACHABLE', errMsg)),
      });
    });
  }

  /** @returns {Promise<string>} */
  function loginCode() {
    return new Promise((resolve, reject) => {
      wx.login({
        success: ({ code }) => resolve(code),
        fail: ({ errMsg }) => reject(new ShopFailure('LOGIN_FAILED', errMsg)),
      });
    });
  }

  return {
    /** Step 1: wx.login, and the code to the backend, which trades it for the openid. */
    async login() {
      session = await call('POST', '/api/login', { code: await loginCode() });
    },

    /** @returns {Promise<Product[]>} */
    async products() {
      return (await call('GET', '/api/products')).products;
    },

    /** @returns {Promise<Order[]>} */
    async orders() {
      return (await call('GET', '/api/orders')).orders;
    },

    /**
     * @param {string} outTradeNo
     * @returns {Promise<{ order: Order, events: OrderEvent[] }>}
     */
    order(outTradeNo) {
      return call('GET', `/api/orders/${outTradeNo}`);
    },

    /**
     * Steps 2 and 3: product, quantity and openid; back come the order and what the sheet needs.
     *
     * @param {string} productId
     * @param {number} quantity
     * @returns {Promise<Checkout>}
     */
    createOrder(productId, quantity) {
      return call('POST', '/api/orders', { productId, quantity, openid: session?.openid });
    },

    /**
     * The sheet again, for an order that was not paid.
     *
     * @param {string} outTradeNo
     * @returns {Promise<Checkout>}
     */
    checkout(outTradeNo) {
      return call('POST', `/api/orders/${outTradeNo}/checkout`);
    },

    /**
     * Step 4: the payment sheet.
     *
     * @param {RequestPayment} parameters
     * @returns {Promise<'paid' | 'cancelled'>}
     */
    pay(parameters) {
      return new Promise((resolve, reject) => {
        wx.requestPayment({
          ...parameters,
          success: () => resolve('paid'),
          fail: ({ errMsg }) => {
            if (errMsg === 'requestPayment:fail cancel') resolve('cancelled');
            else reject(new ShopFailure('PAYMENT_FAILED', errMsg));
          },
        });
      });
    },

    /**
     * Steps 5 and 6: what the front end was told is no proof; the order is paid when the backend says so.
     *
     * @param {string} outTradeNo
     * @param {number} patienceMilliseconds
     * @returns {Promise<Order>}
     */
    async settled(outTradeNo, patienceMilliseconds) {
      const deadline = Date.now() + patienceMilliseconds;
      for (;;) {
        const { order } = await this.order(outTradeNo);
        const open = ['CREATED', 'PREPAID', 'REFUNDING'].includes(order.status);
        if (!open || Date.now() > deadline) return order;
        await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
      }
    },

    /**
     * The callback is late: the backend asks WeChat Pay itself.
     *
     * @param {string} outTradeNo
     * @returns {Promise<Order>}
     */
    async refresh(outTradeNo) {
      return (await call('POST', `/api/orders/${outTradeNo}/refresh`)).order;
    },

    /**
     * @param {string} outTradeNo
     * @returns {Promise<Order>}
     */
    async close(outTradeNo) {
      return (await call('POST', `/api/orders/${outTradeNo}/close`)).order;
    },

    /**
     * @param {string} outTradeNo
     * @returns {Promise<Order>}
     */
    async refund(outTradeNo) {
      return (await call('POST', `/api/orders/${outTradeNo}/refund`)).order;
    },
  };
}
