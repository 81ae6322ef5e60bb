import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { countCases } from '../support/cases.js';
import { screenshot, useDemo } from './browser.js';
import { Buyer } from './buyer.js';
import { illegible } from './legibility.js';

const cases = countCases('browser-page');
const demo = useDemo();

describe('the page', () => {
  it('speaks the language of the browser, and remembers another', async (context) => {
    const page = await demo.open(context, { locale: 'en-GB' });
    await page.getByRole('heading', { name: 'Buy some tea. Watch WeChat Pay work.' }).waitFor();
    await page.locator('.nav-title', { hasText: 'One Leaf Tea' }).waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByRole('heading', { name: '买点茶，看懂一次微信支付' }).waitFor();
    await page.locator('.nav-title', { hasText: '一叶茶铺' }).waitFor();
    await page.locator('.tab-bar', { hasText: '选购' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: '买点茶，看懂一次微信支付' }).waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'zh-CN');
    cases.positive();
  });

  it('can be used with the keyboard alone', async (context) => {
    const page = await demo.open(context, { locale: 'en-GB' });
    const buyer = new Buyer(page);
    await buyer.button('Check out').focus();
    await page.keyboard.press('Enter');
    await buyer.button(/^Pay ¥/).focus();
    await page.keyboard.press('Enter');
    await page.locator('.sheet').waitFor();
    for (let stop = 0; stop < 10; stop += 1) {
      await page.keyboard.press('Tab');
      assert.ok(await page.locator('.sheet :focus').count(), 'the focus left the sheet');
    }
    await buyer.button('Use password').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type('246802');
    await buyer.result('Paid');
    cases.positive();
  });

  it('fits a narrow screen', async (context) => {
    const page = await demo.open(context, { viewport: { width: 390, height: 844 } });
    const buyer = new Buyer(page);
    await screenshot(page, 'narrow-1-phone');
    const number = await buyer.buy();
    await buyer.result('支付成功');
    await page.locator('.views').getByRole('button', { name: '协议' }).click();
    await buyer.standsAt(number, 'PAID');
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.equal(width, 390);
    await screenshot(page, 'narrow-2-protocol');
    cases.positive();
  });

  for (const [locale, colorScheme, width] of [
    ['zh-CN', 'light', 1440],
    ['en-GB', 'dark', 1440],
    ['en-GB', 'light', 360],
  ] as const) {
    it(`can be read: ${locale}, ${colorScheme}, ${width} pixels wide`, async (context) => {
      const page = await demo.open(context, { locale, colorScheme, viewport: { width, height: 800 } });
      const buyer = new Buyer(page);
      const show = (view: string): Promise<void> =>
        width > 900 ? Promise.resolve() : page.locator(`.views button[data-view="${view}"]`).click();
      const readable = async (where: string): Promise<void> => {
        assert.deepEqual(await illegible(page), [], where);
        cases.positive();
      };
      await readable('the product');
      await show('stage');
      await buyer.turnSwitch('replay');
      await readable('the switch');
      await show('phone');
      await buyer.checkOut();
      await readable('the cashier');
      await buyer.openSheet();
      await page.locator('.sheet-link').click();
      await readable('the password');
      await buyer.typePassword('135790');
      await buyer.result(locale === 'zh-CN' ? '支付成功' : 'Paid');
      await readable('the result');
      await page.locator('.capsule').click();
      await page.locator('.receipt').waitFor();
      await readable('the receipt');
      await show('stage');
      await page.locator('.open-all').click();
      await readable('the protocol');
      await screenshot(page, `readable-${colorScheme}-${width}`);
      await page.locator('h1').evaluate((heading) => {
        heading.style.color = getComputedStyle(heading.closest('.stage') ?? heading).backgroundColor;
      });
      assert.match(String(await illegible(page)), /^1\.00: H1/);
      cases.negative();
    });
  }

  it('has a dark side', async (context) => {
    const page = await demo.open(context, { locale: 'en-GB', colorScheme: 'dark' });
    const buyer = new Buyer(page);
    await buyer.buy();
    await buyer.result('Paid');
    await screenshot(page, 'dark');
    cases.positive();
  });

  it('shows after a reload what this tab has seen, and can forget it', async (context) => {
    const page = await demo.open(context);
    const buyer = new Buyer(page);
    await buyer.buy();
    await buyer.rows('APPLIED').waitFor();
    await page.reload();
    await buyer.rows('APPLIED').waitFor();
    cases.positive();
    await page.getByRole('button', { name: '清空' }).click();
    // The phone that was just started adds rows of its own.
    assert.equal(await buyer.rows('APPLIED').count(), 0);
    await page.reload();
    await buyer.rows('wx.login').waitFor();
    assert.equal(await buyer.rows('APPLIED').count(), 0);
    cases.negative();
  });
});
