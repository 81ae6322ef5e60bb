import { sqlState, type Database } from './database.js';
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
  if (url === undefined) {
    // Loaded only where it is used: it brings a whole PostgreSQL along.
    const { openPglite } = await import('./pglite.js');
    return openPglite(dataDir);
  }
  return openPostgres({ url, poolSize, ...(onBrokenConnection && { onBrokenConnection }) });
}

const START_MILLISECONDS = 60_000;
const PAUSE_MILLISECONDS = 500;
/** 57P03: the server is starting up. 57P01, 57P02: it is going down. */
const NOT_YET = new Set(['57P01', '57P02', '57P03', 'ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND']);

/** Repeats the work until the database is there: it may be started after this, or restarted. */
export async function whenReady<T>(
  work: () => Promise<T>,
  onWait: (error: unknown) => void,
): Promise<T> {
  const deadline = Date.now() + START_MILLISECONDS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isNotYet(error) || Date.now() > deadline) throw error;
      onWait(error);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
    }
  }
}

function isNotYet(error: unknown): boolean {
  const broken =
    error instanceof Error && /^Connection terminated|^timeout exceeded/.test(error.message);
  return broken || NOT_YET.has(sqlState(error) ?? '');
}
