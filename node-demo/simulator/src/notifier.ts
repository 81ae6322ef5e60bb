import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

import { seal } from './cipher.js';
import type { Faults } from './faults.js';
import { prepareDelivery, type Delivery, type DeliveryKind } from './forgery.js';
import type { Journal } from './journal.js';
import type { KeyRing } from './key-ring.js';
import type { Scheduler } from './scheduler.js';
import { rfc3339 } from './time.js';

export interface Event {
  eventType: string;
  originalType: string;
  summary: string;
  url: string;
  apiV3Key: string;
  resource: object;
}

export interface Attempt {
  kind: DeliveryKind;
  time: string;
  /** The merchant's answer; absent when there was none. */
  status?: number;
  body?: string;
  error?: string;
}

export interface Notification {
  id: string;
  eventType: string;
  url: string;
  resource: object;
  state: 'pending' | 'delivered' | 'given-up';
  attempts: Attempt[];
}

interface Stored extends Notification {
  event: Event;
  body: Buffer;
}

interface CallbackAnswer {
  status: number;
  body: string;
}

export interface NotifierOptions {
  /** Factor on the waits of the schedule; 0.001 makes the 24 hours last 87 seconds. */
  timeScale: number;
  timeoutMilliseconds: number;
  faults: Faults;
  onCallbackSent: ((url: string) => void) | undefined;
}

/** Waits between the attempts: 15 retries over 24 hours and 4 minutes. */
export const RETRY_SCHEDULE_SECONDS: readonly number[] = [
  15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600,
];

const MAX_ANSWER_BYTES = 4096;
/** How long a callback waits for another to overtake it, and how far that one gets ahead. */
const HOLD_MILLISECONDS = 2000;
const OVERTAKEN_MILLISECONDS = 100;

/** Posts callbacks and repeats them until the merchant answers 200 or 204. */
export class Notifier {
  readonly #keyRing: KeyRing;
  readonly #journal: Journal;
  readonly #scheduler: Scheduler;
  readonly #now: () => number;
  readonly #options: NotifierOptions;
  readonly #notifications = new Map<string, Stored>();
  #held: Stored | undefined;

  constructor(
    keyRing: KeyRing,
    journal: Journal,
    scheduler: Scheduler,
    now: () => number,
    options: NotifierOptions,
  ) {
    this.#keyRing = keyRing;
    this.#journal = journal;
    this.#scheduler = scheduler;
    this.#now = now;
    this.#options = options;
  }

