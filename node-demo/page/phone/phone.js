// The phone: starts the mini program in its screen and lends it WeChat.

import { ART } from '../art.js';
import { drawing, element, query } from '../dom.js';
import { currentLanguage, onLanguage, text } from '../i18n.js';
import { loadPackage } from '../runtime/package.js';
import { Pages } from '../runtime/pages.js';
import { createWx } from '../runtime/wx.js';
import { createWechat } from '../wechat.js';
import { Dialogs } from './dialogs.js';
import { showPaymentSheet } from './payment-sheet.js';
import { Receipts } from './receipts.js';

/** @import { TabBarItem } from '../runtime/package.js' */
/** @import { Payment, PhoneEvent } from '../wechat.js' */

/**
 * @param {{
 *   appid: string,
 *   simulatorUrl: string,
 *   observe: (event: PhoneEvent) => void,
 *   tamper: (payment: Payment) => Payment,
 * }} options
 */
export async function startPhone({ appid, simulatorUrl, observe, tamper }) {
  const layer = query('.layer', HTMLElement);
  const dialogs = new Dialogs(layer);
  const receipts = new Receipts(query('.conversation', HTMLElement), query('.banner-place', HTMLElement));
  const screen = query('.screen', HTMLElement);
  const bars = drawBars(() => pages.navigateBack(), () => receipts.open());
  new ResizeObserver(() => {
    screen.style.setProperty('--rpx', `${screen.clientWidth / 750}px`);
  }).observe(screen);

  const wechat = createWechat({
    appid,
    simulatorUrl,
    user: phoneUser(),
    // The network of this phone: whatever host the mini program names, it reaches the backend of this demo.
    resolve: (url) => new URL(url).pathname + new URL(url).search,
    openSheet: (sheet, user) => showPaymentSheet(layer, dialogs, sheet, user),
    observe,
    tamper,
  });
  const wx = createWx({
    wechat,
    dialogs,
    appid,
    pages: () => pages,
    language: currentLanguage,
    setTabText: bars.setTabText,
  });
  Object.assign(globalThis, { wx });

  const code = await loadPackage();
  const pages = new Pages(code, {
    pages: query('.pages', HTMLElement),
    changed: bars.show,
  });
  bars.setTabs(code.settings.tabBar.list, (url) => pages.switchTab(url));
  Object.assign(globalThis, { getApp: () => code.app, getCurrentPages: () => [pages.current?.object] });
  code.app['onLaunch']?.();
  pages.switchTab(`/${code.settings.pages[0]}`);
  onLanguage(() => pages.show());
  return { receipts };
}

/**
 * @param {() => void} goBack
 * @param {() => void} leave
 */
function drawBars(goBack, leave) {
  const title = element('h2', { class: 'nav-title' });
  const back = element('button', { class: 'nav-button', onclick: goBack }, drawing(ART.back));
  const capsule = element('button', { class: 'capsule', onclick: leave }, drawing(ART.more), drawing(ART.ring));
  query('.app > .nav-bar', HTMLElement).replaceChildren(back, title, capsule);
  const tabBar = query('.tab-bar', HTMLElement);
  const clock = query('.clock', HTMLElement);
  const tick = () => {
    clock.textContent = new Date().toTimeString().slice(0, 5);
  };
  const label = () => {
    back.setAttribute('aria-label', text('back'));
    capsule.setAttribute('aria-label', text('leave'));
  };
  tick();
  setInterval(tick, 10_000);
  label();
  onLanguage(label);
  /** @type {{ button: HTMLButtonElement, name: HTMLElement, image: HTMLImageElement, item: TabBarItem }[]} */
  let tabs = [];

  return {
    /**
     * @param {TabBarItem[]} list
     * @param {(url: string) => void} open
     */
    setTabs(list, open) {
      tabs = list.map((item) => {
        const name = element('span', {}, item.text);
        const image = element('img');
        image.alt = '';
        const button = element('button', { onclick: () => open(`/${item.pagePath}`) }, image, name);
        return { button, name, image, item };
      });
      tabBar.replaceChildren(...tabs.map(({ button }) => button));
    },
    setTabText(/** @type {number} */ index, /** @type {string} */ name) {
      const tab = tabs[index];
      if (tab !== undefined) tab.name.textContent = name;
    },
    /** @param {{ title: string, canGoBack: boolean, tab: number | undefined }} view */
    show(view) {
      title.textContent = view.title;
      back.hidden = !view.canGoBack;
      tabBar.hidden = view.tab === undefined;
      for (const [index, { button, image, item }] of tabs.entries()) {
        const here = index === view.tab;
        if (here) button.setAttribute('aria-current', 'page');
        else button.removeAttribute('aria-current');
        image.src = `/mini-program/${here ? item.selectedIconPath : item.iconPath}`;
      }
    },
  };
}

/** One user per browser, so that a second browser is another buyer. */
function phoneUser() {
  const known = localStorage.getItem('user');
  const user = known ?? crypto.randomUUID();
  localStorage.setItem('user', user);
  return user;
}
