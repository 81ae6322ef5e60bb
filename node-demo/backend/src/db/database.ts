/** A row as the driver gives it. Integers may come as number, bigint or text: read them with Number. */
export type Row = Record<string, unknown>;

export interface Queryable {
  /** One statement with $1, $2 … parameters. A change that must be counted says RETURNING. */
  query(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

export interface Database extends Queryable {
  /** A script of several statements without parameters. */
  script(sql: string): Promise<void>;
  /** Runs the work in one SERIALIZABLE transaction; throws roll it back. */
  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>;
  /** Told whenever a transaction is run again. */
  onRetry?: (() => void) | undefined;
  close(): Promise<void>;
}

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';
const ATTEMPTS = 8;

/** A transaction that is run again when the database could not serialize it with another one. */
export async function inTransaction<T>(
  database: Database,
  work: (transaction: Queryable) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await database.transaction(work);
    } catch (error) {
      if (attempt === ATTEMPTS || !isRetryable(error)) throw error;
      database.onRetry?.();
      await sleep(Math.random() * 5 * 2 ** attempt);
    }
  }
}

function isRetryable(error: unknown): boolean {
  const code = sqlState(error);
  return code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED;
}

/** The SQLSTATE of a database error. */
export function sqlState(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
