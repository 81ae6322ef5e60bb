import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { countCases } from '../support/cases.js';
import { screenshot, useDemo } from './browser.js';
import { Buyer } from './buyer.js';

const cases = countCases('browser-purchase');
const demo = useDemo();

describe('a purchase', () => {
  it('goes through by fingerprint, and the protocol tells every step', async (context) => {
    const page = await demo.open(context);
    const buyer = new Buyer(page);
    await screenshot(page, 'zh-1-product');
    await buyer.button('大红袍').click();
    await buyer.button('增加一件').click();
    await page.locator('.bar-total', { hasText: '¥198.00' }).waitFor();
    await buyer.checkOut();
    await screenshot(page, 'zh-2-cashier');
    await buyer.openSheet();
    assert.match(String(await page.locator('.sheet').textContent()), /¥198\.00/);
    await screenshot(page, 'zh-3-sheet');
    await buyer.touchSensor();
    await buyer.result('支付成功');
    const number = await buyer.orderNumber();
    await buyer.standsAt(number, 'PAID');
    await screenshot(page, 'zh-4-result');
    cases.positive();

    const prepay = buyer.rows('POST /v3/pay/transactions/jsapi');
    if ((await prepay.locator('.row-panel').count()) === 0) await prepay.getByRole('button').click();
    const lines = await prepay.locator('.signed-line').allTextContents();
    assert.equal(lines.length, 5);
    assert.equal(lines[0], 'POST⏎');
    assert.equal(lines[1], '/v3/pay/transactions/jsapi⏎');
    assert.match(lines[2] ?? '', /^\d{10}⏎$/);
    assert.match(lines[4] ?? '', new RegExp(`^\\{.*"out_trade_no":"${number}".*"total":19800.*\\}⏎$`));
    assert.match(String(await prepay.textContent()), /WECHATPAY2-SHA256-RSA2048 mchid="/);
    cases.positive();

    const verdict = buyer.rows('APPLIED');
    assert.equal(await verdict.locator('.signed-line').count(), 3);
    assert.match(String(await verdict.textContent()), /"trade_state": "SUCCESS"/);
    await page.getByRole('button', { name: '全部展开' }).click();
    const everything = String(await page.locator('.rows').textContent());
    assert.match(everything, /PREPAID → PAID/);
    assert.match(everything, /secret=\(left out\)/);
    assert.match(everything, /Bearer （不显示）/);
    assert.ok(!/Bearer [0-9A-Z]{32}|PRIVATE KEY|"token": "[0-9A-Z]{32}"/.test(everything));
    assert.ok(!/"session_key":"[^(]/.test(everything));
    await screenshot(page, 'zh-5-all-open');
    cases.positive();
  });

  it('goes through by password, and a wrong one is refused', async (context) => {
    const page = await demo.open(context, { locale: 'en-GB' });
    const buyer = new Buyer(page);
    await buyer.checkOut();
    await buyer.openSheet();
    await buyer.button('Use password').click();
    await screenshot(page, 'en-1-password');
    await buyer.typePassword('000000');
    await page.locator('.hint.wrong', { hasText: 'Wrong password' }).waitFor();
    cases.negative();
    await buyer.typePassword('135790');
    await buyer.result('Paid');
    await buyer.standsAt(await buyer.orderNumber(), 'PAID');
    await screenshot(page, 'en-2-result');
    cases.positive();
  });

  it('brings the receipt of the official account', async (context) => {
    const page = await demo.open(context);
    const buyer = new Buyer(page);
    const number = await buyer.buy();
    const banner = page.locator('.banner', { hasText: '微信支付凭证' });
    await banner.waitFor();
    await screenshot(page, 'zh-6-banner');
    await banner.click();
    const receipt = page.locator('.receipt', { hasText: number });
    assert.match(String(await receipt.textContent()), /付款金额¥68\.00/);
    await screenshot(page, 'zh-7-receipt');
    await buyer.button('回到一叶茶铺').click();
    await buyer.result('支付成功');
    cases.positive();
  });

  it('can be given up, and the order is paid later under its number', async (context) => {
    const page = await demo.open(context);
    const buyer = new Buyer(page);
    await buyer.checkOut();
    await buyer.openSheet();
    await page.keyboard.press('Escape');
    await page.getByText('支付未完成，订单为您保留。').waitFor();
    await screenshot(page, 'zh-8-cancelled');
    const number = String(await page.locator('.fact-value.number').textContent());
    await buyer.standsAt(number, 'PREPAID');
    assert.equal(await buyer.rows('TRANSACTION.SUCCESS').count(), 0);
    cases.negative();

    await buyer.button('返回').click();
    await buyer.openTab('订单');
    await buyer.order(number).getByText('待支付').waitFor();
    await screenshot(page, 'zh-9-orders');
    await buyer.order(number).getByRole('button', { name: '去支付' }).click();
    await buyer.openSheet();
    await buyer.touchSensor();
    await buyer.result('支付成功');
    assert.equal(await buyer.orderNumber(), number);
    cases.positive();
  });

  it('fails on a card without funds, and nothing is paid', async (context) => {
    const page = await demo.open(context);
    const buyer = new Buyer(page);
    await buyer.checkOut();
    await buyer.openSheet();
    await page.locator('.sheet-method').click();
    await buyer.touchSensor();
    await page.getByText('银行卡可用余额不足，请更换付款方式').waitFor();
    await screenshot(page, 'zh-10-no-funds');
    await page.locator('.modal-confirm').click();
    await page.locator('.modal', { hasText: '没有成功' }).waitFor();
    await page.locator('.modal-confirm').click();
    const number = String(await page.locator('.fact-value.number').textContent());
    await buyer.standsAt(number, 'PREPAID');
    cases.negative();
  });
});

describe('impatience', () => {
  it('pays once, however often the button is tapped', async (context) => {
    const page = await demo.open(context);
    const buyer = new Buyer(page);
    await buyer.checkOut();
    const before = (await demo.platformOrders()).length;
    await buyer.button(/^确认支付/).evaluate((button) => {
      for (let tap = 0; tap < 8; tap += 1) (button as unknown as { click(): void }).click();
    });
    await page.locator('.sheet').waitFor();
    assert.equal(await page.locator('.sheet').count(), 1);
    await buyer.button('使用指纹').evaluate((button) => {
      for (let tap = 0; tap < 8; tap += 1) (button as unknown as { click(): void }).click();
    });
    await buyer.result('支付成功');
    const orders = await demo.platformOrders();
    assert.equal(orders.length, before + 1);
    assert.equal(await buyer.rows('APPLIED').count(), 1);
    cases.positive();
  });

  it('pays once from two windows: the second is told that it is paid', async (context) => {
    const first = new Buyer(await demo.open(context));
    await first.checkOut();
    await first.openSheet();
    await first.page.keyboard.press('Escape');
    const number = String(await first.page.locator('.fact-value.number').textContent());

    const second = new Buyer(await demo.openBeside(first.page));
    await second.openTab('订单');
    await second.order(number).getByRole('button', { name: '去支付' }).click();
    await second.openSheet();
    await first.openSheet();
    await first.touchSensor();
    await first.result('支付成功');
    await second.touchSensor();
    await second.page.locator('.modal', { hasText: '该订单已支付' }).waitFor();
    cases.negative();
    await second.page.locator('.modal-confirm').click();
    await second.button(/^确认支付/).click();
    await second.result('支付成功');
    const paid = (await demo.platformOrders()).filter(({ outTradeNo }) => outTradeNo === number);
    assert.deepEqual(paid.map(({ state }) => state), ['SUCCESS']);
    cases.positive();
  });
});

describe('after the payment', () => {
  it('the callback settles the order even if the page was closed at once', async (context) => {
    const page = await demo.open(context);
    const buyer = new Buyer(page);
    await buyer.checkOut();
    await buyer.openSheet();
    const number = String(await page.locator('.order-strip code').textContent());
    const paid = page.waitForResponse(/\/_simulator\/pay$/);
    await buyer.touchSensor();
    await paid;
    const later = new Buyer(await demo.openBeside(page));
    await page.close();
    await later.openTab('订单');
    await later.order(number).getByText('已支付').waitFor();
    assert.equal(await later.rows('GET /v3/pay/transactions').count(), 0);
    cases.positive();
  });

  it('the buyer gets the money back', async (context) => {
    const page = await demo.open(context);
    const buyer = new Buyer(page);
    const number = await buyer.buy();
    await buyer.result('支付成功');
    await page.getByRole('link', { name: '查看订单' }).click();
    await buyer.order(number).getByRole('button', { name: '申请退款' }).click();
    await page.locator('.modal-cancel').click();
    await buyer.order(number).getByText('已支付').waitFor();
    cases.negative();
    await buyer.order(number).getByRole('button', { name: '申请退款' }).click();
    await page.locator('.modal-confirm').click();
    await buyer.order(number).getByText('已退款').waitFor();
    await buyer.standsAt(number, 'REFUNDED');
    await page.locator('.banner', { hasText: '退款到账通知' }).waitFor();
    await screenshot(page, 'zh-11-refunded');
    cases.positive();
  });

  it('an unpaid order can be closed, and is closed at WeChat Pay too', async (context) => {
    const page = await demo.open(context);
    const buyer = new Buyer(page);
    await buyer.checkOut();
    await buyer.openSheet();
    await page.keyboard.press('Escape');
    const number = String(await page.locator('.fact-value.number').textContent());
    await buyer.button('返回').click();
    await buyer.openTab('订单');
    await buyer.order(number).getByRole('button', { name: '取消订单' }).click();
    await buyer.order(number).getByText('已关闭').waitFor();
    await buyer.standsAt(number, 'CLOSED');
    const closed = (await demo.platformOrders()).find(({ outTradeNo }) => outTradeNo === number);
    assert.equal(closed?.state, 'CLOSED');
    cases.positive();
  });
});
