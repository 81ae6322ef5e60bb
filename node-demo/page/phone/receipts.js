// The official account 微信支付: it writes to the buyer after a payment and after a refund.

import { ART } from '../art.js';
import { drawing, element } from '../dom.js';
import { currentLanguage, onLanguage, text, yuan } from '../i18n.js';

/**
 * @typedef {object} Receipt
 * @property {'payment' | 'refund'} kind
 * @property {number} amount in fen
 * @property {string} outTradeNo
 * @property {string} transactionId
 * @property {string} time RFC 3339
 */

const BANNER_MILLISECONDS = 6000;

export class Receipts {
  /** @type {Receipt[]} */
  #receipts = [];
  #conversation;
  #bannerPlace;

  /**
   * @param {HTMLElement} conversation the screen of the account
   * @param {HTMLElement} bannerPlace
   */
  constructor(conversation, bannerPlace) {
    this.#conversation = conversation;
    this.#bannerPlace = bannerPlace;
    conversation.hidden = true;
    onLanguage(() => this.#draw());
    this.#draw();
  }

  /** @param {Receipt} receipt */
  arrive(receipt) {
    this.#receipts.push(receipt);
    this.#draw();
    if (this.#conversation.hidden) this.#announce(receipt);
  }

  open() {
    this.#bannerPlace.replaceChildren();
    this.#conversation.hidden = false;
    this.#conversation.querySelector('button')?.focus();
  }

  close() {
    this.#conversation.hidden = true;
  }

  /** @param {Receipt} receipt */
  #announce({ kind, amount }) {
    const title = text(kind === 'payment' ? 'receiptTitle' : 'refundTitle');
    const banner = element(
      'button',
      { class: 'banner', onclick: () => this.open() },
      drawing(ART.wechatPay, 'account'),
      element(
        'span',
        { class: 'banner-text' },
        element('strong', {}, text('receipts')),
        element('span', {}, `${title} · ${yuan(amount)}`),
      ),
      element('span', { class: 'banner-time' }, text('now')),
    );
    this.#bannerPlace.replaceChildren(banner);
    setTimeout(() => banner.remove(), BANNER_MILLISECONDS);
  }

  #draw() {
    const back = element(
      'button',
      { class: 'nav-button', label: text('backToShop'), onclick: () => this.close() },
      drawing(ART.back),
    );
    const messages =
      this.#receipts.length === 0
        ? [element('p', { class: 'no-receipts' }, text('noReceipts'))]
        : this.#receipts.map((receipt) => card(receipt));
    this.#conversation.replaceChildren(
      element('header', { class: 'nav-bar' }, back, element('h2', {}, text('receipts'))),
      element('div', { class: 'messages', role: 'log' }, ...messages),
    );
    this.#conversation.querySelector('.messages')?.lastElementChild?.scrollIntoView();
  }
}

/** @param {Receipt} receipt */
function card({ kind, amount, outTradeNo, transactionId, time }) {
  const payment = kind === 'payment';
  /** @type {[string, string][]} */
  const facts = payment
    ? [
        [text('payee'), text('shopName')],
        [text('state'), text('stateSuccess')],
        [text('paidAt'), localTime(time)],
      ]
    : [
        [text('payee'), text('shopName')],
        [text('refundWay'), text('balance')],
        [text('arrived'), localTime(time)],
      ];
  facts.push([text('transaction'), transactionId], [text('merchantNumber'), outTradeNo]);
  return element(
    'article',
    { class: 'receipt' },
    element('h3', {}, text(payment ? 'receiptTitle' : 'refundTitle')),
    element('p', { class: 'receipt-label' }, text(payment ? 'receiptAmount' : 'refundAmount')),
    element('p', { class: 'receipt-amount' }, yuan(amount)),
    element(
      'dl',
      {},
      ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
    ),
  );
}

/** @param {string} time */
function localTime(time) {
  const locale = currentLanguage() === 'zh' ? 'zh-CN' : 'en-GB';
  return new Date(time).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' });
}
