import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { countCases } from './support/cases.js';
import { HeldCallbacks, last, type PaidOrder } from './support/held-callbacks.js';

const cases = countCases('backend/callback-contents');

let held: HeldCallbacks;
before(async () => {
  held = await HeldCallbacks.open();
});
after(() => held.close());

describe('a genuine callback that does not fit the order', () => {
  const differences: [field: string, change: (transaction: any) => object][] = [
    ['amount.total', (transaction) => ({ amount: { ...transaction.amount, total: 1 } })],
    ['amount.total', (transaction) => ({ amount: { ...transaction.amount, total: '6800' } })],
    ['amount.total', () => ({ amount: undefined })],
    ['amount.currency', (transaction) => ({ amount: { ...transaction.amount, currency: 'USD' } })],
    ['appid', () => ({ appid: 'wx0000000000000000' })],
    ['mchid', () => ({ mchid: '1900000000' })],
    ['payer.openid', () => ({ payer: { openid: 'oSomebodyElse' } })],
    ['trade_state', () => ({ trade_state: 'USERPAYING' })],
    ['typeof transaction_id', () => ({ transaction_id: undefined })],
  ];
  for (const [field, change] of differences) {
    it(`is recorded, and never pays it: ${field}`, async () => {
      const paid = await held.paidOrder();
      const genuine = held.transactionOf(paid);
      const wrong = await held.variant(paid, 'genuine', { ...genuine, ...change(genuine) });
      assert.equal((await held.deliver(wrong)).status, 204);
      assert.equal(await held.statusOf(paid), 'PREPAID');
      const [incident, ...more] = await held.rows('incidents', paid.outTradeNo);
      assert.equal(more.length, 0);
      assert.equal(incident?.['kind'], 'PAYMENT_MISMATCH');
      const fields = JSON.parse(String(incident?.['detail'])).differences.map(
        (item: any) => item.field,
      );
      assert.ok(fields.includes(field), `${fields}`);

      assert.equal((await held.deliver(last(paid.attempts))).status, 204);
      assert.equal(await held.statusOf(paid), 'PAID', 'the right one still pays it');
      cases.negative();
    });
  }

  it('is recorded when the order number is unknown', async () => {
    const paid = await held.paidOrder();
    const wrong = await held.variant(paid, 'genuine', {
      ...held.transactionOf(paid),
      out_trade_no: 'NOBODYS-ORDER',
    });
    assert.equal((await held.deliver(wrong)).status, 204);
    assert.equal((await held.rows('incidents', 'NOBODYS-ORDER'))[0]?.['kind'], 'ORDER_UNKNOWN');
    assert.equal(await held.statusOf(paid), 'PREPAID');
    cases.negative();
  });

  it('is recorded when the order was paid by another transaction', async () => {
    const paid = await held.paidOrder();
    await held.deliver(last(paid.attempts));
    const second = { ...held.transactionOf(paid), transaction_id: '4200000000000000000000000000' };
    assert.equal((await held.deliver(await held.variant(paid, 'genuine', second))).status, 204);
    assert.equal((await held.rows('incidents', paid.outTradeNo))[0]?.['kind'], 'SECOND_PAYMENT');
    assert.equal(
      (await held.buyer.view(paid.outTradeNo)).order.transactionId,
      held.transactionOf(paid).transaction_id,
    );
    cases.negative();
  });

  it('is recorded and goes back when the order was closed', async () => {
    const paid = await held.paidOrder();
    await held.database.query("UPDATE orders SET status = 'CLOSED' WHERE out_trade_no = $1", [
      paid.outTradeNo,
    ]);
    assert.equal((await held.deliver(last(paid.attempts))).status, 204);
    assert.equal(await held.statusOf(paid), 'REFUNDING');
    assert.equal((await held.rows('refunds', paid.outTradeNo))[0]?.['status'], 'REQUESTED');
    assert.equal((await held.rows('shipments', paid.outTradeNo)).length, 0);
    assert.equal((await held.rows('incidents', paid.outTradeNo))[0]?.['kind'], 'PAID_AFTER_CLOSE');
    cases.negative();
  });
});

