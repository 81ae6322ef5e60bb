// What happens between the parties, told to the page as it happens, and the switch with which the page breaks it.

import type { Backend } from 'wechatpay-demo-backend';
import type { CallbackEntry, ExchangeEntry, PaymentEntry, Simulator } from 'wechatpay-simulator';

import { ATTACKS, type Attack, type Letter } from './attacks.js';
import type { Delivery, Tampering, Wire } from './wire.js';

/** A message as text; nothing in it is a secret. */
interface ShownLetter {
  headers: Record<string, string>;
  body: string;
}

export type StageEvent =
  | ({ type: 'exchange' } & Pick<
      ExchangeEntry,
      'method' | 'url' | 'headers' | 'body' | 'signedMessage' | 'answer'
    >)
  | ({ type: 'payment' } & Pick<
      PaymentEntry,
      'action' | 'prepayId' | 'outTradeNo' | 'signedMessage' | 'errMsg'
    >)
  | {
      type: 'delivery';
      attack: Attack;
      path: string;
      notificationId: string;
      eventType: string;
      sent: ShownLetter;
      arrived: ShownLetter | null;
      message: string | null;
      clockShift: number;
      copy: 1 | 2;
      /** The code of the refusal, or what came of it. */
      verdict: string | null;
      accepted: boolean;
      resource: unknown;
      answer: { status: number; body: string } | null;
    }
  | {
      type: 'receipt';
      kind: 'payment' | 'refund';
      outTradeNo: string;
      transactionId: string;
      amount: number;
      time: string;
    }
  | { type: 'order'; outTradeNo: string; before: string | null; status: string; paidBy: string | null }
  | ({ type: 'tampering' } & Tampering)
  | { type: 'log'; level: string; message: string; fields: Record<string, unknown> }
  | { type: 'switch'; attack: Attack };

export type StoredEvent = StageEvent & { id: number; at: number };

interface Viewer {
  send(event: StoredEvent): void;
  end(): void;
}

const CAPACITY = 2000;
const WATCH_MILLISECONDS = 60;

export class Stage {
  readonly #events: StoredEvent[] = [];
  readonly #viewers = new Set<Viewer>();
  readonly #statuses = new Map<string, string>();
  #sequence = 0;
  #backend: Backend | undefined;
  #simulator: Simulator | undefined;
  #wire: Wire | undefined;
  #lastNotification: string | undefined;
  #watch: NodeJS.Timeout | undefined;
  #watching: Promise<void> | undefined;

  /** Begins to listen. */
  attach(parts: { backend: Backend; simulator: Simulator; wire: Wire }): void {
    this.#backend = parts.backend;
    this.#simulator = parts.simulator;
    this.#wire = parts.wire;
    parts.simulator.subscribe((entry) => {
      if (entry.type === 'exchange') {
        // Comes of no purchase: the shop looks for yesterday's bill by itself.
        if (entry.url.startsWith('/v3/bill/')) return;
        const { type, method, url, headers, body, answer, signedMessage } = entry;
        this.#tell({ type, method, url, headers, body, answer, ...defined({ signedMessage }) });
      } else if (entry.type === 'payment') {
        const { type, action, errMsg, prepayId, outTradeNo, signedMessage } = entry;
        this.#tell({ type, action, errMsg, ...defined({ prepayId, outTradeNo, signedMessage }) });
      } else if (entry.type === 'callback' && entry.attempt === 1) {
        this.#tellBuyer(entry);
      }
    });
  }

  /** A line of the backend's log: what went wrong, unless it is about a callback, of which `delivered` tells more. */
  log(line: string): void {
    const { time: _, level, message, requestId: __, ...fields } = JSON.parse(line);
    if ((level === 'warn' || level === 'error') && !/^callback\b/.test(message)) {
      this.#tell({ type: 'log', level, message, fields });
    }
  }

  tampered(tampering: Tampering): void {
    this.#tell({ type: 'tampering', ...tampering });
  }

