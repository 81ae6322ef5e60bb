import type { Queryable } from './db/database.js';
import { sessionToken, sha256Hex } from './random.js';

export interface Session {
  token: string;
  expiresAt: Date;
}

const VALIDITY = 24 * 60 * 60 * 1000;

export async function openSession(
  database: Queryable,
  openid: string,
  now: Date,
): Promise<Session> {
  const session = { token: sessionToken(), expiresAt: new Date(now.getTime() + VALIDITY) };
  await database.query('DELETE FROM sessions WHERE expires_at < $1', [now]);
  await database.query(
    'INSERT INTO sessions (token_hash, openid, expires_at) VALUES ($1, $2, $3)',
    [await sha256Hex(session.token), openid, session.expiresAt],
  );
  return session;
}

/** The openid behind a token, or `undefined` when the token is unknown or has run out. */
export async function findSession(
  database: Queryable,
  token: string,
  now: Date,
): Promise<string | undefined> {
  const [row] = await database.query(
    'SELECT openid FROM sessions WHERE token_hash = $1 AND expires_at > $2',
    [await sha256Hex(token), now],
  );
  return row === undefined ? undefined : String(row['openid']);
}
