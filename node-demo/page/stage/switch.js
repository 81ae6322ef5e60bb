// The switch with which the viewer breaks things.

import { ART } from '../art.js';
import { drawing, element } from '../dom.js';
import { onLanguage, pick, text } from '../i18n.js';
import { POSITIONS } from './attacks.js';

/** @import { Position } from './attacks.js' */

const GROUPS = /** @type {const} */ ([
  ['callback', 'groupCallback'],
  ['clock', 'groupClock'],
  ['order', 'groupOrder'],
]);

export class Switch {
  #place;
  #note;
  #showStage;
  #attack = 'none';
  #open = false;
  #canRepeat = false;

  /**
   * @param {HTMLElement} place
   * @param {HTMLElement} note in sight wherever the viewer has scrolled
   * @param {() => void} showStage on a narrow screen
   */
  constructor(place, note, showStage) {
    this.#place = place;
    this.#note = note;
    this.#showStage = showStage;
    note.addEventListener('click', () => this.#reveal());
    onLanguage(() => this.#draw());
    this.#draw();
  }

  get attack() {
    return this.#attack;
  }

  /** @param {string} attack as the server has it */
  turned(attack) {
    this.#attack = attack;
    this.#draw();
  }

  /** There is a callback that can come again. */
  allowAgain() {
    if (this.#canRepeat) return;
    this.#canRepeat = true;
    this.#draw();
  }

  #draw() {
    const focused = this.#focusedName();
    const position = POSITIONS.find(({ id }) => id === this.#attack) ?? POSITIONS[0];
    const honest = this.#attack === 'none';
    this.#place.classList.toggle('armed', !honest);
    this.#note.hidden = honest;
    const name = position === undefined ? '' : pick(position.name);
    this.#note.replaceChildren(drawing(ART.bolt, 'bolt'), element('span', { class: 'armed-name' }, name));
    this.#note.setAttribute('aria-label', `${text('breakIt')}: ${name}`);
    const head = element(
      'button',
      { class: 'switch-head', onclick: () => this.#toggle() },
      drawing(ART.bolt, 'bolt'),
      element('span', { class: 'switch-title' }, text('breakIt')),
      element('span', { class: 'switch-state' }, name),
      drawing(ART.chevron, 'chevron'),
    );
    head.name = 'head';
    head.setAttribute('aria-expanded', String(this.#open));
    this.#place.replaceChildren(head);
    if (this.#open) this.#place.append(this.#body(position, honest));
    for (const button of this.#place.querySelectorAll('button')) {
      if (focused !== undefined && button.name === focused) button.focus();
    }
  }

  /**
   * @param {Position | undefined} position
   * @param {boolean} honest
   */
  #body(position, honest) {
    const again = element(
      'button',
      { class: 'secondary', disabled: !this.#canRepeat, onclick: () => void post('/stage/again', {}) },
      text('sendAgain'),
    );
    again.name = 'again';
    const right = element('button', { class: 'secondary', disabled: honest, onclick: () => this.#choose('none') }, text('setRight'));
    right.name = 'right';
    return element(
      'div',
      { class: 'switch-body' },
      element('p', { class: 'switch-note' }, honest || position === undefined ? text('breakNote') : pick(position.what)),
      ...GROUPS.map(([group, name]) =>
        element(
          'div',
          { class: 'switch-group', role: 'group', label: text(name) },
          element('h3', {}, text(name)),
          element('div', { class: 'switch-choices' }, ...this.#choices(group)),
        ),
      ),
      element('div', { class: 'switch-actions' }, again, right),
    );
  }

  /** @param {Position['group']} group */
  #choices(group) {
    return POSITIONS.filter((position) => position.group === group).map(({ id, name, what }) => {
      const here = id === this.#attack;
      const button = element(
        'button',
        { class: 'choice', title: pick(what), onclick: () => this.#choose(here ? 'none' : id) },
        pick(name),
      );
      button.name = id;
      button.setAttribute('aria-pressed', String(here));
      return button;
    });
  }

  #reveal() {
    this.#open = true;
    this.#showStage();
    this.#draw();
    this.#place.scrollIntoView({ block: 'center' });
    this.#place.querySelector('button')?.focus();
  }

  #toggle() {
    this.#open = !this.#open;
    this.#draw();
  }

  /** @param {string} attack */
  #choose(attack) {
    void post('/stage/switch', { attack });
  }

  #focusedName() {
    const { activeElement } = document;
    return activeElement instanceof HTMLButtonElement && this.#place.contains(activeElement)
      ? activeElement.name
      : undefined;
  }
}

/**
 * Without an answer nothing has changed, and the page says that the demo is gone.
 *
 * @param {string} path
 * @param {object} body
 */
function post(path, body) {
  const headers = { 'Content-Type': 'application/json' };
  return fetch(path, { method: 'POST', headers, body: JSON.stringify(body) }).catch(() => {});
}
