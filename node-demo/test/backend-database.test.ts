import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import {
  inTransaction,
  migrate,
  openPglite,
  openPostgres,
  TRANSITIONS,
  type Database,
  type OrderStatus,
} from 'wechatpay-demo-backend';

import { countCases } from './support/cases.js';
import { openTestDatabase, SERVER } from './support/database.js';

const cases = countCases('backend/database');

let database: Database;
before(async () => {
  database = await openTestDatabase();
  await migrate(database);
});
after(() => database.close());

let number = 0;
async function insert(changes: Record<string, unknown> = {}): Promise<string> {
  number += 1;
  const row: Record<string, unknown> = {
    out_trade_no: `ORDER-${number}`,
    appid: 'wx0123456789abcdef',
    mchid: '1900000001',
    openid: 'oOpenid',
    product_id: 'sample',
    quantity: 1,
    description: 'tea',
    amount_total: 100,
    currency: 'CNY',
    status: 'CREATED',
    expires_at: new Date(),
    created_at: new Date(),
    updated_at: new Date(),
    ...changes,
  };
  const names = Object.keys(row);
  const places = names.map((_, index) => `$${index + 1}`);
  await database.query(
    `INSERT INTO orders (${names.join(', ')}) VALUES (${places.join(', ')})`,
    Object.values(row),
  );
  return String(row['out_trade_no']);
}

describe('the schema', () => {
  it('is brought up to date once', async () => {
    assert.deepEqual(await migrate(database), []);
    const fresh = await openTestDatabase();
    assert.equal((await migrate(fresh))[0], '0001_orders.sql');
    assert.deepEqual(await migrate(fresh), []);
    await fresh.close();
    cases.positive();
  });

  it('is brought up to date once by many that start together', async () => {
    const fresh = await openTestDatabase();
    const applied = await Promise.all(
      Array.from({ length: 8 }, () => migrate(fresh, { pollMilliseconds: 5 })),
    );
    const names = applied.flat();
    assert.ok(names.includes('0001_orders.sql'));
    assert.equal(new Set(names).size, names.length, 'no file was run twice');
    assert.equal((await fresh.query('SELECT * FROM schema_lease')).length, 0);
    await fresh.close();
    cases.positive();
  });

  it('is taken over from one that died in the middle', async () => {
    const fresh = await openTestDatabase();
    let left = 5;
    const dying = {
      ...fresh,
      query: (sql: string, parameters?: readonly unknown[]) => {
        if (/^CREATE/.test(sql) && !sql.includes('schema_')) left -= 1;
        return left < 0 ? Promise.reject(new Error('killed')) : fresh.query(sql, parameters);
      },
    };
    await assert.rejects(migrate(dying, { leaseSeconds: 1 }), /killed/);
    assert.equal((await fresh.query('SELECT * FROM schema_migrations')).length, 0);
    assert.equal((await fresh.query('SELECT * FROM schema_lease')).length, 1);
    assert.equal((await migrate(fresh))[0], '0001_orders.sql');
    await fresh.close();
    cases.negative();
  });

  for (const [why, changes] of [
    ['a status nobody knows', { status: 'LOST' }],
    ['PAID without a payment', { status: 'PAID' }],
    ['REFUNDED without a payment', { status: 'REFUNDED' }],
    ['a transaction without a time', { transaction_id: '4200' }],
    ['nothing to pay', { amount_total: 0 }],
    ['a negative amount', { amount_total: -1 }],
    ['half a fen', { amount_total: 0.5 }],
    ['more refunded than paid', { amount_refunded: 101 }],
    ['no items', { quantity: 0 }],
    ['a payment told by a rumour', { paid_by: 'RUMOUR' }],
  ] as const) {
    it(`refuses an order with ${why}`, async () => {
      await assert.rejects(insert(changes));
      cases.negative();
    });
  }

  it('refuses the same event of an order twice', async () => {
    const order = await insert();
    const event = (): Promise<unknown> =>
      database.query(
        `INSERT INTO order_events (out_trade_no, event, subject, source, status_after, created_at)
         VALUES ($1, 'TRANSACTION.SUCCESS', '', 'CALLBACK', 'PAID', $2)`,
        [order, new Date()],
      );
    await event();
    await assert.rejects(event(), { code: '23505' });
    cases.negative();
  });
});

