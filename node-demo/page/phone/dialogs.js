// What WeChat itself puts over a mini program: toast, loading and modal.

import { drawing, element } from '../dom.js';
import { ART } from '../art.js';

/**
 * @typedef {object} Modal
 * @property {string} title
 * @property {string} content
 * @property {boolean} [showCancel]
 * @property {string} [cancelText]
 * @property {string} [confirmText]
 */

const TOAST_MILLISECONDS = 1500;

export class Dialogs {
  #layer;
  /** @type {HTMLElement | undefined} */
  #loading;

  /** @param {HTMLElement} layer over the screen of the phone */
  constructor(layer) {
    this.#layer = layer;
  }

  /** @param {{ title: string, icon?: string, duration?: number }} options */
  toast({ title, icon = 'success', duration = TOAST_MILLISECONDS }) {
    const box = element('div', { class: 'toast', role: 'status' });
    if (icon === 'success') box.append(drawing(ART.check, 'toast-icon'));
    box.append(element('span', {}, title));
    this.#layer.append(box);
    setTimeout(() => box.remove(), duration);
  }

  /** @param {string} title */
  loading(title) {
    this.hideLoading();
    const turning = element('span', { class: 'spinner' });
    const box = element('div', { class: 'toast', role: 'status' }, turning, element('span', {}, title));
    this.#loading = element('div', { class: 'shield' }, box);
    this.#layer.append(this.#loading);
  }

  hideLoading() {
    this.#loading?.remove();
    this.#loading = undefined;
  }

  /**
   * True when it was confirmed.
   *
   * @param {Modal} modal
   * @returns {Promise<boolean>}
   */
  modal({ title, content, showCancel = true, cancelText = '取消', confirmText = '确定' }) {
    const before = document.activeElement;
    return new Promise((resolve) => {
      const finish = (/** @type {boolean} */ confirmed) => {
        shade.remove();
        if (before instanceof HTMLElement) before.focus();
        resolve(confirmed);
      };
      const confirm = element('button', { class: 'modal-confirm', onclick: () => finish(true) }, confirmText);
      const buttons = showCancel
        ? [element('button', { class: 'modal-cancel', onclick: () => finish(false) }, cancelText), confirm]
        : [confirm];
      const box = element(
        'div',
        { class: 'modal', role: 'alertdialog', label: title },
        element('h2', {}, title),
        element('p', {}, content),
        element('div', { class: 'modal-buttons' }, ...buttons),
      );
      const shade = element('div', { class: 'shade centre' }, box);
      shade.addEventListener('keydown', (event) => {
        if (event.key === 'Escape') finish(!showCancel);
        if (event.key === 'Tab') keepFocusIn(box, event);
      });
      this.#layer.append(shade);
      confirm.focus();
    });
  }
}

/**
 * @param {HTMLElement} box
 * @param {KeyboardEvent} event of the Tab key
 */
export function keepFocusIn(box, event) {
  const stops = [...box.querySelectorAll('button:not([disabled])')];
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  const other = event.shiftKey ? stops.at(-1) : stops[0];
  if (document.activeElement !== edge || !(other instanceof HTMLElement)) return;
  event.preventDefault();
  other.focus();
}
