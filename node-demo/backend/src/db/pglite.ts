import { mkdir } from 'node:fs/promises';

import { PGlite, type Transaction } from '@electric-sql/pglite';

import type { Database, Queryable, Row } from './database.js';

/** PostgreSQL inside this process: in a directory, or in memory when there is none. */
export async function openPglite(directory?: string): Promise<Database> {
  if (directory !== undefined) await mkdir(directory, { recursive: true });
  const pglite = await PGlite.create(directory === undefined ? {} : { dataDir: directory });
  return {
    ...queryable(pglite),
    script: async (sql) => {
      await pglite.exec(sql);
    },
    transaction: (work) =>
      pglite.transaction(async (transaction) => {
        await transaction.query('SET TRANSACTION ISOLATION LEVEL SERIALIZABLE');
        return work(queryable(transaction));
      }),
    close: () => pglite.close(),
  };
}

function queryable(target: PGlite | Transaction): Queryable {
  return {
    query: async (sql, parameters = []) => (await target.query<Row>(sql, [...parameters])).rows,
  };
}
