/**
 * An element with properties and children; texts are texts, never markup.
 *
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {{ class?: string, art?: string, href?: string, label?: string, disabled?: boolean, onclick?: () => void }} [options]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function element(name, options = {}, ...children) {
  const node = document.createElement(name);
  if (options.class !== undefined) node.className = options.class;
  if (options.art !== undefined) node.innerHTML = options.art;
  if (options.href !== undefined) node.setAttribute('href', options.href);
  if (name === 'button') node.setAttribute('type', 'button');
  if (options.label !== undefined) node.setAttribute('aria-label', options.label);
  if (options.disabled === true) node.setAttribute('disabled', '');
  if (options.onclick !== undefined) node.addEventListener('click', options.onclick);
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
