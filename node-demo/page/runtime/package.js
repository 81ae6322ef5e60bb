// The package of a mini program: app.json, and per page its template, style, settings and behaviour, from the very
// files that WeChat DevTools opens. The scripts are loaded by the browser as they are.

import { parseWxml } from './wxml.js';
import { compileWxss } from './wxss.js';

/** @import { TemplateNode } from './wxml.js' */

/**
 * @typedef {Record<string, any>} Definition what `App` or `Page` was called with
 *
 * @typedef {object} PageCode
 * @property {string} path `pages/product/index`
 * @property {Definition} definition
 * @property {TemplateNode[]} template
 * @property {CSSStyleSheet} style
 * @property {{ navigationBarTitleText?: string }} settings
 *
 * @typedef {object} TabBarItem
 * @property {string} pagePath
 * @property {string} text
 * @property {string} iconPath
 * @property {string} selectedIconPath
 *
 * @typedef {object} AppSettings
 * @property {string[]} pages
 * @property {{ navigationBarTitleText: string }} window
 * @property {{ list: TabBarItem[] }} tabBar
 *
 * @typedef {object} Package
 * @property {AppSettings} settings
 * @property {Definition} app
 * @property {CSSStyleSheet} style
 * @property {Map<string, PageCode>} pages
 */

const ROOT = '/mini-program';

/** @returns {Promise<Package>} */
export async function loadPackage() {
  const settings = JSON.parse(await file('app.json'));
  const style = compileWxss(await file('app.wxss'));
  const app = await run('app.js', 'App');
  const pages = new Map();
  for (const path of settings.pages) pages.set(path, await loadPage(path));
  return { settings, app, style, pages };
}

/**
 * @param {string} path
 * @returns {Promise<PageCode>}
 */
async function loadPage(path) {
  const [wxml, wxss, json] = await Promise.all(
    ['wxml', 'wxss', 'json'].map((type) => file(`${path}.${type}`)),
  );
  return {
    path,
    definition: await run(`${path}.js`, 'Page'),
    template: parseWxml(String(wxml), `${path}.wxml`),
    style: compileWxss(String(wxss)),
    settings: JSON.parse(String(json)),
  };
}

/**
 * Runs a script and hands out what it gave to `App` or `Page`.
 *
 * @param {string} path
 * @param {'App' | 'Page'} register
 * @returns {Promise<Definition>}
 */
async function run(path, register) {
  /** @type {Definition | undefined} */
  let definition;
  Object.assign(globalThis, {
    [register]: (/** @type {Definition} */ given) => {
      definition = given;
    },
  });
  await import(`${ROOT}/${path}`);
  if (definition === undefined) throw new Error(`${path} does not call ${register}()`);
  return definition;
}

/** @param {string} path */
async function file(path) {
  const response = await fetch(`${ROOT}/${path}`);
  if (!response.ok) throw new Error(`${path} of the mini program: HTTP ${response.status}`);
  return response.text();
}