describe('a refund callback', () => {
  async function refunding(): Promise<{ paid: PaidOrder; resource: any; notificationId: string }> {
    const paid = await held.paidOrder();
    await held.deliver(last(paid.attempts));
    held.captured.length = 0;
    await held.buyer.call('POST', `/api/orders/${paid.outTradeNo}/refund`);
    await held.shop.platform.simulator.idle();
    const notification = last(held.shop.platform.simulator.notifications());
    assert.equal(notification.eventType, 'REFUND.SUCCESS');
    return { paid, resource: notification.resource, notificationId: notification.id };
  }

  it('counts once, however often it comes', async () => {
    const { paid } = await refunding();
    assert.equal(await held.statusOf(paid), 'REFUNDING');
    const answers = await Promise.all(held.captured.map((attempt) => held.deliver(attempt)));
    assert.ok(answers.every(({ status }) => status === 204));
    const { order } = await held.buyer.view(paid.outTradeNo);
    assert.equal(order.status, 'REFUNDED');
    assert.equal(order.amountRefunded, order.amountTotal);
    cases.positive();
  });

  it('makes the order PAID again when the refund was closed', async () => {
    const { paid, resource, notificationId } = await refunding();
    const closed = { ...resource, refund_status: 'CLOSED', success_time: undefined };
    const attempt = await held.variant({ ...paid, notificationId }, 'genuine', closed);
    assert.equal((await held.deliver(attempt)).status, 204);
    const view = await held.buyer.view(paid.outTradeNo);
    assert.equal(view.order.status, 'PAID');
    assert.equal(view.order.amountRefunded, 0);
    assert.equal(view.refunds[0].status, 'CLOSED');
    cases.positive();
  });

  for (const [why, status, reached, refunded] of [
    ['books it', 'SUCCESS', 'REFUNDED', 6800],
    ['opens it again', 'ABNORMAL', 'REFUNDING', 0],
    ['ends it', 'CLOSED', 'PAID', 0],
  ] as const) {
    it(`${why} when the refund counted as refused: ${status}`, async () => {
      const { paid, resource, notificationId } = await refunding();
      const { outTradeNo } = paid;
      await held.database.query("UPDATE refunds SET status = 'FAILED' WHERE out_trade_no = $1", [
        outTradeNo,
      ]);
      await held.database.query("UPDATE orders SET status = 'PAID' WHERE out_trade_no = $1", [
        outTradeNo,
      ]);
      const news = { ...resource, refund_status: status };
      await held.deliver(await held.variant({ ...paid, notificationId }, 'genuine', news));
      const { order, refunds } = await held.buyer.view(outTradeNo);
      assert.deepEqual(
        [order.status, order.amountRefunded, refunds[0].status],
        [reached, refunded, status],
      );
      const kinds = (await held.rows('incidents', outTradeNo)).map(({ kind }) => kind);
      assert.deepEqual(kinds, status === 'ABNORMAL' ? ['REFUND_ABNORMAL'] : []);
      cases.positive();
    });
  }

  it('leaves the order REFUNDING while another refund of it is on its way', async () => {
    const { paid } = await refunding();
    const { outTradeNo } = paid;
    await held.database.query(
      `INSERT INTO refunds (out_trade_no, out_refund_no, amount, reason, status, created_at, updated_at)
       VALUES ($1, 'R-OTHER', 1, '', 'PROCESSING', $2, $2)`,
      [outTradeNo, new Date()],
    );
    await held.database.query(
      'UPDATE orders SET amount_total = amount_total + 1 WHERE out_trade_no = $1',
      [outTradeNo],
    );
    const [{ resource }] = [last(held.shop.platform.simulator.notifications())] as any;
    const { id } = last(held.shop.platform.simulator.notifications());
    const grown = { ...resource, amount: { ...resource.amount, total: 6801 } };
    await held.deliver(await held.variant({ ...paid, notificationId: id }, 'genuine', grown));
    const { order } = await held.buyer.view(outTradeNo);
    assert.deepEqual([order.status, order.amountRefunded], ['REFUNDING', 6800]);
    cases.positive();
  });

  it('is an incident when it closes the refund of a payment that came after closing', async () => {
    const { paid, resource, notificationId } = await refunding();
    await held.database.query('DELETE FROM shipments WHERE out_trade_no = $1', [paid.outTradeNo]);
    const closed = { ...resource, refund_status: 'CLOSED' };
    await held.deliver(await held.variant({ ...paid, notificationId }, 'genuine', closed));
    const kinds = (await held.rows('incidents', paid.outTradeNo)).map(({ kind }) => kind);
    assert.deepEqual(kinds, ['LATE_PAYMENT_KEPT']);
    cases.negative();
  });

  it('calls for a person when the refund is stuck, and ends well when it comes through', async () => {
    const { paid, resource, notificationId } = await refunding();
    const genuine = last(held.captured);
    const stuck = { ...resource, refund_status: 'ABNORMAL' };
    await held.deliver(await held.variant({ ...paid, notificationId }, 'genuine', stuck));
    assert.equal(await held.statusOf(paid), 'REFUNDING');
    assert.equal((await held.rows('incidents', paid.outTradeNo))[0]?.['kind'], 'REFUND_ABNORMAL');
    await held.deliver(genuine);
    assert.equal(await held.statusOf(paid), 'REFUNDED');
    cases.positive();
  });

  for (const [kind, change] of [
    ['REFUND_MISMATCH', { amount: { total: 6800, refund: 1 } }],
    ['REFUND_MISMATCH', { amount: { total: 1, refund: 6800 } }],
    ['REFUND_MISMATCH', { transaction_id: '4200000000000000000000000000' }],
    ['REFUND_MISMATCH', { mchid: '1900000000' }],
    ['REFUND_UNKNOWN', { out_refund_no: 'MADE-ELSEWHERE' }],
    ['REFUND_STATUS_UNKNOWN', { refund_status: 'PONDERING' }],
  ] as const) {
    it(`is recorded, and gives nothing back: ${kind} for ${Object.keys(change)}`, async () => {
      const { paid, resource, notificationId } = await refunding();
      const wrong = await held.variant({ ...paid, notificationId }, 'genuine', {
        ...resource,
        ...change,
      });
      assert.equal((await held.deliver(wrong)).status, 204);
      assert.equal(await held.statusOf(paid), 'REFUNDING');
      assert.equal((await held.rows('incidents', paid.outTradeNo))[0]?.['kind'], kind);
      cases.negative();
    });
  }
});
