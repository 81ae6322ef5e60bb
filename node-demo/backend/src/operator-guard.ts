// Who may see the operator's pages and the metrics: whoever has the operator token.

import type { Context, MiddlewareHandler } from 'hono';

import { sha256Hex } from './random.js';

/** Takes the token as a Bearer token, or as the password of HTTP Basic, which a browser asks for. */
export function operatorGuard(token: string | undefined): MiddlewareHandler {
  return async (context, next) => {
    if (token === undefined) return context.notFound();
    const given = givenToken(context);
    // Of two hashes, how many digits agree says nothing about the token.
    if (given !== undefined && (await sha256Hex(given)) === (await sha256Hex(token))) {
      await next();
      return undefined;
    }
    const error = { code: 'OPERATOR_TOKEN_REQUIRED', message: 'send the operator token' };
    return context.json({ error }, 401, { 'WWW-Authenticate': 'Basic realm="operator"' });
  };
}

function givenToken(context: Context): string | undefined {
  const [, scheme = '', value = ''] =
    /^(Bearer|Basic) (\S+)$/.exec(context.req.header('Authorization') ?? '') ?? [];
  if (scheme !== 'Basic') return value === '' ? undefined : value;
  try {
    return atob(value).replace(/^[^:]*:/, '');
  } catch {
    return undefined;
  }
}
