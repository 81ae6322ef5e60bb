// The stack of pages and the ways between them.

import { PageInstance } from './page-instance.js';

/** @import { Package } from './package.js' */

/**
 * @typedef {object} Screen where pages are shown
 * @property {HTMLElement} pages
 * @property {(view: { title: string, canGoBack: boolean, tab: number | undefined }) => void} changed
 */

export class Pages {
  /** @type {PageInstance[]} */
  #stack = [];
  /** @type {Map<string, PageInstance>} pages of the tab bar stay alive */
  #tabs = new Map();
  #package;
  #screen;

  /**
   * @param {Package} code
   * @param {Screen} screen
   */
  constructor(code, screen) {
    this.#package = code;
    this.#screen = screen;
  }

  get current() {
    return this.#stack.at(-1);
  }

  /** @param {string} url */
  navigateTo(url) {
    const page = this.#open(url);
    this.current?.call('onHide');
    this.#stack.push(page);
    this.#show(url);
  }

  /** @param {string} url */
  redirectTo(url) {
    const page = this.#open(url);
    this.#drop(this.#stack.pop());
    this.#stack.push(page);
    this.#show(url);
  }

  navigateBack() {
    if (this.#stack.length < 2) return;
    this.#drop(this.#stack.pop());
    this.#reveal();
  }

  /** @param {string} url */
  switchTab(url) {
    const path = pathOf(url);
    if (this.#tabIndex(path) === undefined) throw new Error(`switchTab:fail ${path} is no tab`);
    const known = this.#tabs.get(path);
    const page = known ?? this.#open(url);
    if (known !== undefined && this.current === known) return;
    this.current?.call('onHide');
    for (const left of this.#stack) {
      if (!this.#tabs.has(left.code.path)) this.#drop(left);
      else left.host.remove();
    }
    this.#tabs.set(path, page);
    this.#stack = [page];
    if (known === undefined) this.#show(url);
    else this.#reveal();
  }

  /** The phone comes back to the mini program, for one thing in another language. */
  show() {
    this.current?.call('onShow');
  }

  /** @param {string} title */
  setTitle(title) {
    if (this.current === undefined) return;
    this.current.title = title;
    this.#announce();
  }

  /** @param {string} url */
  #open(url) {
    const code = this.#package.pages.get(pathOf(url));
    if (code === undefined) throw new Error(`${pathOf(url)} is not among the pages of app.json`);
    return new PageInstance(code, this.#package.style, (to, how) => this.go(how, to));
  }

  /**
   * @param {string} how the open-type of a navigator
   * @param {string} url
   */
  go(how, url) {
    if (how === 'navigate') this.navigateTo(url);
    else if (how === 'redirect') this.redirectTo(url);
    else if (how === 'switchTab') this.switchTab(url);
    else if (how === 'navigateBack') this.navigateBack();
    else throw new Error(`a navigator cannot ${how}`);
  }

  /** @param {string} url */
  #show(url) {
    const page = this.current;
    if (page === undefined) return;
    this.#screen.pages.replaceChildren(page.host);
    page.call('onLoad', Object.fromEntries(new URLSearchParams(url.split('?')[1] ?? '')));
    page.call('onShow');
    page.call('onReady');
    this.#announce();
  }

  #reveal() {
    if (this.current === undefined) return;
    this.#screen.pages.replaceChildren(this.current.host);
    this.current.call('onShow');
    this.#announce();
  }

  /** @param {PageInstance | undefined} page */
  #drop(page) {
    page?.host.remove();
    page?.call('onUnload');
  }

  #announce() {
    const page = this.current;
    if (page === undefined) return;
    const { title, code } = page;
    const canGoBack = this.#stack.length > 1;
    this.#screen.changed({ title, canGoBack, tab: this.#tabIndex(code.path) });
  }

  /** @param {string} path */
  #tabIndex(path) {
    const index = this.#package.settings.tabBar.list.findIndex(({ pagePath }) => pagePath === path);
    return index < 0 ? undefined : index;
  }
}

/** @param {string} url */
function pathOf(url) {
  return (url.split('?')[0] ?? '').replace(/^\//, '');
}
