// Opens the shop and tells, line by line, what goes over the wire while somebody buys.

import type { JournalEntry } from 'wechatpay-simulator';

import { line, padded, paint } from './terminal.js';
import { SHOP_NAME, type World } from './world.js';

export function serve(world: World): Promise<void> {
  line();
  line(`  ${paint('bold', SHOP_NAME)}`);
  line();
  line(`  Open         ${paint('cyan', `${world.backend.url}/`)}`);
  line(
    `  WeChat Pay   ${world.simulator.url}  ${paint('dim', 'simulator; log at /_simulator/log')}`,
  );
  line(`  ${paint('dim', 'Ctrl+C closes the shop; orders and keys go with it.')}`);
  line();
  world.simulator.subscribe((entry) => line(`  ${describe(entry)}`));
  return new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}

function describe(entry: JournalEntry): string {
  const clock = paint('dim', entry.time.slice(11, 19));
  switch (entry.type) {
    case 'exchange':
      return `${clock}  ${route('backend', 'WeChat Pay')}${entry.method} ${entry.url.split('?')[0]}  ${status(entry.answer.status)}`;
    case 'payment':
      return `${clock}  ${route('phone', 'WeChat')}${entry.action}  ${entry.errMsg}`;
    case 'callback':
      return `${clock}  ${route('WeChat Pay', 'backend')}${entry.eventType}  ${status(entry.status)}`;
  }
}

function route(from: string, to: string): string {
  return `${padded(from, 10)} ${paint('dim', '→')} ${padded(to, 12)}`;
}

function status(code: number | undefined): string {
  if (code === undefined) return paint('red', 'no answer');
  return paint(code < 300 ? 'green' : 'yellow', String(code));
}
