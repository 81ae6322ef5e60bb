// The sheet WeChat slides up over the mini program: what is to be paid, and the user's consent.

/** @import { PaymentSheet } from './wx.js' */

import { ART } from './art.js';
import { element, query } from './dom.js';
import { text, yuan } from './i18n.js';

const PASSWORD_DIGITS = 6;
const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '', '0', '⌫'];

/**
 * Shows the sheet until the user pays or closes it. True when the user agreed.
 *
 * @param {PaymentSheet} sheet
 * @returns {Promise<boolean>}
 */
export function showPaymentSheet(sheet) {
  const dialog = query('#sheet', HTMLDialogElement);
  return new Promise((resolve) => {
    /** @param {boolean} agreed */
    const finish = (agreed) => {
      dialog.oncancel = null;
      dialog.close();
      dialog.replaceChildren();
      resolve(agreed);
    };
    dialog.oncancel = (event) => {
      event.preventDefault();
      finish(false);
    };
    const consent = element('div', { class: 'consent' });
    const byFingerprint = () => consent.replaceChildren(...fingerprint(finish, byPassword));
    const byPassword = () => consent.replaceChildren(...password(finish, byFingerprint));
    byFingerprint();
    dialog.replaceChildren(
      element(
        'div',
        { class: 'sheet-head' },
        element('button', {
          class: 'plain',
          art: ART.cross,
          label: text('cancel'),
          onclick: () => finish(false),
        }),
        element('span', {}, text('sheetTitle')),
      ),
      element('p', { class: 'sheet-payee' }, sheet.merchantName),
      element('p', { class: 'sheet-amount' }, yuan(sheet.total)),
      element(
        'dl',
        { class: 'facts' },
        element('dt', {}, text('item')),
        element('dd', {}, sheet.description),
        element('dt', {}, text('method')),
        element('dd', {}, text('balance')),
      ),
      consent,
    );
    dialog.showModal();
  });
}

/**
 * @param {(agreed: boolean) => void} finish
 * @param {() => void} other
 */
function fingerprint(finish, other) {
  const button = element('button', {
    class: 'fingerprint',
    label: text('fingerprint'),
    art: ART.fingerprint,
  });
  button.addEventListener('click', () => {
    button.classList.add('reading');
    setTimeout(() => finish(true), 500);
  });
  return [
    button,
    element('p', { class: 'hint' }, text('fingerprint')),
    element('button', { class: 'link', onclick: other }, text('usePassword')),
  ];
}

/**
 * @param {(agreed: boolean) => void} finish
 * @param {() => void} other
 */
function password(finish, other) {
  let digits = '';
  const dots = element('div', { class: 'dots' });
  const draw = () =>
    dots.replaceChildren(
      ...Array.from({ length: PASSWORD_DIGITS }, (_, index) =>
        element('span', { class: index < digits.length ? 'dot full' : 'dot' }),
      ),
    );
  /** @param {string} key */
  const press = (key) => {
    if (digits.length === PASSWORD_DIGITS) return;
    digits = key === '⌫' ? digits.slice(0, -1) : digits + key;
    draw();
    if (digits.length === PASSWORD_DIGITS) setTimeout(() => finish(true), 300);
  };
  draw();
  const keypad = KEYS.map((key) =>
    key === ''
      ? element('span')
      : element(
          'button',
          {
            class: 'key',
            onclick: () => press(key),
            ...(key === '⌫' ? { label: text('deleteDigit') } : {}),
          },
          key,
        ),
  );
  return [
    element('p', { class: 'hint' }, text('enterPassword')),
    dots,
    element('p', { class: 'hint small' }, text('anyDigits')),
    element('div', { class: 'keypad' }, ...keypad),
    element('button', { class: 'link', onclick: other }, text('useFingerprint')),
  ];
}
