// What a person has to look at, as plain HTML: read by whoever has the operator token.

import type { Hono } from 'hono';
import { csrf } from 'hono/csrf';
import { html } from 'hono/html';

import type { Bills } from './bills.js';
import type { Database, Row } from './db/database.js';
import { operatorGuard } from './operator-guard.js';

export interface OperatorPageDependencies {
  database: Database;
  bills: Bills;
  operatorToken: string | undefined;
}

type Html = ReturnType<typeof html>;

const LATEST = 100;
const QUERIES = {
  orders: 'SELECT status, COUNT(*) AS orders, SUM(amount_total) AS fen FROM orders GROUP BY status',
  shipments: 'SELECT status, COUNT(*) AS shipments FROM shipments GROUP BY status',
  bills: `SELECT bill_date, status, payments, refunds, differences, detail, updated_at FROM bills
    ORDER BY bill_date DESC LIMIT 31`,
  differences: `SELECT bill_date, out_trade_no, kind, reference, detail FROM bill_differences
    ORDER BY bill_date DESC, out_trade_no LIMIT ${LATEST}`,
  incidents: `SELECT created_at, kind, out_trade_no, reference, detail FROM incidents
    ORDER BY created_at DESC LIMIT ${LATEST}`,
  refunds: `SELECT created_at, status, out_trade_no, out_refund_no, amount AS fen FROM refunds
    WHERE status IN ('REQUESTED', 'PROCESSING', 'ABNORMAL') ORDER BY created_at LIMIT ${LATEST}`,
  waiting: `SELECT created_at, status, out_trade_no FROM shipments
    WHERE status IN ('WAITING', 'CLAIMED') ORDER BY created_at LIMIT ${LATEST}`,
} as const;

const STYLE = `body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; max-width: 80rem }
table { border-collapse: collapse; margin: .5rem 0 2rem }
th, td { border-bottom: 1px solid #ccc; padding: .25rem .75rem; text-align: left; vertical-align: top }
td { font-variant-numeric: tabular-nums; overflow-wrap: anywhere }`;

const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

export function mountOperatorPage(
  app: Pick<Hono, 'use' | 'get' | 'post'>,
  dependencies: OperatorPageDependencies,
): void {
  const { database, bills, operatorToken } = dependencies;
  app.use('/operator', operatorGuard(operatorToken));
  app.use('/operator/*', operatorGuard(operatorToken));
  app.use('/operator/*', csrf());

  app.get('/operator', async (context) =>
    context.html(await page(database, bills.newestDate()), 200, HEADERS),
  );
  app.get('/operator/style.css', (context) =>
    context.body(STYLE, 200, { ...HEADERS, 'Content-Type': 'text/css; charset=utf-8' }),
  );
  app.post('/operator/bills', async (context) => {
    const { date } = await context.req.parseBody();
    await bills.check(typeof date === 'string' ? date : '');
    return context.redirect('/operator', 303);
  });
}

async function page(database: Database, newestDate: string): Promise<Html> {
  const sections = await Promise.all([
    section(database, 'orders', 'Orders'),
    section(database, 'shipments', 'Shipments'),
    section(database, 'incidents', 'Incidents: money that came and does not fit'),
    section(database, 'differences', 'Differences between bills and orders'),
    section(database, 'bills', 'Bills'),
    section(database, 'refunds', 'Refunds on their way'),
    section(database, 'waiting', 'Paid, and not shipped yet'),
  ]);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>Operator</title>
        <link rel="stylesheet" href="/operator/style.css" />
      </head>
      <body>
        <h1>Operator</h1>
        ${sections}
        <form method="post" action="/operator/bills">
          <label
            >Compare the bill of
            <input type="date" name="date" value="${newestDate}" max="${newestDate}" required
          /></label>
          <button>Compare</button>
        </form>
      </body>
    </html>`;
}

async function section(
  database: Database,
  name: keyof typeof QUERIES,
  title: string,
): Promise<Html> {
  const rows = await database.query(QUERIES[name]);
  return html`<h2>${title}</h2>
    ${rows.length === 0 ? html`<p>None.</p>` : table(rows)}`;
}

/** Every value is escaped by the template: a description may hold anything. */
function table(rows: Row[]): Html {
  const columns = Object.keys(rows[0] ?? {});
  const cell = (value: unknown): string =>
    value instanceof Date ? value.toISOString() : String(value ?? '');
  return html`<table>
    <tr>
      ${columns.map((column) => html`<th>${column.replaceAll('_', ' ')}</th>`)}
    </tr>
    ${rows.map(
      (row) =>
        html`<tr>
          ${columns.map((column) => html`<td>${cell(row[column])}</td>`)}
        </tr>`,
    )}
  </table>`;
}
