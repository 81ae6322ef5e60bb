// The backend of the shop, as the mini program sees it.

import { backendUrl } from '../config.js';
import { loginCode, request } from './wechat.js';

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
 * @property {RequestPayment | null} requestPayment absent when the order needs no payment any more
 *
 * @typedef {{ token: string, openid: string }} Session
 */

/** The backend said no: a stable code, and a sentence for developers. */
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

/** @type {Promise<Session> | undefined} */
let session;

/**
 * Step 1: the code of wx.login goes to the backend, which trades it for the openid and answers a session.
 *
 * @returns {Promise<Session>}
 */
export function login() {
  const opened = loginCode().then((code) => call('POST', '/api/login', {}, { code }));
  session = opened;
  opened.catch(() => {
    if (session === opened) session = undefined;
  });
  return opened;
}

/** @returns {Promise<Product[]>} */
export async function products() {
  return (await call('GET', '/api/products', {})).products;
}

/** @returns {Promise<Order[]>} */
export async function orders() {
  return (await asBuyer('GET', '/api/orders')).orders;
}

/**
 * @param {string} outTradeNo
 * @returns {Promise<{ order: Order, events: OrderEvent[] }>}
 */
export function order(outTradeNo) {
  return asBuyer('GET', `/api/orders/${outTradeNo}`);
}

/**
 * Steps 2 and 3: product, quantity and openid go up; the order and the five fields of wx.requestPayment come back.
 *
 * @param {string} productId
 * @param {number} quantity
 * @returns {Promise<Checkout>}
 */
export async function createOrder(productId, quantity) {
  const { openid } = await (session ?? login());
  return asBuyer('POST', '/api/orders', { productId, quantity, openid });
}

/**
 * The five fields again, for an order that was not paid.
 *
 * @param {string} outTradeNo
 * @returns {Promise<Checkout>}
 */
export function checkout(outTradeNo) {
  return asBuyer('POST', `/api/orders/${outTradeNo}/checkout`);
}

/**
 * The callback is late: the backend asks WeChat Pay itself.
 *
 * @param {string} outTradeNo
 * @returns {Promise<Order>}
 */
export async function refresh(outTradeNo) {
  return (await asBuyer('POST', `/api/orders/${outTradeNo}/refresh`)).order;
}

/**
 * @param {string} outTradeNo
 * @returns {Promise<Order>}
 */
export async function close(outTradeNo) {
  return (await asBuyer('POST', `/api/orders/${outTradeNo}/close`)).order;
}

/**
 * @param {string} outTradeNo
 * @returns {Promise<Order>}
 */
export async function refund(outTradeNo) {
  return (await asBuyer('POST', `/api/orders/${outTradeNo}/refund`)).order;
}

/**
 * A call with the session; one that has run out is opened again, once.
 *
 * @param {'GET' | 'POST'} method
 * @param {string} path
 * @param {object} [data]
 */
async function asBuyer(method, path, data) {
  const { token } = await (session ?? login());
  try {
    return await call(method, path, { Authorization: `Bearer ${token}` }, data);
  } catch (error) {
    if (!(error instanceof ShopFailure) || error.code !== 'LOGIN_REQUIRED') throw error;
    const fresh = await login();
    return call(method, path, { Authorization: `Bearer ${fresh.token}` }, data);
  }
}

/**
 * @param {'GET' | 'POST'} method
 * @param {string} path
 * @param {Record<string, string>} header
 * @param {object} [data]
 * @returns {Promise<any>}
 */
async function call(method, path, header, data) {
  const answer = await request({ url: `${backendUrl()}${path}`, method, header, data });
  if (answer.statusCode < 300) return answer.data;
  const { code = 'UNKNOWN', message = `HTTP ${answer.statusCode}` } = answer.data.error ?? {};
  throw new ShopFailure(code, message);
}
