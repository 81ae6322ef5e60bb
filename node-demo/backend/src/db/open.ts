import type { Database } from './database.js';
import { openPglite } from './pglite.js';
import { openPostgres } from './postgres.js';

export interface DatabaseSettings {
  /** PostgreSQL; undefined: the embedded one. */
  databaseUrl: string | undefined;
  databasePoolSize: number;
  /** Directory of the embedded one; undefined: in memory. */
  dataDir: string | undefined;
}

/** The database of the configuration: the same SQL goes to either. */
export async function openDatabase(
  { databaseUrl: url, databasePoolSize: poolSize, dataDir }: DatabaseSettings,
  onBrokenConnection?: (error: Error) => void,
): Promise<Database> {
  if (url === undefined) return openPglite(dataDir);
  return openPostgres({ url, poolSize, ...(onBrokenConnection && { onBrokenConnection }) });
}