describe('the state machine', () => {
  it('ends in REFUNDED, and reaches every status from CREATED', () => {
    const reached = new Set<OrderStatus>(['CREATED']);
    for (const status of reached) for (const next of TRANSITIONS[status]) reached.add(next);
    assert.deepEqual([...reached].sort(), Object.keys(TRANSITIONS).sort());
    assert.deepEqual(TRANSITIONS.REFUNDED, []);
    assert.deepEqual(TRANSITIONS.CLOSED, ['REFUNDING'], 'only a late payment leaves CLOSED');
    cases.positive();
  });
});

describe('a transaction', () => {
  it('leaves nothing behind when it fails', async () => {
    const order = await insert();
    await assert.rejects(
      inTransaction(database, async (transaction) => {
        await transaction.query("UPDATE orders SET status = 'CLOSED' WHERE out_trade_no = $1", [
          order,
        ]);
        throw new Error('no');
      }),
      /no/,
    );
    const [row] = await database.query('SELECT status FROM orders WHERE out_trade_no = $1', [
      order,
    ]);
    assert.equal(row?.['status'], 'CREATED');
    cases.positive();
  });

  it('is serializable', async () => {
    await inTransaction(database, async (transaction) => {
      const [row] = await transaction.query('SHOW transaction_isolation');
      assert.equal(row?.['transaction_isolation'], 'serializable');
    });
    cases.positive();
  });

  for (const [code, runs] of [
    ['40001', 4],
    ['40P01', 4],
    ['23505', 1],
  ] as const) {
    it(`is run ${runs} times when it fails with ${code} three times`, async () => {
      let count = 0;
      const work = inTransaction(database, async () => {
        count += 1;
        if (count < 4) throw Object.assign(new Error('refused'), { code });
        return 'done';
      });
      if (runs === 1) await assert.rejects(work, { code });
      else assert.equal(await work, 'done');
      assert.equal(count, runs);
      cases.positive();
    });
  }

  it('is given up after the eighth failure', async () => {
    let count = 0;
    await assert.rejects(
      inTransaction(database, () => {
        count += 1;
        return Promise.reject(Object.assign(new Error('busy'), { code: '40001' }));
      }),
      /busy/,
    );
    assert.equal(count, 8);
    cases.negative();
  });
});

describe(
  'two transactions at the same time',
  { skip: SERVER === undefined && 'PGlite has one connection' },
  () => {
    it('cannot both act on what they read: one is run again and sees the other', async () => {
      const order = await insert();
      let runs = 0;
      const addTen = (): Promise<void> =>
        inTransaction(database, async (transaction) => {
          runs += 1;
          const [row] = await transaction.query(
            'SELECT amount_refunded FROM orders WHERE out_trade_no = $1',
            [order],
          );
          await new Promise((resolve) => setTimeout(resolve, 20));
          const next = Number(row?.['amount_refunded']) + 10;
          await transaction.query(
            'UPDATE orders SET amount_refunded = $2 WHERE out_trade_no = $1',
            [order, next],
          );
        });
      await Promise.all(Array.from({ length: 4 }, addTen));
      const [row] = await database.query(
        'SELECT amount_refunded FROM orders WHERE out_trade_no = $1',
        [order],
      );
      assert.equal(row?.['amount_refunded'], 40);
      assert.ok(runs > 4, 'the server refused some of them with 40001');
      cases.positive();
    });

    it('may be interrupted by the server, and the pool goes on', async () => {
      await assert.rejects(
        inTransaction(database, async (transaction) => {
          await transaction.query('SELECT pg_terminate_backend(pg_backend_pid())');
        }),
      );
      assert.deepEqual(await database.query('SELECT 1 AS one'), [{ one: 1 }]);
      cases.negative();
    });

    it('says so when there is no server, and does not wait for ever', async () => {
      const nowhere = openPostgres({ url: 'postgresql://shop@127.0.0.1:9/shop', poolSize: 1 });
      await assert.rejects(nowhere.query('SELECT 1'), { code: 'ECONNREFUSED' });
      await nowhere.close();
      cases.negative();
    });
  },
);

describe('a directory', () => {
  it('keeps the orders over a restart', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'wechatpay-database-'));
    const first = await openPglite(join(directory, 'nested', 'data'));
    await migrate(first);
    await first.query("INSERT INTO sessions VALUES ('hash', 'oOpenid', $1)", [new Date()]);
    await first.close();
    const second = await openPglite(join(directory, 'nested', 'data'));
    assert.deepEqual(await migrate(second), []);
    assert.equal((await second.query('SELECT * FROM sessions')).length, 1);
    await second.close();
    rmSync(directory, { recursive: true });
    cases.positive();
  });
});
