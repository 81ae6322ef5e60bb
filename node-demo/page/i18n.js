// The language of the page: chosen here once, remembered, and told to whoever draws texts.

import { PHONE } from './phone/texts.js';
import { STAGE } from './stage/texts.js';

/** @typedef {'zh' | 'en'} Language */
/** @typedef {{ zh: string, en: string }} Text */

const TEXTS = { ...PHONE, ...STAGE };
const STORED = 'language';

/** @typedef {keyof typeof TEXTS} TextName */

/** @type {Set<() => void>} */
const listeners = new Set();
let language = initialLanguage();

/** @returns {Language} */
export function currentLanguage() {
  return language;
}

/** @param {Language} chosen */
export function chooseLanguage(chosen) {
  language = chosen;
  localStorage.setItem(STORED, chosen);
  for (const listener of listeners) listener();
}

/** @param {() => void} listener */
export function onLanguage(listener) {
  listeners.add(listener);
}

/** @param {TextName} name */
export function text(name) {
  return TEXTS[name][language];
}

/** @param {Text} both */
export function pick(both) {
  return both[language];
}

/**
 * `6800` as `¥68.00`.
 *
 * @param {number} fen
 */
export function yuan(fen) {
  return `¥${(fen / 100).toFixed(2)}`;
}

/** `?lang=` first, then what was chosen before, then the browser's. @returns {Language} */
function initialLanguage() {
  const wanted =
    new URLSearchParams(location.search).get('lang') ??
    localStorage.getItem(STORED) ??
    navigator.language;
  return wanted.startsWith('zh') ? 'zh' : 'en';
}
