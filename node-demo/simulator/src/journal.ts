// What the simulator saw and did, in order. Secrets are left out before anything is written down.

import type { IncomingHttpHeaders } from 'node:http';

import type { DeliveryKind } from './forgery.js';

export interface ExchangeEntry {
  type: 'exchange';
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** The five lines the merchant's signature was good over; absent when it was not, or not asked. */
  signedMessage?: string;
  answer: {
    status: number;
    headers: Record<string, string>;
    body: string;
    /** The three lines the answer's signature is over; absent when it is unsigned. */
    signedMessage?: string;
  };
}

export interface PaymentEntry {
  type: 'payment';
  action: 'sheet' | 'pay' | 'cancel';
  prepayId?: string;
  outTradeNo?: string;
  /** The four lines paySign was checked over. */
  signedMessage?: string;
  errMsg: string;
}

export interface CallbackEntry {
  type: 'callback';
  notificationId: string;
  eventType: string;
  kind: DeliveryKind;
  attempt: number;
  url: string;
  headers: Record<string, string>;
  body: string;
  signedMessage: string;
  /** What is sealed inside the body. */
  plaintext: string;
  status?: number;
  error?: string;
  milliseconds: number;
}

export type JournalEvent = ExchangeEntry | PaymentEntry | CallbackEntry;
export type JournalEntry = JournalEvent & { sequence: number; time: string };
export type JournalListener = (entry: JournalEntry) => void;

const HIDDEN = '(left out)';

export class Journal {
  readonly #now: () => number;
  readonly #entries: JournalEntry[] = [];
  readonly #listeners = new Set<JournalListener>();
  #sequence = 0;

  readonly #capacity: number;

  /** The oldest entries go when there are more than `capacity`. */
  constructor(now: () => number, capacity: number) {
    this.#now = now;
    this.#capacity = capacity;
  }

  record(event: JournalEvent): void {
    this.#sequence += 1;
    const time = new Date(this.#now()).toISOString();
    const entry = { ...withoutSecrets(event), sequence: this.#sequence, time };
    this.#entries.push(entry);
    if (this.#entries.length > this.#capacity) this.#entries.shift();
    for (const listener of this.#listeners) listener(entry);
  }

  /** Entries after a sequence number: what a viewer asks for again and again. */
  entries(after = 0): JournalEntry[] {
    return this.#entries.filter((entry) => entry.sequence > after);
  }

  /** Calls the listener for every new entry until the returned function is called. */
  subscribe(listener: JournalListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** code2Session carries the app secret in its URL and the session key in its answer. */
function withoutSecrets(event: JournalEvent): JournalEvent {
  if (event.type !== 'exchange') return event;
  return {
    ...event,
    url: event.url.replace(/([?&]secret=)[^&]*/g, `$1${HIDDEN}`),
    answer: {
      ...event.answer,
      body: event.answer.body.replace(/("session_key":")[^"]*/g, `$1${HIDDEN}`),
    },
  };
}
