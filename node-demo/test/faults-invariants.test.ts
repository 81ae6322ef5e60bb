// The judge of `cargo xtask test --faults`, judged: evidence in which all holds, then with one thing wrong at a time.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { migrate, type Database } from 'wechatpay-demo-backend';

import { judge, requireAll, type Evidence } from '../faults/invariants.js';
import { countCases } from './support/cases.js';
import { openTestDatabase } from './support/database.js';

const cases = countCases('faults/invariants');
const TABLES = 'order_events, shipments, refunds, notifications, incidents, orders';
const NOW = new Date();

let database: Database;
before(async () => {
  database = await openTestDatabase();
  await migrate(database);
});
after(() => database.close());

/** Three orders: PAID and shipped; refunded; never paid. */
async function soundEvidence(): Promise<Evidence> {
  await database.query(`TRUNCATE ${TABLES}`);
  await order('A', 'PAID', 'T-A');
  await order('B', 'REFUNDED', 'T-B');
  await order('C', 'CLOSED', null);
  for (const number of ['A', 'B']) {
    await event(number, 'TRANSACTION.SUCCESS');
    await notification(number, `N-${number}`, 'APPLIED');
  }
  await event('A', 'ORDER.SHIPPED');
  await database.query(
    `INSERT INTO refunds (out_trade_no, out_refund_no, amount, reason, status, created_at, updated_at)
     VALUES ('B', 'R-B', 100, 'no', 'SUCCESS', $1, $1)`,
    [NOW],
  );
  const refund = { outRefundNo: 'R-B', status: 'SUCCESS', refund: 100 };
  return {
    database,
    witness: {
      payments: new Map([
        ['A', 1],
        ['B', 1],
      ]),
      acknowledged: [
        { id: 'N-A', outTradeNo: 'A' },
        { id: 'N-B', outTradeNo: 'B' },
      ],
      unsaved: [],
      believedLies: [],
    },
    orders: [
      { outTradeNo: 'A', state: 'SUCCESS', transactionId: 'T-A', refunds: [] },
      { outTradeNo: 'B', state: 'REFUND', transactionId: 'T-B', refunds: [refund] },
      { outTradeNo: 'C', state: 'CLOSED', refunds: [] },
    ],
    parcels: new Map([['A', 1]]),
    crashes: 0,
  };
}

async function order(number: string, status: string, transaction: string | null): Promise<void> {
  await database.query(
    `INSERT INTO orders (out_trade_no, appid, mchid, openid, product_id, quantity, description, amount_total,
       currency, status, expires_at, transaction_id, paid_by, paid_at, created_at, updated_at)
     VALUES ($1, 'wx', '19', 'o', 'sample', 1, 'tea', 100, 'CNY', $2, $3, $4, $5, $6, $3, $3)`,
    [number, status, NOW, transaction, transaction && 'CALLBACK', transaction && NOW],
  );
}

async function event(number: string, name: string): Promise<void> {
  await database.query(
    `INSERT INTO order_events (out_trade_no, event, subject, source, status_after, created_at)
     VALUES ($1, $2, '', 'CALLBACK', 'PAID', $3)`,
    [number, name, NOW],
  );
}

async function notification(number: string, id: string, outcome: string): Promise<void> {
  await database.query(
    `INSERT INTO notifications (out_trade_no, id, event_type, outcome, received_at)
     VALUES ($1, $2, 'TRANSACTION.SUCCESS', $3, $4)`,
    [number, id, outcome, NOW],
  );
}

const run =
  (sql: string) =>
  async (): Promise<unknown> =>
    database.query(sql);