  get notifications(): Notification[] {
    return [...this.#notifications.values()];
  }

  /** Starts to deliver an event; the first attempt leaves at once. */
  notify(event: Event): Notification {
    const stored = this.#store(event);
    const { faults } = this.#options;
    const held = this.#held;
    this.#held = undefined;
    if (held === undefined && faults.happens(faults.settings.outOfOrderPercent)) {
      this.#held = stored;
      this.#scheduler.after(HOLD_MILLISECONDS, () => this.#release(stored));
      return stored;
    }
    this.#setOut(stored);
    if (held !== undefined) this.#scheduler.after(OVERTAKEN_MILLISECONDS, () => this.#setOut(held));
    return stored;
  }

  /** A callback with a stranger's signature, which stands in no book of WeChat Pay's. */
  forge(event: Event): Promise<Attempt> {
    return this.#deliver(this.#store(event, 'given-up'), 'forged');
  }

  /** No other callback came for which this one could wait. */
  #release(stored: Stored): void {
    if (this.#held !== stored) return;
    this.#held = undefined;
    this.#setOut(stored);
  }

  /** The first genuine attempt, and whatever the faults put beside it. */
  #setOut(stored: Stored): void {
    const { faults } = this.#options;
    const { probePercent, forgedPercent, lateMilliseconds } = faults.settings;
    const aside = (kind: DeliveryKind): void => {
      this.#scheduler.after(faults.upTo(lateMilliseconds), async () => {
        await this.#deliver(stored, kind);
      });
    };
    if (faults.happens(probePercent)) aside('probe');
    if (faults.happens(forgedPercent)) aside('forged');
    this.#scheduler.after(faults.upTo(lateMilliseconds), () => this.#attempt(stored, 0));
    for (let extra = faults.deliveries(); extra > 1; extra -= 1) aside('genuine');
  }

  /**
   * One extra attempt outside the schedule, genuine or wrong in one way. With `resource`, a new
   * notification of the same event that says something else.
   */
  async send(
    id: string,
    kind: DeliveryKind,
    resource?: object,
  ): Promise<{ notification: Notification; attempt: Attempt }> {
    let stored = this.#notifications.get(id);
    if (stored === undefined) throw new Error(`there is no notification ${id}`);
    if (resource !== undefined) stored = this.#store({ ...stored.event, resource }, 'given-up');
    const attempt = await this.#deliver(stored, kind);
    return { notification: stored, attempt };
  }

  #store(event: Event, state: Notification['state'] = 'pending'): Stored {
    const id = randomUUID();
    const { eventType, url, resource } = event;
    const stored: Stored = {
      id,
      eventType,
      url,
      resource,
      state,
      attempts: [],
      event,
      body: Buffer.from(JSON.stringify(this.#envelope(id, event))),
    };
    this.#notifications.set(id, stored);
    return stored;
  }

  #envelope(id: string, event: Event): object {
    return {
      id,
      create_time: rfc3339(this.#now()),
      resource_type: 'encrypt-resource',
      event_type: event.eventType,
      summary: event.summary,
      resource: {
        original_type: event.originalType,
        ...seal(JSON.stringify(event.resource), event.apiV3Key, event.originalType),
      },
    };
  }

  async #attempt(stored: Stored, number: number): Promise<void> {
    const { status } = await this.#deliver(stored, 'genuine');
    if (status === 200 || status === 204) {
      stored.state = 'delivered';
      return;
    }
    const wait = RETRY_SCHEDULE_SECONDS[number];
    if (wait === undefined) {
      stored.state = 'given-up';
      return;
    }
    const milliseconds = wait * 1000 * this.#options.timeScale;
    this.#scheduler.after(milliseconds, () => this.#attempt(stored, number + 1));
  }

  /** Every attempt has its own timestamp, nonce and signature over the same body. */
  async #deliver(stored: Stored, kind: DeliveryKind): Promise<Attempt> {
    const started = this.#now();
    const { faults } = this.#options;
    const url = faults.target(stored.url);
    const key = this.#keyRing.forCallback();
    const delivery = prepareDelivery(kind, stored.body, key, faults.skewed(started));
    const attempt: Attempt = { kind, time: new Date(started).toISOString() };
    try {
      const answer = await this.#post(url, delivery);
      attempt.status = answer.status;
      attempt.body = answer.body;
    } catch (error) {
      attempt.error = error instanceof Error ? error.message : String(error);
    }
    stored.attempts.push(attempt);
    this.#journal.record({
      type: 'callback',
      notificationId: stored.id,
      eventType: stored.eventType,
      kind,
      attempt: stored.attempts.length,
      url,
      headers: delivery.headers,
      body: delivery.body.toString('utf8'),
      signedMessage: delivery.message,
      plaintext: JSON.stringify(stored.resource),
      ...(attempt.status === undefined ? {} : { status: attempt.status }),
      ...(attempt.error === undefined ? {} : { error: attempt.error }),
      milliseconds: this.#now() - started,
    });
    return attempt;
  }

  #post(url: string, delivery: Delivery): Promise<CallbackAnswer> {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest;
    const signal = AbortSignal.any([
      this.#scheduler.signal,
      AbortSignal.timeout(this.#options.timeoutMilliseconds),
    ]);
    return new Promise((resolve, reject) => {
      const headers = {
        Accept: '*/*',
        'Content-Type': 'application/json',
        'Content-Length': delivery.body.length,
        'User-Agent': 'Mozilla/4.0 (wechatpay-simulator)',
        ...delivery.headers,
      };
      const request = send(url, { method: 'POST', headers, signal }, (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          if (size < MAX_ANSWER_BYTES) chunks.push(chunk);
          size += chunk.length;
        });
        response.on('end', () => {
          const body = Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString('utf8');
          resolve({ status: response.statusCode ?? 0, body });
        });
        response.on('error', reject);
      });
      request.on('error', reject);
      request.on('finish', () => this.#options.onCallbackSent?.(url));
      request.end(delivery.body);
    });
  }
}
