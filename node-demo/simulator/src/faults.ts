// What goes wrong between WeChat Pay and a merchant, by share: may be changed at any time.

import { randomBytes } from 'node:crypto';

export interface FaultSettings {
  /** Of 100 callbacks, how many come with a SIGNTEST probe beside them. */
  probePercent: number;
  /** Of 100 callbacks, how many come with a forgery beside them. */
  forgedPercent: number;
  /** Every callback is delivered 1 to this many times, at the same time. */
  maxDeliveries: number;
  /** Deliveries set out up to this much later. */
  lateMilliseconds: number;
  /** Of 100 callbacks, how many wait for the next one and follow it. */
  outOfOrderPercent: number;
  /** Of 100 answers, how many carry a SIGNTEST probe in place of a signature. */
  answerProbePercent: number;
  /** Every answer takes up to this much longer. */
  latencyMilliseconds: number;
  /** Of 100 requests, how many are answered 5xx: half of them after WeChat Pay has acted. */
  errorPercent: number;
  /** Of 100 requests, how many are answered 429. */
  rateLimitPercent: number;
  /** How far WeChat Pay's clock is ahead. */
  clockSkewSeconds: number;
  /** Origins that stand in for that of notify_url, one at random each time: instances of a backend. */
  callbackTargets: string[];
}

export const NO_FAULTS: FaultSettings = {
  probePercent: 0,
  forgedPercent: 0,
  maxDeliveries: 1,
  lateMilliseconds: 0,
  outOfOrderPercent: 0,
  answerProbePercent: 0,
  latencyMilliseconds: 0,
  errorPercent: 0,
  rateLimitPercent: 0,
  clockSkewSeconds: 0,
  callbackTargets: [],
};

const LIMITS: Record<string, [min: number, max: number]> = {
  maxDeliveries: [1, 100],
  lateMilliseconds: [0, 3_600_000],
  latencyMilliseconds: [0, 3_600_000],
  clockSkewSeconds: [-1_000_000, 1_000_000],
};
const PERCENT: [number, number] = [0, 100];

/** What is wrong with a change of the settings; undefined when nothing is. */
export function faultIssue(name: string, value: unknown): string | undefined {
  if (!Object.hasOwn(NO_FAULTS, name)) return `${name} is no setting`;
  if (name === 'callbackTargets') {
    const good = Array.isArray(value) && value.every(isOrigin);
    return good ? undefined : `${name} must be a list of origins such as http://127.0.0.1:3000`;
  }
  const [min, max] = LIMITS[name] ?? PERCENT;
  const good = Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
  return good ? undefined : `${name} must be an integer from ${min} to ${max}`;
}

function isOrigin(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && new URL(value).origin === value;
}

/** The dice. `random` gives numbers from 0 up to 1, as Math.random does. */
export class Faults {
  readonly settings: FaultSettings;
  readonly #random: () => number;

  constructor(settings: FaultSettings, random: () => number) {
    this.settings = settings;
    this.#random = random;
  }

  happens(percent: number): boolean {
    return percent > 0 && this.#random() * 100 < percent;
  }

  upTo(milliseconds: number): number {
    return milliseconds === 0 ? 0 : this.#random() * milliseconds;
  }

  /** 1 to maxDeliveries. */
  deliveries(): number {
    return 1 + Math.floor(this.#random() * this.settings.maxDeliveries);
  }

  /** Where a callback goes this time. */
  target(notifyUrl: string): string {
    const { callbackTargets: targets } = this.settings;
    const origin = targets[Math.floor(this.#random() * targets.length)];
    if (origin === undefined) return notifyUrl;
    const { pathname, search } = new URL(notifyUrl);
    return `${origin}${pathname}${search}`;
  }

  skewed(now: number): number {
    return now + this.settings.clockSkewSeconds * 1000;
  }
}

/** What a probe has where a signature would be. */
export function probeSignature(): string {
  return `WECHATPAY/SIGNTEST/${randomBytes(160).toString('base64')}`;
}
