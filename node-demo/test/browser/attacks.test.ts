import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { countCases } from '../support/cases.js';
import { send } from '../support/merchant-client.js';
import { screenshot, useDemo } from './browser.js';
import { Buyer } from './buyer.js';

const cases = countCases('browser-attacks');
const demo = useDemo();

/** What the backend says of a callback that came so, and what it answers. */
const REFUSED: [attack: string, verdict: string, status: string][] = [
  ['flip', 'ERR_SIGNATURE_INVALID', '401'],
  ['forged', 'ERR_SIGNATURE_INVALID', '401'],
  ['serial', 'ERR_SERIAL_UNKNOWN', '401'],
  ['unsigned', 'ERR_HEADER_MISSING', '400'],
  ['probe', 'ERR_SIGNATURE_PROBE', '401'],
  ['stale', 'ERR_TIMESTAMP_OUTSIDE_WINDOW', '401'],
  ['clock', 'ERR_TIMESTAMP_OUTSIDE_WINDOW', '401'],
];
const FAILED_REQUEST = /the server responded with a status of 502/;

describe('a callback that somebody tampered with', () => {
  for (const [attack, verdict, status] of REFUSED) {
    it(`${attack}: ${status} ${verdict}, and the order waits for the genuine one`, async (context) => {
      const page = await demo.open(context);
      const buyer = new Buyer(page);
      await buyer.turnSwitch(attack);
      const number = await buyer.buy();
      const refusal = buyer.rows(verdict).first();
      await refusal.waitFor();
      await buyer.rows('不是 200/204').filter({ hasText: status }).first().waitFor();
      await buyer.standsAt(number, 'PREPAID');
      assert.equal(await buyer.rows('APPLIED').count(), 0);
      await screenshot(page, `attack-${attack}`);
      cases.negative();

      await buyer.setRight();
      await buyer.sendAgain();
      await buyer.standsAt(number, 'PAID');
      assert.equal(await buyer.rows('APPLIED').count(), 1);
      cases.positive();
    });
  }

  it('lost: nothing arrives, the buyer asks, and the backend asks WeChat Pay', async (context) => {
    const page = await demo.open(context);
    const buyer = new Buyer(page);
    await buyer.turnSwitch('lost');
    const number = await buyer.buy();
    await buyer.rows('途中丢失').first().waitFor();
    await buyer.standsAt(number, 'PREPAID');
    cases.negative();
    await buyer.result('回调还没有到');
    await screenshot(page, 'attack-lost');
    await buyer.button('查询支付结果').click();
    await buyer.result('支付成功');
    await page.getByText('由查询订单确认').waitFor();
    await buyer.standsAt(number, 'PAID');
    cases.positive();
  });

  it('replay: the same bytes twice are booked once', async (context) => {
    const page = await demo.open(context);
    const buyer = new Buyer(page);
    await buyer.turnSwitch('replay');
    const number = await buyer.buy();
    await buyer.rows('APPLIED').waitFor();
    const copy = buyer.rows('/wechatpay/notify · 重发').first();
    await copy.locator('xpath=following-sibling::li[1]', { hasText: 'DUPLICATE' }).waitFor();
    assert.equal(await buyer.rows('APPLIED').count(), 1);
    await buyer.standsAt(number, 'PAID');
    await screenshot(page, 'attack-replay');
    cases.negative();
  });

  it('a paid order stays paid, whatever comes after', async (context) => {
    const page = await demo.open(context);
    const buyer = new Buyer(page);
    const number = await buyer.buy();
    await buyer.standsAt(number, 'PAID');
    for (const [attack, verdict] of REFUSED) {
      const before = await buyer.rows(verdict).count();
      await buyer.turnSwitch(attack);
      await buyer.sendAgain();
      await buyer.rows(verdict).nth(before).waitFor();
      cases.negative();
    }
    await buyer.standsAt(number, 'PAID');
    assert.equal(await buyer.rows('APPLIED').count(), 1);
    cases.positive();
  });
});

describe('an order that somebody tampered with', () => {
  it('request: WeChat Pay refuses a price that was not signed', async (context) => {
    const page = await demo.open(context, { expected: FAILED_REQUEST });
    const buyer = new Buyer(page);
    await buyer.turnSwitch('request');
    await buyer.checkOut();
    const before = (await demo.platformOrders()).length;
    await buyer.button(/^确认支付/).click();
    await page.locator('.modal', { hasText: /没有扣款。\s*WECHATPAY_REFUSED/ }).waitFor();
    await buyer.rows('SIGN_ERROR').first().waitFor();
    assert.equal((await demo.platformOrders()).length, before);
    const changed = page.locator('.row', { has: page.locator('.bolt') }).first();
    await changed.getByRole('button').click();
    assert.equal(await changed.locator('mark').textContent(), '1');
    await screenshot(page, 'attack-request');
    cases.negative();
  });

  it('answer: the backend does not believe a 200 that WeChat Pay did not sign', async (context) => {
    const page = await demo.open(context, { expected: FAILED_REQUEST });
    const buyer = new Buyer(page);
    await buyer.turnSwitch('answer');
    await buyer.checkOut();
    await buyer.button(/^确认支付/).click();
    await page.locator('.modal', { hasText: /订单已保留.*\s*WECHATPAY_UNREACHABLE/ }).waitFor();
    await buyer.rows('ERR_SIGNATURE_INVALID').first().waitFor();
    assert.equal(await page.locator('.sheet').count(), 0);
    await screenshot(page, 'attack-answer');
    cases.negative();
  });

  it('paysign: WeChat opens no sheet for fields the merchant did not sign', async (context) => {
    const page = await demo.open(context);
    const buyer = new Buyer(page);
    await buyer.turnSwitch('paysign');
    await buyer.checkOut();
    await buyer.button(/^确认支付/).click();
    await page.locator('.modal', { hasText: '支付验证签名失败' }).waitFor();
    assert.equal(await page.locator('.sheet').count(), 0);
    await screenshot(page, 'attack-paysign');
    cases.negative();
    await page.locator('.modal-confirm').click();
    await buyer.setRight();
    await buyer.openSheet();
    await buyer.touchSensor();
    await buyer.result('支付成功');
    cases.positive();
  });
});

describe('the switch', () => {
  it('refuses positions it does not have, and the pages of others', async () => {
    const turn = async (body: string, headers: Record<string, string> = {}): Promise<number> =>
      (await send(`${demo.url}/stage/switch`, 'POST', body, headers)).status;
    for (const body of ['{"attack":"everything"}', '{}', 'null', 'flip', '']) {
      assert.equal(await turn(body), 400, body);
      cases.negative();
    }
    for (const site of ['cross-site', 'same-site', 'none']) {
      assert.equal(await turn('{"attack":"flip"}', { 'Sec-Fetch-Site': site }), 403);
      cases.negative();
    }
    const again = await fetch(`${demo.url}/stage`);
    assert.equal(((await again.json()) as { attack: string }).attack, 'none');
    cases.positive();
  });
});
