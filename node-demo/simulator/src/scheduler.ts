/** Things that happen later: they can be waited for, and end when the simulator closes. */
export class Scheduler {
  readonly #abort = new AbortController();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #waiting = new Set<() => void>();
  #running = 0;

  /** Aborted on close. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  after(milliseconds: number, task: () => void | Promise<void>): void {
    if (this.signal.aborted) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#running += 1;
      void Promise.resolve(task()).finally(() => {
        this.#running -= 1;
        this.#settle();
      });
    }, milliseconds);
    this.#timers.add(timer);
  }

  /** Resolves when nothing is running and nothing is planned. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      this.#settle();
    });
  }

  close(): void {
    this.#abort.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#settle();
  }

  #settle(): void {
    if (this.#running > 0 || this.#timers.size > 0) return;
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
