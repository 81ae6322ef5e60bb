import { readdir, readFile } from 'node:fs/promises';

import { inTransaction, type Database } from './database.js';

const MIGRATIONS = new URL('../../migrations/', import.meta.url);

/** Brings the schema up to date: each file of migrations/ once, in the order of its number. */
export async function migrate(database: Database): Promise<string[]> {
  await database.script('CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT PRIMARY KEY)');
  const applied: string[] = [];
  for (const name of (await readdir(MIGRATIONS)).filter((file) => file.endsWith('.sql')).sort()) {
    const sql = await readFile(new URL(name, MIGRATIONS), 'utf8');
    const fresh = await inTransaction(database, async (transaction) => {
      const claimed = await transaction.query(
        'INSERT INTO schema_migrations (name) VALUES ($1) ON CONFLICT DO NOTHING RETURNING name',
        [name],
      );
      if (claimed.length === 0) return false;
      for (const statement of statements(sql)) await transaction.query(statement);
      return true;
    });
    if (fresh) applied.push(name);
  }
  return applied;
}

/** Migrations hold plain statements: no semicolon inside a literal or a function body. */
function statements(sql: string): string[] {
  return sql
    .replace(/--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
