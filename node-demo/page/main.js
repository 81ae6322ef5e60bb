// The shop: products, the result of a payment, and the list of orders.

/** @import { Order, Product, RequestPayment } from './shop-client.js' */
/** @import { TextName } from './i18n.js' */

import { ART, productArt } from './art.js';
import { element, query } from './dom.js';
import { currentLanguage, localTime, switchLanguage, text, yuan } from './i18n.js';
import { showPaymentSheet } from './payment-sheet.js';
import { createShopClient, ShopFailure } from './shop-client.js';
import { createWx } from './wx.js';

const CALLBACK_PATIENCE_MILLISECONDS = 8000;
const MAX_QUANTITY = 99;

/** @type {{ appid: string, simulatorUrl: string }} */
const settings = await (await fetch('/demo.json')).json();
const wx = createWx({ ...settings, user: phoneUser(), confirm: showPaymentSheet });
const shop = createShopClient({ wx, baseUrl: '' });
const login = shop.login();
const products = await shop.products();
const view = query('#view', HTMLElement);

window.addEventListener('hashchange', () => void route());
query('.language', HTMLButtonElement).addEventListener('click', () => {
  switchLanguage();
  void route();
});
await route();

async function route() {
  translateFrame();
  const [, page, number] = location.hash.split('/');
  try {
    await login;
    if (page === 'orders') await showOrders();
    else if (page === 'result' && number !== undefined) await showResult(number);
    else showProducts();
  } catch (error) {
    show(failure(error));
  }
}

function showProducts() {
  show(
    element(
      'section',
      { class: 'hero' },
      element('h1', {}, text('tagline')),
      element('p', {}, text('subline')),
    ),
    element('section', { class: 'grid' }, ...products.map(productCard)),
  );
}

/** @param {Product} product */
function productCard(product) {
  const language = currentLanguage();
  let quantity = 1;
  const count = element('output', { class: 'count' });
  const button = element('button', { class: 'pay' });
  const draw = () => {
    count.textContent = String(quantity);
    button.textContent = `${text('buy')}  ${yuan(product.price * quantity)}`;
  };
  /** @param {number} change */
  const step = (change) => {
    quantity = Math.min(MAX_QUANTITY, Math.max(1, quantity + change));
    draw();
  };
  button.addEventListener('click', () => void buy(product, quantity, button).finally(draw));
  draw();
  return element(
    'article',
    { class: 'card product' },
    element('div', { class: 'art', art: productArt(product.id) }),
    element(
      'div',
      { class: 'product-text' },
      element('h2', {}, product.name[language]),
      element('p', { class: 'note' }, product.note[language]),
      element(
        'div',
        { class: 'row' },
        element('span', { class: 'price' }, yuan(product.price)),
        element(
          'div',
          { class: 'stepper', label: text('quantity') },
          element('button', { label: text('fewer'), onclick: () => step(-1) }, '−'),
          count,
          element('button', { label: text('more'), onclick: () => step(1) }, '+'),
        ),
      ),
      button,
    ),
  );
}

/**
 * @param {Product} product
 * @param {number} quantity
 * @param {HTMLButtonElement} button
 */
async function buy(product, quantity, button) {
  button.disabled = true;
  button.textContent = text('ordering');
  try {
    const { order, requestPayment } = await shop.createOrder(product.id, quantity);
    await pay(order, requestPayment);
  } catch (error) {
    toast(messageOf(error));
  } finally {
    button.disabled = false;
  }
}

/**
 * @param {Order} order
 * @param {RequestPayment | null} requestPayment absent when the order needs no payment any more
 */
async function pay(order, requestPayment) {
  if (requestPayment !== null && (await shop.pay(requestPayment)) === 'cancelled') {
    toast(text('cancelled'));
    location.hash = '#/orders';
    return;
  }
  location.hash = `#/result/${order.outTradeNo}`;
}

/** @param {string} outTradeNo */
async function showResult(outTradeNo) {
  const { order } = await shop.order(outTradeNo);
  show(resultCard(order, false));
  if (order.paidBy !== null) return;
  const settled = await shop.settled(outTradeNo, CALLBACK_PATIENCE_MILLISECONDS);
  if (location.hash === `#/result/${outTradeNo}`) show(resultCard(settled, true));
}

/**
 * @param {Order} order
 * @param {boolean} patienceIsOver
 */
