// The folder that WeChat DevTools opens: what app.json promises is there, and the phone of the page can draw it.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, it } from 'node:test';

import { countCases } from './support/cases.js';

const cases = countCases('mini-program');
const ROOT = new URL('../../miniprogram/', import.meta.url);
/** https://developers.weixin.qq.com/miniprogram/dev/reference/configuration/app.html */
const MAX_ICON_BYTES = 40 * 1024;
const PNG = '89504e470d0a1a0a';

interface AppSettings {
  pages: string[];
  sitemapLocation: string;
  tabBar: { list: { pagePath: string; iconPath: string; selectedIconPath: string }[] };
}

const { parseWxml } = await runtime('wxml.js');
const { translate } = await runtime('wxss.js');
const settings = JSON.parse(source('app.json')) as AppSettings;

/** A module of the page, which is JavaScript for browsers. */
function runtime(name: string): Promise<any> {
  return import(new URL(`../../page/runtime/${name}`, import.meta.url).href);
}

function source(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

describe('the mini program', () => {
  it('has every page with its four files', () => {
    for (const page of settings.pages) {
      for (const type of ['js', 'json', 'wxml', 'wxss']) {
        assert.ok(existsSync(new URL(`${page}.${type}`, ROOT)), `${page}.${type}`);
        cases.positive();
      }
      JSON.parse(source(`${page}.json`));
    }
  });

  it('has the files that DevTools and WeChat ask for', () => {
    const project = JSON.parse(source('project.config.json')) as Record<string, unknown>;
    assert.equal(project['compileType'], 'miniprogram');
    assert.ok(existsSync(new URL('app.js', ROOT)));
    assert.ok(existsSync(new URL(settings.sitemapLocation, ROOT)));
    cases.positive();
  });

  it('has tabs that are pages, with icons WeChat takes', () => {
    assert.ok(settings.tabBar.list.length >= 2 && settings.tabBar.list.length <= 5);
    for (const { pagePath, iconPath, selectedIconPath } of settings.tabBar.list) {
      assert.ok(settings.pages.includes(pagePath), pagePath);
      for (const icon of [iconPath, selectedIconPath]) {
        const file = new URL(icon, ROOT);
        assert.equal(readFileSync(file).subarray(0, 8).toString('hex'), PNG, icon);
        assert.ok(statSync(file).size <= MAX_ICON_BYTES, icon);
        cases.positive();
      }
    }
  });

  it('names only handlers and pictures that exist', () => {
    for (const page of settings.pages) {
      const wxml = source(`${page}.wxml`);
      const script = source(`${page}.js`);
      for (const [, handler = ''] of wxml.matchAll(/\bbind\w+="(\w+)"/g)) {
        assert.match(script, new RegExp(`^  (?:async )?${handler}\\(`, 'm'), `${page}: ${handler}`);
        cases.positive();
      }
      for (const [, picture = ''] of wxml.matchAll(/src="\/([^"{]+)"/g)) {
        assert.ok(existsSync(new URL(picture, ROOT)), picture);
      }
    }
  });

  it('calls no wx.* beyond what the phone of the page lends it', () => {
    const lent = readFileSync(new URL('../page/runtime/wx.js', ROOT), 'utf8');
    const wechat = readFileSync(new URL('../page/wechat.js', ROOT), 'utf8');
    for (const file of readdirSync(ROOT, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.js')) continue;
      for (const [, name = ''] of source(file).matchAll(/\bwx\.(\w+)\(/g)) {
        const known = new RegExp(`^    ${name}[:(]`, 'm');
        assert.ok(known.test(lent) || known.test(wechat), `${file}: wx.${name}`);
        cases.positive();
      }
    }
  });

  it('is drawn by the runtime without an exception', () => {
    for (const page of settings.pages) {
      assert.ok(parseWxml(source(`${page}.wxml`), page).length > 0);
      cases.positive();
    }
  });
});

describe('the runtime', () => {
  it('refuses what it cannot draw, and says where', () => {
    for (const [wxml, expected] of [
      ['<map />', /page\.wxml: <map> is not in the subset this phone draws: block, view/],
      ['<view><text></view>', /<\/view> closes <text>/],
      ['<view>', /<view> is never closed/],
      ['</view>', /<\/view> closes <nothing>/],
      ['<view bindlongpress="x" />', /bindlongpress is not one of the events tap/],
      ['<view wx:if="open" />', /wx:if must read \{\{…\}\}, found "open"/],
      ['<view wx:for="{{a}}" wx:else />', /put a <block> around it/],
      ['<view wx:if="{{a ===}}" />', /page\.wxml: \{\{a ===\}\}: it ends too early/],
      ['<text>{{a b}}</text>', /\{\{a b\}\}: did not expect b/],
      ['<text>{{a.1}}</text>', /\{\{a\.1\}\}/],
      ['<text>{{f(1)}}</text>', /\{\{f\(1\)\}\}: did not expect \(/],
      ['<text>{{a ? b}}</text>', /expected :/],
      ['<text>{{`a`}}</text>', /cannot read it from/],
    ] as const) {
      assert.throws(() => parseWxml(wxml, 'page.wxml'), expected, wxml);
      cases.negative();
    }
  });

  it('computes what {{ }} say', async () => {
    const { compileText } = await runtime('expression.js');
    const scope = { a: 2, list: [{ n: 'x' }], open: false, t: { pay: 'Pay' }, none: undefined };
    for (const [text, expected] of [
      ['plain', 'plain'],
      ['{{a}}', 2],
      ['{{ a + 1 }} of {{a * (a + 3)}}', '3 of 10'],
      ['{{list[0].n}}', 'x'],
      ['{{none.deep.deeper}}', undefined],
      ['{{none}}!', '!'],
      ["{{open ? 'on' : 'off'}}", 'off'],
      ["{{!open && t.pay + ' ' + a}}", 'Pay 2'],
      ['{{a === 2 || none.x}}', true],
      ['{{a >= 2 && a < 3}}', true],
      ['{{-a - 1}}', -3],
      ["{{a == '2'}}", true],
      ["{{'it\\'s'}}", "it's"],
      ['{{list.length % 2 === 1}}', true],
    ] as const) {
      assert.deepEqual(compileText(text)(scope), expected, text);
      cases.positive();
    }
  });

  it('turns WXSS into CSS', () => {
    for (const [wxss, expected] of [
      ['page { width: 750rpx }', 'wx-page { width: calc(750 * var(--rpx)) }'],
      ['.a > view, text.b { margin: -8rpx }', '.a > wx-view, wx-text.b { margin: calc(-8 * var(--rpx)) }'],
      ['.view .text-view { color: red }', '.view .text-view { color: red }'],
      ['@keyframes page { 50% { opacity: 0 } }', '@keyframes page { 50% { opacity: 0 } }'],
    ] as const) {
      assert.equal(translate(wxss), expected);
      cases.positive();
    }
  });
});
