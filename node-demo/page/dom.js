/**
 * @typedef {object} Options
 * @property {string} [class]
 * @property {string} [label] for those who hear the page
 * @property {string} [role]
 * @property {string} [title]
 * @property {boolean} [disabled]
 * @property {(event: MouseEvent) => void} [onclick]
 */

/**
 * An element with properties and children; texts are texts, never markup.
 *
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Options} [options]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function element(name, options = {}, ...children) {
  const node = document.createElement(name);
  if (options.class !== undefined) node.className = options.class;
  if (name === 'button') node.setAttribute('type', 'button');
  if (options.label !== undefined) node.setAttribute('aria-label', options.label);
  if (options.role !== undefined) node.setAttribute('role', options.role);
  if (options.title !== undefined) node.title = options.title;
  if (options.disabled === true) node.setAttribute('disabled', '');
  if (options.onclick !== undefined) {
    node.addEventListener('click', /** @type {EventListener} */ (options.onclick));
  }
  node.append(...children);
  return node;
}

/**
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} type
 * @returns {T}
 */
export function query(selector, type) {
  const found = document.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`the page has no ${selector}`);
  return found;
}

/**
 * A drawing of `art.js`.
 *
 * @param {string} svg constant markup of this page; nothing from outside ever enters
 * @param {string} [className]
 */
export function drawing(svg, className = 'icon') {
  const holder = element('span', { class: className });
  holder.setAttribute('aria-hidden', 'true');
  holder.innerHTML = svg;
  return holder;
}
