// What a Prometheus collects. Labels are names from this code, never what a client sent.

import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = new Histogram({
    name: 'shop_http_request_duration_seconds',
    help: 'Requests answered, by route and status.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: SECONDS,
    registers: [this.#registry],
  });
  readonly #platform = new Histogram({
    name: 'shop_wechatpay_request_duration_seconds',
    help: 'Requests to WeChat Pay, by API and outcome: ok, refused or unknown.',
    labelNames: ['api', 'outcome'] as const,
    buckets: SECONDS,
    registers: [this.#registry],
  });
  readonly #callbacks = this.#counter(
    'shop_callbacks_total',
    'Callbacks, by what came of them: an outcome, an error code, or NOT_SAVED.',
    'result',
  );
  readonly #jobs = this.#counter(
    'shop_jobs_total',
    'Orders attended to without being asked, by job and result.',
    'job',
    'result',
  );
  readonly #retries = this.#counter(
    'shop_transaction_retries_total',
    'Transactions run again because the database could not serialize them.',
  );

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  request(method: string, route: string, status: number, milliseconds: number): void {
    this.#requests.observe({ method, route, status }, milliseconds / 1000);
  }

  platformCall(api: string, outcome: 'ok' | 'refused' | 'unknown', milliseconds: number): void {
    this.#platform.observe({ api, outcome }, milliseconds / 1000);
  }

  callback(result: string): void {
    this.#callbacks.inc({ result });
  }

  job(job: string, result: string): void {
    this.#jobs.inc({ job, result });
  }

  transactionRetried(): void {
    this.#retries.inc();
  }

  #counter<T extends string>(name: string, help: string, ...labelNames: T[]): Counter<T> {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }
}
