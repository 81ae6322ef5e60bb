// One page on the stack: its data, its view, and setData between them.

import { expand, patch } from './render.js';

/** @import { PageCode } from './package.js' */
/** @import { VirtualNode } from './render.js' */

/**
 * @typedef {Record<string, any>} PageObject `this` inside the functions of a page
 */

/** What every component starts from; sheets of the mini program come after it. */
const BASE = new CSSStyleSheet();
BASE.replaceSync(`
  :host { display: block; height: 100%; overflow: auto; overscroll-behavior: contain; }
  * { box-sizing: border-box; -webkit-tap-highlight-color: transparent; }
  wx-page { display: block; min-height: 100%; }
  wx-view, wx-navigator, wx-scroll-view { display: block; }
  wx-scroll-view { overflow: auto; }
  wx-image { display: inline-block; overflow: hidden; width: 320px; height: 240px; }
  wx-image > img { display: block; width: 100%; height: 100%; object-fit: fill; }
  wx-image[mode=aspectFill] > img { object-fit: cover; }
  wx-image[mode=aspectFit] > img { object-fit: contain; }
  [role=button], wx-navigator, button { cursor: pointer; }
  [hidden] { display: none; }
  button { display: block; width: 100%; margin: 0 auto; padding: 0 14px; border: 0; border-radius: 5px; font: inherit;
    font-size: 18px; line-height: 2.556; text-align: center; background: #f8f8f8; color: #000; }
  button[size=mini] { display: inline-block; width: auto; padding: 0 1.32em; font-size: 13px; line-height: 2.3; }
  button[disabled] { cursor: default; opacity: .75; }
  button:active:not([disabled]), [role=button]:active, wx-navigator:active { filter: brightness(.94); }
  button[aria-busy]::before { content: ''; display: inline-block; width: 1em; height: 1em; margin-right: .5em;
    vertical-align: -.12em; border: 2px solid currentColor; border-right-color: transparent; border-radius: 50%;
    animation: turn .9s linear infinite; }
  @keyframes turn { to { transform: rotate(1turn); } }
  input { font: inherit; color: inherit; border: 0; padding: 0; background: none; min-width: 0; }
  :focus-visible { outline: 2px solid #2f6b4f; outline-offset: 2px; }
  @media (prefers-reduced-motion: reduce) { * { animation: none !important; } }
`);

export class PageInstance {
  /** @type {VirtualNode[]} */
  #drawn = [];
  #planned = false;

  /**
   * @param {PageCode} code
   * @param {CSSStyleSheet} appStyle
   * @param {(url: string, openType: string) => void} navigate
   */
  constructor(code, appStyle, navigate) {
    this.code = code;
    this.title = code.settings.navigationBarTitleText ?? '';
    this.host = document.createElement('div');
    this.host.className = 'page-host';
    this.host.dataset['page'] = code.path;
    const shadow = this.host.attachShadow({ mode: 'open' });
    shadow.adoptedStyleSheets = [BASE, appStyle, code.style];
    this.root = document.createElement('wx-page');
    shadow.append(this.root);
    this.navigate = navigate;
    /** @type {PageObject} */
    this.object = Object.create(code.definition);
    this.object['data'] = structuredClone(code.definition['data'] ?? {});
    this.object['route'] = code.path;
    this.object['setData'] = (/** @type {Record<string, unknown>} */ changes) =>
      this.#setData(changes);
    this.#draw();
  }

  /**
   * Calls a function of the page if it has it; failures of promises surface as the page's own.
   *
   * @param {string} name
   * @param {...unknown} given
   */
  call(name, ...given) {
    const method = this.object[name];
    if (typeof method === 'function') method.apply(this.object, given);
  }

  /** @param {Record<string, unknown>} changes by path, such as `list[0].name` */
  #setData(changes) {
    for (const [path, value] of Object.entries(changes)) setPath(this.object['data'], path, value);
    if (this.#planned) return;
    this.#planned = true;
    queueMicrotask(() => {
      this.#planned = false;
      this.#draw();
    });
  }

  #draw() {
    const next = expand(this.code.template, this.object['data']);
    patch(this.root, this.#drawn, next, (handler, event) => {
      const { url, openType } = /** @type {Record<string, string>} */ (event.detail);
      if (handler === '#navigate') this.navigate(String(url), String(openType));
      else if (typeof this.object[handler] === 'function') this.call(handler, event);
      else throw new Error(`${this.code.path}.js has no function ${handler}`);
    });
    this.#drawn = next;
  }
}

/**
 * @param {any} target
 * @param {string} path
 * @param {unknown} value
 */
function setPath(target, path, value) {
  const keys = path.match(/[^.[\]]+/g) ?? [];
  const last = keys.pop();
  let object = target;
  for (const key of keys) object = object[key] ??= {};
  if (last !== undefined) object[last] = value;
}