  delivered(delivery: Delivery): void {
    const { report, arrived, sent, answer } = delivery;
    const { attack, path, copy, clockShift, message } = delivery;
    const { id, event_type: eventType } = JSON.parse(sent.body.toString('utf8'));
    const accepted = report !== undefined && 'notification' in report;
    this.#lastNotification = id;
    this.#tell({
      type: 'delivery',
      attack,
      path,
      notificationId: id,
      eventType,
      sent: shown(sent),
      arrived: arrived === undefined ? null : shown(arrived),
      message: message ?? null,
      clockShift,
      copy,
      verdict: report === undefined ? null : accepted ? report.outcome : report.refusedWith,
      accepted,
      resource: accepted ? report.notification.resource : null,
      answer: answer ?? null,
    });
    void this.#watchOrders();
  }

  get attack(): Attack {
    return this.#wire?.attack ?? 'none';
  }

  /** False when there is no such attack. */
  throwSwitch(attack: unknown): boolean {
    const known = ATTACKS.find((name) => name === attack);
    if (known === undefined || this.#wire === undefined) return false;
    this.#wire.attack = known;
    this.#tell({ type: 'switch', attack: known });
    return true;
  }

  /** Lets WeChat Pay send its last callback again, over the wire as it is now. */
  async again(): Promise<boolean> {
    if (this.#lastNotification === undefined) return false;
    await this.#simulator?.send(this.#lastNotification, 'genuine');
    return true;
  }

  /** Server-sent events: everything after an id, then whatever comes. */
  stream(after: number): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder();
    let viewer: Viewer | undefined;
    return new ReadableStream({
      start: (controller) => {
        const write = (text: string): void => controller.enqueue(encoder.encode(text));
        viewer = {
          send: (event) => write(`id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`),
          end: () => controller.close(),
        };
        write('retry: 500\n\n');
        for (const event of this.#events) if (event.id > after) viewer.send(event);
        this.#viewers.add(viewer);
        this.#keepWatch();
      },
      cancel: () => {
        if (viewer !== undefined) this.#viewers.delete(viewer);
        this.#keepWatch();
      },
    });
  }

  get latest(): number {
    return this.#sequence;
  }

  async close(): Promise<void> {
    clearInterval(this.#watch);
    for (const viewer of this.#viewers) viewer.end();
    this.#viewers.clear();
    await this.#watching;
  }

  /** WeChat writes to the buyer when it first writes to the merchant, whatever the merchant answers. */
  #tellBuyer({ eventType, plaintext }: CallbackEntry): void {
    const kind = eventType === 'REFUND.SUCCESS' ? 'refund' : 'payment';
    if (kind === 'payment' && eventType !== 'TRANSACTION.SUCCESS') return;
    const { out_trade_no: outTradeNo, transaction_id: transactionId, ...resource } =
      JSON.parse(plaintext);
    const { amount, success_time: time } = resource;
    const money = kind === 'refund' ? amount.refund : amount.total;
    this.#tell({ type: 'receipt', kind, outTradeNo, transactionId, amount: money, time });
  }

  #tell(event: StageEvent): void {
    this.#sequence += 1;
    const stored = { ...event, id: this.#sequence, at: Date.now() };
    this.#events.push(stored);
    if (this.#events.length > CAPACITY) this.#events.shift();
    for (const viewer of this.#viewers) viewer.send(stored);
  }

  /** The orders are watched while somebody looks. */
  #keepWatch(): void {
    clearInterval(this.#watch);
    if (this.#viewers.size === 0) return;
    this.#watch = setInterval(() => {
      // What a callback does is told after the callback.
      if (this.#wire?.delivering === false) void this.#watchOrders();
    }, WATCH_MILLISECONDS);
  }

  #watchOrders(): Promise<void> {
    this.#watching ??= this.#readOrders().finally(() => {
      this.#watching = undefined;
    });
    return this.#watching;
  }

  async #readOrders(): Promise<void> {
    const rows = await this.#backend?.database.query(
      'SELECT out_trade_no, status, paid_by FROM orders ORDER BY updated_at DESC LIMIT 20',
    );
    for (const row of rows ?? []) {
      const outTradeNo = String(row['out_trade_no']);
      const status = String(row['status']);
      const before = this.#statuses.get(outTradeNo);
      if (before === status) continue;
      this.#statuses.set(outTradeNo, status);
      const paidBy = row['paid_by'] === null ? null : String(row['paid_by']);
      this.#tell({ type: 'order', outTradeNo, before: before ?? null, status, paidBy });
    }
  }
}

function shown({ headers, body }: Letter): ShownLetter {
  return { headers, body: body.toString('utf8') };
}

function defined<T extends object>(members: T): { [Name in keyof T]?: NonNullable<T[Name]> } {
  const present = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as { [Name in keyof T]?: NonNullable<T[Name]> };
}
