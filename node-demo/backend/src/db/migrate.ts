// Brings the schema up to date, with however many instances starting at the same time.
//
// Engines of the PostgreSQL family differ in advisory locks and in what a transaction may do to a
// schema. So one instance at a time holds a lease, a row like any other, each statement is its own
// transaction, and each may be run again: an instance that dies half-way is taken over from.

import { readdir, readFile } from 'node:fs/promises';

import { inTransaction, sqlState, type Database } from './database.js';

export interface MigrateOptions {
  /** How long an instance that died keeps the others waiting. */
  leaseSeconds?: number;
  pollMilliseconds?: number;
}

const MIGRATIONS = new URL('../../migrations/', import.meta.url);
const TABLES = [
  'CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT PRIMARY KEY)',
  `CREATE TABLE IF NOT EXISTS schema_lease (
     id INTEGER PRIMARY KEY, holder TEXT NOT NULL, expires_at TIMESTAMPTZ NOT NULL)`,
];
/** Two sessions that create the same table: the loser may meet any of these. */
const CREATED_MEANWHILE = new Set(['23505', '42P07', '42710', 'XX000', '40001']);
const CREATE_ATTEMPTS = 5;
const LEASE_SECONDS = 30;
const POLL_MILLISECONDS = 100;

/** Runs each file of migrations/ once, in the order of its number; returns those it ran. */
export async function migrate(
  database: Database,
  { leaseSeconds = LEASE_SECONDS, pollMilliseconds = POLL_MILLISECONDS }: MigrateOptions = {},
): Promise<string[]> {
  for (const table of TABLES) await createTable(database, table);
  if ((await missing(database)).length === 0) return [];

  const holder = crypto.randomUUID();
  const hold = (): Promise<boolean> => takeLease(database, holder, leaseSeconds);
  while (!(await hold())) await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  try {
    const applied: string[] = [];
    for (const name of await missing(database)) {
      const sql = await readFile(new URL(name, MIGRATIONS), 'utf8');
      for (const statement of statements(sql)) {
        if (!(await hold())) throw new Error(`the lease ran out in ${name}; start again`);
        await database.query(statement);
      }
      await database.query('INSERT INTO schema_migrations (name) VALUES ($1)', [name]);
      applied.push(name);
    }
    return applied;
  } finally {
    await database.query('DELETE FROM schema_lease WHERE id = 1 AND holder = $1', [holder]);
  }
}

async function createTable(database: Database, sql: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await database.query(sql);
      return;
    } catch (error) {
      if (attempt === CREATE_ATTEMPTS || !CREATED_MEANWHILE.has(sqlState(error) ?? '')) throw error;
    }
  }
}

async function missing(database: Database): Promise<string[]> {
  const rows = await database.query('SELECT name FROM schema_migrations');
  const applied = new Set(rows.map((row) => row['name']));
  const files = (await readdir(MIGRATIONS)).filter((file) => file.endsWith('.sql'));
  return files.filter((file) => !applied.has(file)).sort();
}

/** Takes the lease, or makes it last longer; false while another holds it. The clock is the database's. */
async function takeLease(database: Database, holder: string, seconds: number): Promise<boolean> {
  return inTransaction(database, async (transaction) => {
    const rows = await transaction.query(
      `INSERT INTO schema_lease (id, holder, expires_at)
       VALUES (1, $1, CURRENT_TIMESTAMP + $2::INTERVAL)
       ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
       WHERE schema_lease.holder = excluded.holder OR schema_lease.expires_at < CURRENT_TIMESTAMP
       RETURNING holder`,
      [holder, `${seconds} seconds`],
    );
    return rows.length === 1;
  });
}

/** Migrations hold plain statements: no semicolon inside a literal or a function body. */
function statements(sql: string): string[] {
  return sql
    .replace(/--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
