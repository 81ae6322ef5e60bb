/**
 * A time by which something has to be done, unless it is extended or cleared. Its signal alone will
 * not do: reading the body of a fetch was seen to outlast it.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #milliseconds: number;
  readonly #missed: Promise<never>;
  #miss: (reason: Error) => void = () => {};
  #timer: NodeJS.Timeout | undefined;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
    this.#missed = new Promise((_, reject) => (this.#miss = reject));
    // It may be missed while nobody waits.
    this.#missed.catch(() => {});
    this.extend();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What the work brings, or a rejection when time is up. */
  within<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#missed]);
  }

  extend(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const error = new DOMException(`nothing came for ${this.#milliseconds} ms`, 'TimeoutError');
      this.#miss(error);
      this.#controller.abort(error);
    }, this.#milliseconds);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