function resultCard(order, patienceIsOver) {
  const { outTradeNo, transactionId, paidBy } = order;
  const paid = paidBy !== null;
  const ask = async () => {
    await shop.refresh(outTradeNo);
    await showResult(outTradeNo);
  };
  return element(
    'section',
    { class: 'card result' },
    element('div', { class: paid ? 'mark' : 'mark waiting', art: paid ? ART.check : ART.clock }),
    element('h1', {}, text(paid ? 'paid' : patienceIsOver ? 'late' : 'confirming')),
    element('p', { class: 'amount' }, yuan(order.amountTotal)),
    element('p', { class: 'note' }, text(paid ? `paidBy${paidBy}` : 'confirmingNote')),
    element(
      'dl',
      { class: 'facts' },
      element('dt', {}, text('item')),
      element('dd', {}, itemName(order)),
      element('dt', {}, text('orderNumber')),
      element('dd', { class: 'mono' }, outTradeNo),
      ...(transactionId === null
        ? []
        : [
            element('dt', {}, text('transaction')),
            element('dd', { class: 'mono' }, transactionId),
          ]),
    ),
    element(
      'div',
      { class: 'actions' },
      ...(paid || !patienceIsOver
        ? []
        : [element('button', { class: 'secondary', onclick: () => void act(ask) }, text('ask'))]),
      element('a', { class: 'secondary', href: '#/orders' }, text('viewOrders')),
      element('a', { class: 'secondary', href: '#/' }, text('continueShopping')),
    ),
  );
}

async function showOrders() {
  const orders = await shop.orders();
  show(
    element('h1', { class: 'title' }, text('orders')),
    orders.length === 0
      ? element('p', { class: 'empty' }, text('noOrders'))
      : element('section', { class: 'list' }, ...orders.map(orderCard)),
  );
}

/** @param {Order} order */
function orderCard(order) {
  const { outTradeNo, status } = order;
  /**
   * @param {TextName} name
   * @param {string} style
   * @param {() => Promise<unknown>} work
   */
  const action = (name, style, work) =>
    element('button', { class: style, onclick: () => void act(work) }, text(name));
  const payNow = async () => {
    const { order: current, requestPayment } = await shop.checkout(outTradeNo);
    await pay(current, requestPayment);
  };
  const close = async () => {
    await shop.close(outTradeNo);
    await showOrders();
  };
  const refund = async () => {
    await shop.refund(outTradeNo);
    await showOrders();
    await shop.settled(outTradeNo, CALLBACK_PATIENCE_MILLISECONDS);
    if (location.hash === '#/orders') await showOrders();
  };
  const open = status === 'CREATED' || status === 'PREPAID';
  return element(
    'article',
    { class: 'card order' },
    element('div', { class: 'thumb', art: productArt(order.productId) }),
    element(
      'div',
      { class: 'order-text' },
      element('h2', {}, itemName(order)),
      element('p', { class: 'mono' }, outTradeNo),
      element('p', { class: 'note' }, localTime(order.createdAt)),
    ),
    element(
      'div',
      { class: 'order-side' },
      element('span', { class: `chip ${status.toLowerCase()}` }, text(`status${status}`)),
      element('span', { class: 'price' }, yuan(order.amountTotal)),
    ),
    element(
      'div',
      { class: 'actions' },
      ...(open ? [action('close', 'secondary', close), action('payNow', 'pay small', payNow)] : []),
      ...(status === 'PAID' ? [action('refund', 'secondary', refund)] : []),
    ),
  );
}

/** @param {() => Promise<unknown>} work */
async function act(work) {
  try {
    await work();
  } catch (error) {
    toast(messageOf(error));
  }
}

/** @param {Order} order */
function itemName(order) {
  const product = products.find(({ id }) => id === order.productId);
  return `${product?.name[currentLanguage()] ?? order.description} × ${order.quantity}`;
}

/** @param {unknown} error */
function failure(error) {
  return element(
    'section',
    { class: 'card result' },
    element('h1', {}, text('failed')),
    element('p', { class: 'note' }, messageOf(error)),
    element(
      'div',
      { class: 'actions' },
      element('a', { class: 'secondary', href: '#/' }, text('shop')),
    ),
  );
}

/** @param {unknown} error */
function messageOf(error) {
  if (error instanceof ShopFailure) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

/** @param {string} message */
function toast(message) {
  const note = element('div', { class: 'toast' }, message);
  document.body.append(note);
  setTimeout(() => note.remove(), 4000);
}

/** @param {...Node} nodes */
function show(...nodes) {
  view.replaceChildren(...nodes);
}

function translateFrame() {
  document.documentElement.lang = currentLanguage() === 'zh' ? 'zh-CN' : 'en';
  const brand = query('.brand', HTMLAnchorElement);
  brand.innerHTML = ART.leaf;
  brand.append(text('shopName'));
  for (const node of document.querySelectorAll('[data-text]')) {
    node.textContent = text(/** @type {TextName} */ (node.getAttribute('data-text')));
  }
  for (const tab of document.querySelectorAll('.tabs a')) {
    const here = tab.getAttribute('href') === (location.hash || '#/');
    tab.classList.toggle('here', here);
  }
}

/** Whose phone this browser is: one user per browser, as one per phone. */
function phoneUser() {
  const known = localStorage.getItem('user');
  if (known !== null) return known;
  const user = `user-${crypto.randomUUID()}`;
  localStorage.setItem('user', user);
  return user;
}
