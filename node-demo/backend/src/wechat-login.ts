import { ShopError } from './errors.js';

interface SessionAnswer {
  openid?: unknown;
  errcode?: unknown;
}

export interface LoginOptions {
  baseUrl: string;
  appid: string;
  secret: string;
}

const TIMEOUT_MILLISECONDS = 5000;
/** Codes the client can mend by calling wx.login again; all others are for the operator. */
const STALE_CODE = new Set([40029, 40163, 41008]);

/** Trades the code of wx.login for the openid. The session_key is not kept: payment needs none. */
export async function code2Session(options: LoginOptions, code: string): Promise<string> {
  const url = new URL('/sns/jscode2session', options.baseUrl);
  url.search = new URLSearchParams({
    appid: options.appid,
    secret: options.secret,
    js_code: code,
    grant_type: 'authorization_code',
  }).toString();

  let answer: SessionAnswer;
  try {
    const response = await fetch(url, {
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
    answer = (await response.json()) as SessionAnswer;
  } catch {
    // The cause is dropped: its text may hold the URL, and the URL holds the secret.
    throw new ShopError(502, 'WECHAT_UNREACHABLE', 'WeChat did not answer; try again');
  }
  if (typeof answer.openid === 'string' && answer.openid !== '') return answer.openid;
  const errcode = Number(answer.errcode);
  if (STALE_CODE.has(errcode)) {
    throw new ShopError(
      401,
      'CODE_INVALID',
      `the login code is spent (${errcode}); call wx.login again`,
    );
  }
  throw new ShopError(502, 'LOGIN_REFUSED', `WeChat refused code2Session with errcode ${errcode}`);
}
