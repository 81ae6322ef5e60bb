// The WeChat side of a login: users, their openid per mini program, and one-use codes.

import { randomBytes } from 'node:crypto';

import { randomText } from './cipher.js';
import * as identifiers from './identifiers.js';
import type { Registry } from './registry.js';

interface LoginCode {
  appid: string;
  user: string;
  issuedAt: number;
  used: boolean;
}

export type SessionAnswer =
  { openid: string; session_key: string } | { errcode: number; errmsg: string };

const CODE_VALIDITY = 5 * 60 * 1000;

export class Users {
  readonly #registry: Registry;
  readonly #now: () => number;
  readonly #openids = new Map<string, string>();
  readonly #codes = new Map<string, LoginCode>();

  constructor(registry: Registry, now: () => number) {
    this.#registry = registry;
    this.#now = now;
  }

  /** `wx.login`: a code that proves, once and within five minutes, which user it is. */
  login(appid: string, user: string): string {
    if (!this.#registry.apps.has(appid)) throw new Error(`appid ${appid} is not registered`);
    const code = `0${randomText(31)}`;
    this.#codes.set(code, { appid, user, issuedAt: this.#now(), used: false });
    return code;
  }

  /** The same user has another openid in each mini program. */
  openid(appid: string, user: string): string {
    const key = `${appid}/${user}`;
    const openid = this.#openids.get(key) ?? identifiers.openid();
    this.#openids.set(key, openid);
    return openid;
  }

  belongsTo(appid: string, openid: string): boolean {
    for (const [key, known] of this.#openids) {
      if (known === openid && key.startsWith(`${appid}/`)) return true;
    }
    return false;
  }

  /** code2Session. Errors come with status 200 and an errcode, as the real one sends them. */
  code2Session(query: URLSearchParams): SessionAnswer {
    const appid = query.get('appid');
    const secret = query.get('secret');
    const code = query.get('js_code');
    if (!appid) return failure(41002, 'appid missing');
    if (!secret) return failure(41004, 'appsecret missing');
    if (!code) return failure(41008, 'missing code');
    if (query.get('grant_type') !== 'authorization_code')
      return failure(40002, 'invalid grant_type');
    const app = this.#registry.apps.get(appid);
    if (app === undefined) return failure(40013, 'invalid appid');
    if (app.secret !== secret) return failure(40125, 'invalid appsecret');

    const login = this.#codes.get(code);
    if (login === undefined || login.appid !== appid) return failure(40029, 'invalid code');
    if (login.used) return failure(40163, 'code been used');
    if (this.#now() - login.issuedAt > CODE_VALIDITY) return failure(40029, 'invalid code');
    login.used = true;
    return {
      session_key: randomBytes(16).toString('base64'),
      openid: this.openid(appid, login.user),
    };
  }
}

function failure(errcode: number, errmsg: string): SessionAnswer {
  return { errcode, errmsg: `${errmsg}, rid: ${randomBytes(4).toString('hex')}` };
}
