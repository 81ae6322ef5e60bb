// The payment sheet of WeChat: who is paid, how much, and a password or a fingerprint.

import { ART } from '../art.js';
import { drawing, element } from '../dom.js';
import { text, yuan } from '../i18n.js';
import { keepFocusIn } from './dialogs.js';

/** @import { PaymentSheet, Result } from '../wechat.js' */
/** @import { Dialogs } from './dialogs.js' */

/** @typedef {{ pay: () => Promise<Result>, cancel: () => Promise<Result> }} User */

const PASSWORD_DIGITS = 6;
const WRONG_PASSWORD = '000000';
const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '', '0', '⌫'];
const READING_MILLISECONDS = 550;
const SHOWN_MILLISECONDS = 900;
const NO_FUNDS = 'requestPayment:fail 银行卡可用余额不足';

/**
 * Shows the sheet until the user has paid, closed it, or failed to pay.
 *
 * @param {HTMLElement} layer
 * @param {Dialogs} dialogs
 * @param {PaymentSheet} sheet
 * @param {User} user
 * @returns {Promise<Result>}
 */
export function showPaymentSheet(layer, dialogs, sheet, user) {
  const before = document.activeElement;
  return new Promise((resolve, reject) => {
    let fromBalance = true;
    let busy = false;
    /** @type {((key: string) => void) | undefined} */
    let typed;

    const consent = element('div', { class: 'consent' });
    const method = element('button', { class: 'sheet-method', onclick: () => changeMethod() });
    const close = element(
      'button',
      { class: 'sheet-close', label: text('close'), onclick: () => void cancel() },
      drawing(ART.cross),
    );
    const box = element(
      'section',
      { class: 'sheet', role: 'dialog', label: text('sheetTitle') },
      element('header', { class: 'sheet-head' }, close, element('span', {}, text('sheetTitle'))),
      element('p', { class: 'sheet-payee' }, sheet.merchantName),
      element('p', { class: 'sheet-amount' }, yuan(sheet.total)),
      element('p', { class: 'sheet-item' }, sheet.description),
      method,
      consent,
    );
    const shade = element('div', { class: 'shade bottom' }, box);
    shade.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') void cancel();
      else if (event.key === 'Tab') keepFocusIn(box, event);
      else if (/^\d$/.test(event.key)) typed?.(event.key);
      else if (event.key === 'Backspace') typed?.('⌫');
    });
    layer.append(shade);
    drawMethod();
    askFingerprint();

    /** @param {Result} result */
    function finish(result) {
      shade.remove();
      if (before instanceof HTMLElement) before.focus();
      resolve(result);
    }

    async function cancel() {
      if (busy) return;
      busy = true;
      user.cancel().then(finish, reject);
    }

    /** Password or fingerprint was given. */
    async function agree() {
      if (busy) return;
      busy = true;
      if (!fromBalance) {
        await dialogs.modal({ title: text('sheetTitle'), content: text('noFunds'), showCancel: false, confirmText: text('close') });
        finish({ errMsg: NO_FUNDS });
        return;
      }
      try {
        const result = await user.pay();
        if (result.errMsg === 'requestPayment:ok') {
          consent.replaceChildren(
            element('div', { class: 'sheet-done', role: 'status' }, drawing(ART.check), text('paid')),
          );
          await new Promise((done) => setTimeout(done, SHOWN_MILLISECONDS));
        }
        finish(result);
      } catch (error) {
        shade.remove();
        reject(error);
      }
    }

    function changeMethod() {
      fromBalance = !fromBalance;
      drawMethod();
    }

    function drawMethod() {
      method.replaceChildren(
        element('span', { class: 'sheet-method-name' }, text('method')),
        element('span', {}, text(fromBalance ? 'balance' : 'emptyCard')),
        drawing(ART.chevron),
      );
    }

    function askFingerprint() {
      typed = undefined;
      const hint = element('p', { class: 'hint' }, text('touch'));
      const sensor = element(
        'button',
        { class: 'fingerprint', label: text('useFingerprint') },
        drawing(ART.fingerprint),
      );
      sensor.addEventListener('click', () => {
        sensor.classList.add('reading');
        hint.textContent = text('reading');
        setTimeout(() => void agree(), READING_MILLISECONDS);
      });
      const other = element('button', { class: 'sheet-link', onclick: askPassword }, text('usePassword'));
      consent.replaceChildren(sensor, hint, other);
      sensor.focus();
    }

    function askPassword() {
      let digits = '';
      const hint = element('p', { class: 'hint' }, text('enterPassword'));
      const dots = element('div', { class: 'dots', label: text('enterPassword'), role: 'img' });
      const draw = () =>
        dots.replaceChildren(
          ...Array.from({ length: PASSWORD_DIGITS }, (_, index) =>
            element('span', { class: index < digits.length ? 'dot full' : 'dot' }),
          ),
        );
      typed = (key) => {
        if (busy || (key !== '⌫' && digits.length === PASSWORD_DIGITS)) return;
        digits = key === '⌫' ? digits.slice(0, -1) : digits + key;
        draw();
        if (digits.length < PASSWORD_DIGITS) return;
        if (digits !== WRONG_PASSWORD) {
          void agree();
          return;
        }
        digits = '';
        draw();
        hint.textContent = text('wrongPassword');
        hint.classList.add('wrong');
      };
      const keypad = KEYS.map((key) => {
        if (key === '') return element('span');
        const label = key === '⌫' ? { label: text('deleteDigit') } : {};
        const face = key === '⌫' ? drawing(ART.backspace) : key;
        return element('button', { class: 'key', onclick: () => typed?.(key), ...label }, face);
      });
      draw();
      consent.replaceChildren(
        hint,
        dots,
        element('p', { class: 'hint small' }, text('anyDigits')),
        element('button', { class: 'sheet-link', onclick: askFingerprint }, text('useFingerprint')),
        element('div', { class: 'keypad' }, ...keypad),
      );
      consent.querySelector('button')?.focus();
    }
  });
}
