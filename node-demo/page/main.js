// The page: a phone that runs the mini program, and beside it what that causes.

import { query } from './dom.js';
import { chooseLanguage, currentLanguage, onLanguage, text } from './i18n.js';
import { startPhone } from './phone/phone.js';
import { Feed } from './stage/feed.js';
import { OrderStrip } from './stage/order-strip.js';
import { Sequence } from './stage/sequence.js';
import { Switch } from './stage/switch.js';

/** @import { TextName } from './i18n.js' */
/** @import { Payment } from './wechat.js' */
/** @import { Receipts } from './phone/receipts.js' */

/** @type {{ appid: string, simulatorUrl: string }} */
const settings = await (await fetch('/demo.json')).json();
const feed = new Feed();
const breaker = new Switch(query('.switch', HTMLElement), query('.armed-note', HTMLElement), () =>
  showView('stage'),
);
const strip = new OrderStrip(query('.order-strip', HTMLElement));
const scroller = query('.stage', HTMLElement);
const sequence = new Sequence(query('.rows', HTMLElement), scroller, () => feed.events);
const notice = query('.disconnected', HTMLElement);
/** The orders of this phone: receipts for others do not come here. */
const own = new Set();
/** @type {Receipts | undefined} */
let receipts;

translate();
onLanguage(translate);
query('.language', HTMLButtonElement).addEventListener('click', () => {
  chooseLanguage(currentLanguage() === 'zh' ? 'en' : 'zh');
});
for (const button of document.querySelectorAll('.views button')) {
  button.addEventListener('click', () => showView(button.getAttribute('data-view') ?? 'phone'));
}
query('.clear', HTMLButtonElement).addEventListener('click', () => {
  feed.clear();
  sequence.redraw();
});
query('.open-all', HTMLButtonElement).addEventListener('click', () => sequence.setAll(true));
query('.close-all', HTMLButtonElement).addEventListener('click', () => sequence.setAll(false));

feed.listen((event, fresh) => {
  sequence.show(event);
  if (event.type === 'switch') breaker.turned(event.attack);
  if (event.type === 'order') strip.show(event);
  if (event.type === 'phone') rememberOrders(event);
  if (event.type === 'delivery') breaker.allowAgain();
  if (event.type === 'receipt' && fresh && own.has(event.outTradeNo)) receipts?.arrive(event);
});
breaker.turned(
  await feed.connect((connected) => {
    notice.hidden = connected;
  }),
);
({ receipts } = await startPhone({ ...settings, observe: (event) => feed.phone(event), tamper }));

/** @param {any} event */
function rememberOrders({ detail }) {
  const { order, orders } = detail.data ?? {};
  for (const { outTradeNo } of orders ?? (order === undefined ? [] : [order])) own.add(outTradeNo);
}

/**
 * The one attack that happens on the phone: the fields are changed after the merchant has signed them.
 *
 * @param {Payment} payment
 * @returns {Payment}
 */
function tamper(payment) {
  if (breaker.attack !== 'paysign') return payment;
  return { ...payment, nonceStr: [...payment.nonceStr].reverse().join('') };
}

/** @param {string} view of a narrow screen */
function showView(view) {
  document.body.dataset['view'] = view;
  for (const button of document.querySelectorAll('.views button')) {
    button.setAttribute('aria-pressed', String(button.getAttribute('data-view') === view));
  }
}

function translate() {
  document.documentElement.lang = currentLanguage() === 'zh' ? 'zh-CN' : 'en';
  document.title = text('pageTitle');
  for (const node of document.querySelectorAll('[data-text]')) {
    node.replaceChildren(text(/** @type {TextName} */ (node.getAttribute('data-text'))));
  }
  for (const node of document.querySelectorAll('[data-label]')) {
    node.setAttribute('aria-label', text(/** @type {TextName} */ (node.getAttribute('data-label'))));
  }
}
