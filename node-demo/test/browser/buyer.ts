// What somebody does with the phone, in the words of the screen.

import type { Locator, Page } from 'playwright-core';

export class Buyer {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  button(name: string | RegExp): Locator {
    return this.page.locator('.screen').getByRole('button', { name });
  }

  /** From the product to the cashier. */
  async checkOut(): Promise<void> {
    await this.button(/^(去结算|Check out)$/).click();
    await this.button(/^(确认支付|Pay) ¥/).waitFor();
  }

  /** From the cashier to the payment sheet. */
  async openSheet(): Promise<void> {
    await this.button(/^(确认支付|Pay) ¥/).click();
    await this.page.locator('.sheet').waitFor();
  }

  async touchSensor(): Promise<void> {
    await this.button(/^(使用指纹|Use fingerprint)$/).click();
  }

  async typePassword(digits: string): Promise<void> {
    for (const digit of digits) {
      await this.page.locator('.keypad').getByRole('button', { name: digit, exact: true }).click();
    }
  }

  async buy(): Promise<string> {
    await this.checkOut();
    await this.openSheet();
    await this.touchSensor();
    return this.orderNumber();
  }

  /** The number on the result page, once it is there. */
  async orderNumber(): Promise<string> {
    const number = this.page.locator('[data-page="pages/result/index"] .number').first();
    return (await number.textContent()) ?? '';
  }

  /** Waits until the result page says this. */
  async result(title: string): Promise<void> {
    await this.page
      .locator('[data-page="pages/result/index"] .title', { hasText: title })
      .waitFor();
  }

  async openTab(name: string | RegExp): Promise<void> {
    await this.page.locator('.tab-bar').getByRole('button', { name }).click();
  }

  /** An entry of the list of orders. */
  order(number: string): Locator {
    return this.page.locator('.order', { hasText: number });
  }

  /** Waits until the strip above the protocol says that the order stands so. */
  async standsAt(number: string, status: string): Promise<void> {
    await this.page.locator('.order-strip code', { hasText: number }).waitFor();
    await this.page.locator('.states .here', { hasText: new RegExp(`^${status}$`) }).waitFor();
  }

  /** Rows of the protocol with this text. */
  rows(text: string | RegExp): Locator {
    return this.page.locator('.rows > .row', { hasText: text });
  }

  async turnSwitch(position: string): Promise<void> {
    const head = this.page.locator('.switch-head');
    if ((await head.getAttribute('aria-expanded')) === 'false') await head.click();
    await this.page.locator(`.switch button[name="${position}"]`).click();
    await this.page.locator(`.switch button[name="${position}"][aria-pressed="true"]`).waitFor();
  }

  async setRight(): Promise<void> {
    await this.page.locator('.switch button[name="right"]').click();
    await this.page.locator('.switch:not(.armed)').waitFor();
  }

  async sendAgain(): Promise<void> {
    await this.page.locator('.switch button[name="again"]').click();
  }
}
