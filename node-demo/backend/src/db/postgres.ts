import { Pool, type PoolClient } from 'pg';

import type { Database, Queryable, Row } from './database.js';

export interface PostgresOptions {
  url: string;
  /** Connections at the same time, of this process. */
  poolSize: number;
  /** Told of connections that broke while nobody used them, as when the server restarts. */
  onBrokenConnection?: (error: Error) => void;
}

const CONNECT_MILLISECONDS = 5000;
/** Longer than any statement here takes; WeChat Pay has given up on the callback by then. */
const QUERY_MILLISECONDS = 10_000;

/** A PostgreSQL server, or what speaks its protocol and its SQL. */
export function openPostgres(options: PostgresOptions): Database {
  const pool = new Pool({
    connectionString: options.url,
    max: options.poolSize,
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    query_timeout: QUERY_MILLISECONDS,
    application_name: 'wechatpay-demo-backend',
  });
  // Without a listener, a connection that breaks while it is idle ends the process.
  pool.on('error', (error) => options.onBrokenConnection?.(error));
  return {
    ...queryable(pool),
    script: async (sql) => {
      await pool.query(sql);
    },
    transaction: (work) => transaction(pool, work),
    close: () => pool.end(),
  };
}

async function transaction<T>(
  pool: Pool,
  work: (transaction: Queryable) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  // A connection that breaks under a query fails the query and says so once more, here.
  const ignore = (): void => {};
  client.on('error', ignore);
  let broken = false;
  try {
    await client.query('BEGIN ISOLATION LEVEL SERIALIZABLE');
    const result = await work(queryable(client));
    await client.query('COMMIT');
    return result;
  } catch (error) {
    broken = !(await rolledBack(client));
    throw error;
  } finally {
    client.off('error', ignore);
    client.release(broken);
  }
}

/** False when the connection is of no more use. */
async function rolledBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query('ROLLBACK');
    return true;
  } catch {
    return false;
  }
}

function queryable(target: Pool | PoolClient): Queryable {
  return {
    query: async (sql, parameters = []) => (await target.query<Row>(sql, [...parameters])).rows,
  };
}
