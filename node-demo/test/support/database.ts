// The database that the suite runs on: the embedded one, or a PostgreSQL that TEST_DATABASE_URL names.

import { randomBytes } from 'node:crypto';

import pg from 'pg';
import { openPglite, openPostgres, type Database, type Environment } from 'wechatpay-demo-backend';

export const SERVER = process.env['TEST_DATABASE_URL'];

export interface TestDatabase {
  /** The variables that lead a backend to it. */
  environment: Environment;
  drop(): Promise<void>;
}

/** An empty database of its own, on the server or in the memory of whoever opens it. */
export async function createTestDatabase(): Promise<TestDatabase> {
  if (SERVER === undefined) {
    return { environment: { DATA_DIR: 'memory' }, drop: () => Promise.resolve() };
  }
  const name = `shop_${randomBytes(8).toString('hex')}`;
  await administer(SERVER, `CREATE DATABASE ${name}`);
  const url = new URL(SERVER);
  url.pathname = `/${name}`;
  return {
    environment: { DATABASE_URL: url.href },
    drop: () => administer(SERVER, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

/** The same, opened; it is dropped when it is closed. */
export async function openTestDatabase(): Promise<Database> {
  const created = await createTestDatabase();
  const { DATABASE_URL: url } = created.environment;
  if (url === undefined) return openPglite();
  const database = openPostgres({ url, poolSize: 10 });
  return {
    ...database,
    close: async () => {
      await database.close();
      await created.drop();
    },
  };
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