/** What is wrong, and the invariants that say so. */
const WRONG: [
  why: string,
  spoil: (evidence: Evidence) => unknown,
  violated: [text: RegExp, violation: string][],
][] = [
  [
    'a payment was lost',
    run("UPDATE orders SET status = 'PREPAID', transaction_id = NULL, paid_at = NULL WHERE out_trade_no = 'A'"),
    [[/nothing lost/, 'A']],
  ],
  [
    'the row of a paid order is gone',
    run("WITH gone AS (DELETE FROM order_events WHERE out_trade_no = 'A') DELETE FROM orders WHERE out_trade_no = 'A'"),
    [
      [/nothing lost/, 'A'],
      [/paid once/, 'A'],
    ],
  ],
  [
    'a payment is booked with another transaction',
    run("UPDATE orders SET transaction_id = 'T-Z' WHERE out_trade_no = 'A'"),
    [[/nothing lost/, 'A']],
  ],
  [
    'a payment is not among the events of its order',
    run("DELETE FROM order_events WHERE out_trade_no = 'B'"),
    [[/paid once/, 'B']],
  ],
  [
    'WeChat Pay took the money twice',
    ({ witness }) => witness.payments.set('A', 2),
    [[/paid once/, 'A']],
  ],
  [
    'a forgery was believed',
    run(
      "UPDATE orders SET status = 'PAID', transaction_id = 'T-C', paid_at = created_at WHERE out_trade_no = 'C'",
    ),
    [
      [/no forgery accepted/, 'C'],
      [/a parcel left for every order/, 'C'],
    ],
  ],
  [
    'a forgery was answered 2xx',
    ({ witness }) => witness.believedLies.push('N-X'),
    [[/answered 2xx/, 'N-X']],
  ],
  [
    'a callback was answered 2xx before it was saved',
    ({ witness }) => witness.unsaved.push('N-A'),
    [[/looked up when it came/, 'N-A']],
  ],
  [
    'a saved callback was lost later',
    run("DELETE FROM notifications WHERE id = 'N-A'"),
    [[/looked up at the end/, 'N-A']],
  ],
  [
    'a callback was saved and what it brought was not',
    run("UPDATE notifications SET outcome = 'RECEIVED' WHERE id = 'N-B'"),
    [[/looked up at the end/, 'N-B']],
  ],
  ['a parcel left twice', ({ parcels }) => parcels.set('A', 2), [[/left twice/, 'A']]],
  ['no parcel left', ({ parcels }) => parcels.delete('A'), [[/a parcel left for every order/, 'A']]],
  [
    'a parcel left and nobody wrote it down',
    run("DELETE FROM order_events WHERE event = 'ORDER.SHIPPED'"),
    [[/a parcel left for every order/, 'A']],
  ],
  [
    'a parcel left for an order that was not paid',
    ({ parcels }) => parcels.set('C', 1),
    [[/not paid/, 'C']],
  ],
  [
    'a refund was never told',
    run("UPDATE refunds SET status = 'PROCESSING'"),
    [[/every refund/, 'R-B']],
  ],
  ['a refund was booked with another amount', run('UPDATE refunds SET amount = 99'), [[/every refund/, 'R-B']]],
  [
    'a refund was made twice',
    ({ orders }) => orders[1]?.refunds.push({ outRefundNo: 'R-B2', status: 'SUCCESS', refund: 100 }),
    [[/every refund/, 'B']],
  ],
  [
    'a refund is booked that WeChat Pay does not know',
    ({ orders }) => orders[1]?.refunds.pop(),
    [[/every refund/, 'R-B']],
  ],
  [
    'a person has to look',
    run("INSERT INTO incidents VALUES ('A', 'PAYMENT_MISMATCH', 'N-A', '', now())"),
    [[/a person/, 'PAYMENT_MISMATCH A']],
  ],
  ['an instance ended by itself', (evidence) => (evidence.crashes = 1), [[/no instance/, '1 did']]],
  [
    'WeChat Pay answers with empty books',
    ({ orders }) => orders.splice(0),
    [
      [/agree on who paid/, 'A'],
      [/no forgery accepted/, 'A'],
    ],
  ],
  [
    'a payment was confirmed that is in no book',
    ({ witness }) => witness.payments.set('C', 1),
    [[/agree on who paid/, 'C']],
  ],
];

describe('the judge of a run under load', () => {
  it('finds nothing where all holds', async () => {
    const invariants = await judge(await soundEvidence());
    assert.ok(invariants.length > 10);
    for (const { text, violations } of invariants) assert.deepEqual(violations, [], text);
    assert.deepEqual(requireAll({ payment: 2, probe: 1 }).violations, []);
    cases.positive();
  });

  for (const [why, spoil, violated] of WRONG) {
    it(`finds out that ${why}`, async () => {
      const evidence = await soundEvidence();
      await spoil(evidence);
      const invariants = await judge(evidence);
      for (const [text, violation] of violated) {
        const found = invariants.find((invariant) => text.test(invariant.text));
        assert.ok(found?.violations.includes(violation), `${text}: ${found?.violations.join()}`);
      }
      cases.negative();
    });
  }

  it('does not praise a run in which nothing happened', () => {
    assert.deepEqual(requireAll({ payment: 2, probe: 0, refund: Number.NaN }).violations, [
      'no probe',
      'no refund',
    ]);
    cases.negative();
  });
});
