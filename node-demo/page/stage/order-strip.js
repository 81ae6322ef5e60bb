// The order and its state, live.

import { element } from '../dom.js';
import { onLanguage, text } from '../i18n.js';

const PATH = ['CREATED', 'PREPAID', 'PAID', 'REFUNDING', 'REFUNDED'];

export class OrderStrip {
  #place;
  /** @type {{ outTradeNo: string, status: string, paidBy: string | null } | undefined} */
  #order;

  /** @param {HTMLElement} place */
  constructor(place) {
    this.#place = place;
    onLanguage(() => this.#draw());
    this.#draw();
  }

  /** @param {{ outTradeNo: string, status: string, paidBy: string | null } | undefined} order */
  show(order) {
    this.#order = order;
    this.#draw();
  }

  #draw() {
    const order = this.#order;
    if (order === undefined) {
      this.#place.replaceChildren(element('p', { class: 'no-order' }, text('noOrder')));
      return;
    }
    const path = order.status === 'CLOSED' ? ['CREATED', 'PREPAID', 'CLOSED'] : PATH;
    const reached = path.indexOf(order.status);
    const steps = path.map((status, index) => {
      const kind = index === reached ? 'here' : index < reached ? 'past' : '';
      const step = element('li', { class: `${kind} ${status.toLowerCase()}` }, status);
      if (index === reached) step.setAttribute('aria-current', 'step');
      return step;
    });
    const how =
      order.paidBy === null ? '' : ` · ${text(order.paidBy === 'QUERY' ? 'paidByQUERY' : 'paidByCALLBACK')}`;
    this.#place.replaceChildren(
      element('p', { class: 'order-number' }, element('code', {}, order.outTradeNo), how),
      element('ol', { class: 'states' }, ...steps),
    );
  }
}
