// The page and the mini program it runs, file by file as they lie in their folders.

import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';

import type { BackendOptions } from 'wechatpay-demo-backend';

type Site = Parameters<NonNullable<BackendOptions['extend']>>[0];

export interface PageSettings {
  appid: string;
  simulatorUrl: string;
}

/** Where each folder is mounted. */
const FOLDERS: Record<string, URL> = {
  '/': new URL('../page/', import.meta.url),
  '/mini-program/': new URL('../miniprogram/', import.meta.url),
};
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wxml': 'text/plain; charset=utf-8',
  '.wxss': 'text/plain; charset=utf-8',
};

/** Serves the page, and tells it which mini program it is and where its WeChat lives. */
export function mountPage(site: Site, settings: PageSettings): void {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${settings.simulatorUrl}`,
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
  for (const [mount, folder] of Object.entries(FOLDERS)) {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const type = TYPES[extname(name)];
      if (type === undefined || name.startsWith('tsconfig')) continue;
      const content = new Uint8Array(readFileSync(new URL(name, folder)));
      const headers = {
        'Content-Type': type,
        'Content-Security-Policy': policy,
        'X-Content-Type-Options': 'nosniff',
        'Referrer-Policy': 'no-referrer',
        'Cache-Control': 'no-cache',
      };
      const path = `${mount}${name}`;
      site.get(path, (context) => context.body(content, 200, headers));
      if (path === '/index.html') site.get('/', (context) => context.body(content, 200, headers));
    }
  }
  site.get('/demo.json', (context) => context.json(settings));
}
