// The sequence diagram: three lanes, an arrow per message, a panel under the row that is open.

import { ART } from '../art.js';
import { drawing, element } from '../dom.js';
import { onLanguage, text } from '../i18n.js';
import { drawBlock } from './blocks.js';
import { rowsOf } from './rows.js';

/** @import { Row } from './rows.js' */

const LANES = /** @type {const} */ (['phone', 'backend', 'wechat']);

export class Sequence {
  #list;
  #scroller;
  /** @type {Map<string, { row: Row, item: HTMLElement }>} */
  #rows = new Map();
  /** @type {Map<string, boolean>} rows the viewer has opened or closed */
  #chosen = new Map();
  #featured = '';
  #follows = false;
  #events;

  /**
   * @param {HTMLElement} list
   * @param {HTMLElement} scroller
   * @param {() => any[]} events
   */
  constructor(list, scroller, events) {
    this.#list = list;
    this.#scroller = scroller;
    this.#events = events;
    onLanguage(() => this.redraw());
    // Whoever reads is left alone until something is done on the phone again.
    for (const act of ['wheel', 'touchmove', 'keydown', 'pointerdown']) {
      scroller.addEventListener(act, () => (this.#follows = false), { passive: true });
    }
  }

  /** @param {any} event */
  show(event) {
    if (isDeed(event)) this.#follows = true;
    for (const row of rowsOf(event)) {
      if (row.featured) this.#feature(row.id);
      this.#place(row);
    }
    this.#drawPhases();
    if (this.#follows) this.#scroller.scrollTo({ top: this.#scroller.scrollHeight });
  }

  redraw() {
    this.#list.replaceChildren();
    this.#rows.clear();
    for (const event of this.#events()) for (const row of rowsOf(event)) this.#place(row);
    this.#drawPhases();
  }

  /** @param {boolean} open */
  setAll(open) {
    this.#featured = '';
    for (const [id, { row }] of this.#rows) if (row.blocks.length > 0) this.#chosen.set(id, open);
    this.redraw();
  }

  /** The newest row worth reading is open; the one before it closes unless the viewer wants it. */
  #feature(/** @type {string} */ id) {
    const before = this.#rows.get(this.#featured);
    this.#featured = id;
    if (before !== undefined) this.#place(before.row);
  }

  /** @param {Row} row */
  #place(row) {
    const item = this.#draw(row);
    const known = this.#rows.get(row.id);
    this.#rows.set(row.id, { row, item });
    if (known !== undefined) {
      item.classList.add('settled');
      known.item.replaceWith(item);
      return;
    }
    const later = [...this.#list.children].find(
      (other) => other instanceof HTMLElement && Number(other.dataset['at']) > row.at,
    );
    this.#list.insertBefore(item, later ?? null);
  }

  /** @param {Row} row */
  #draw(row) {
    const open = this.#chosen.get(row.id) ?? row.id === this.#featured;
    const item = element('li', { class: `row ${row.tone}` });
    item.dataset['at'] = String(row.at);
    item.dataset['phase'] = String(row.phase);
    item.dataset['row'] = row.id;
    const [from, to] = [LANES.indexOf(row.from), LANES.indexOf(row.to)];
    const openable = row.blocks.length > 0;
    const line = element(
      openable ? 'button' : 'div',
      { class: 'row-line' },
      from === to ? chip(row) : arrow(row, from, to),
    );
    item.append(line);
    if (!openable) return item;
    line.setAttribute('aria-expanded', String(open));
    if (open) item.append(panel(row));
    line.addEventListener('click', () => {
      const now = line.getAttribute('aria-expanded') !== 'true';
      this.#chosen.set(row.id, now);
      line.setAttribute('aria-expanded', String(now));
      if (now) item.append(panel(row));
      else item.querySelector('.row-panel')?.remove();
    });
    return item;
  }

  /** A heading wherever another of the six steps begins. */
  #drawPhases() {
    for (const heading of this.#list.querySelectorAll('.phase')) heading.remove();
    let phase = 0;
    for (const item of [...this.#list.children]) {
      const next = Number(/** @type {HTMLElement} */ (item).dataset['phase']);
      if (next === 0 || next === phase) continue;
      phase = next;
      const number = phase <= 6 ? String(phase) : '…';
      const name = text(/** @type {'phase1'} */ (`phase${phase}`));
      const heading = element('li', { class: 'phase' }, element('b', {}, number), element('span', {}, name));
      item.before(heading);
    }
  }

}

/**
 * Whether somebody did something on the phone: the login and the looking around happen by themselves.
 *
 * @param {any} event
 */
function isDeed({ type, stage, call, detail }) {
  if (type !== 'phone' || stage !== 'asked') return false;
  return call === 'requestPayment' || (detail.method === 'POST' && detail.path !== '/api/login');
}

/**
 * @param {Row} row
 * @param {number} from
 * @param {number} to
 */
function arrow(row, from, to) {
  const span = `from-${Math.min(from, to)} span-${Math.abs(to - from)}`;
  const label = element('span', { class: 'row-label' }, row.label);
  if (row.attacked) label.prepend(drawing(ART.bolt, 'bolt'));
  return element(
    'span',
    { class: `message ${span} ${to > from ? 'right' : 'left'}`, title: row.label },
    element('span', { class: 'row-text' }, label, ...status(row)),
    element('span', { class: 'shaft' }),
  );
}

/** @param {Row} row */
function chip(row) {
  return element(
    'span',
    { class: `message self lane-${LANES.indexOf(row.from)}`, title: row.label },
    element('span', { class: 'row-text' }, element('span', { class: 'row-label' }, row.label), ...status(row)),
  );
}

/** @param {Row} row */
function status(row) {
  return row.status === undefined ? [] : [element('span', { class: 'status' }, row.status)];
}

/** @param {Row} row */
function panel(row) {
  return element('div', { class: 'row-panel' }, ...row.blocks.map(drawBlock));
}
