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

/** Columns of numbers and of what is copied, character by character. */
const COUNTS = new Set(['orders', 'shipments', 'payments', 'refunds', 'differences']);
const REFERENCES = new Set(['out_trade_no', 'out_refund_no', 'reference', 'detail']);

const STYLE = `:root { color-scheme: light dark; --line: light-dark(#e3dfd3, #2e3630);
  --panel: light-dark(#fffefb, #191e1a); --soft: light-dark(#5f6b63, #a5b0a8) }
body { margin: 0 auto; max-width: 76rem; padding: 2rem 1.5rem 4rem; font: 15px/1.5 system-ui, sans-serif;
  background: light-dark(#f3f1ea, #121613); color: light-dark(#18221c, #e8ece7) }
h1 { font-size: 1.6rem; margin: 0 0 1.25rem }
section { margin-top: 1rem; padding: 1rem 1.25rem; border: 1px solid var(--line); border-radius: 12px;
  background: var(--panel); overflow-x: auto }
h2 { font-size: 1rem; margin: 0 }
p, form { margin: .4rem 0 0; color: var(--soft) }
table { border-collapse: collapse; margin-top: .5rem; min-width: 22rem }
th, td { padding: .35rem 1.5rem .35rem 0; text-align: left; vertical-align: top; white-space: nowrap }
th { font-size: .8rem; font-weight: 500; color: var(--soft) }
tr + tr > td { border-top: 1px solid var(--line) }
.number { text-align: right; font-variant-numeric: tabular-nums }
code { font: .85em ui-monospace, monospace; white-space: pre-wrap }
td:last-child > code { overflow-wrap: anywhere }
input, button { font: inherit; padding: .15rem .5rem }`;

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
    section(database, 'incidents', 'Incidents: money that came and does not fit'),
    section(database, 'differences', 'Differences between bills and orders'),
    section(database, 'bills', 'Bills', compareForm(newestDate)),
    section(database, 'refunds', 'Refunds on their way'),
    section(database, 'waiting', 'Paid, and not shipped yet'),
    section(database, 'orders', 'Orders'),
    section(database, 'shipments', 'Shipments'),
  ]);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Operator</title>
        <link rel="stylesheet" href="/operator/style.css" />
      </head>
      <body>
        <h1>Operator</h1>
        ${sections}
      </body>
    </html>`;
}

function compareForm(newestDate: string): Html {
  return html`<form method="post" action="/operator/bills">
    <label
      >Compare the bill of
      <input type="date" name="date" value="${newestDate}" max="${newestDate}" required
    /></label>
    <button>Compare</button>
  </form>`;
}

async function section(
  database: Database,
  name: keyof typeof QUERIES,
  title: string,
  more: Html | '' = '',
): Promise<Html> {
  const rows = await database.query(QUERIES[name]);
  return html`<section>
    <h2>${title}</h2>
    ${more} ${rows.length === 0 ? html`<p>None.</p>` : table(rows)}
  </section>`;
}

/** Every value is escaped by the template: a description may hold anything. */
function table(rows: Row[]): Html {
  const columns = Object.keys(rows[0] ?? {});
  return html`<table>
    <tr>
      ${columns.map((column) => heading(column))}
    </tr>
    ${rows.map(
      (row) =>
        html`<tr>
          ${columns.map((column) => cell(column, row[column]))}
        </tr>`,
    )}
  </table>`;
}

function heading(column: string): Html {
  if (column === 'fen') return html`<th class="number">amount</th>`;
  const name = column.replaceAll('_', ' ');
  return COUNTS.has(column) ? html`<th class="number">${name}</th>` : html`<th>${name}</th>`;
}

function cell(column: string, value: unknown): Html {
  const text = value instanceof Date ? moment(value) : String(value ?? '');
  if (column === 'fen') return html`<td class="number">¥${(Number(value) / 100).toFixed(2)}</td>`;
  if (COUNTS.has(column)) return html`<td class="number">${text}</td>`;
  if (REFERENCES.has(column)) return html`<td><code>${text}</code></td>`;
  return html`<td>${text}</td>`;
}

/** To the second; a log is for more. */
function moment(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
