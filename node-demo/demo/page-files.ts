import { readFileSync } from 'node:fs';
import { extname } from 'node:path';

import type { BackendOptions } from 'wechatpay-demo-backend';

type Site = Parameters<NonNullable<BackendOptions['extend']>>[0];

export interface PageSettings {
  appid: string;
  simulatorUrl: string;
}

const FOLDER = new URL('../page/', import.meta.url);
const FILES: Record<string, string> = {
  '/': 'index.html',
  '/style.css': 'style.css',
  '/payment-sheet.css': 'payment-sheet.css',
  '/main.js': 'main.js',
  '/dom.js': 'dom.js',
  '/i18n.js': 'i18n.js',
  '/art.js': 'art.js',
  '/payment-sheet.js': 'payment-sheet.js',
  '/shop-client.js': 'shop-client.js',
  '/wx.js': 'wx.js',
};
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

/** Serves the page, and tells it which mini program it is and where its WeChat lives. */
export function mountPage(site: Site, settings: PageSettings): void {
  const policy = [
    "default-src 'self'",
    `connect-src 'self' ${settings.simulatorUrl}`,
    "img-src 'self' data:",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
  for (const [path, name] of Object.entries(FILES)) {
    const content = readFileSync(new URL(name, FOLDER), 'utf8');
    const headers = {
      'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream',
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-cache',
    };
    site.get(path, (context) => context.body(content, 200, headers));
  }
  site.get('/demo.json', (context) => context.json(settings));
}
