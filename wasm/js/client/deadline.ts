/** Why an attempt was given up, as the `cause` of its error. */
export class TimeoutError extends Error {
  constructor(seconds: number) {
    super(`no complete answer within ${seconds} s`)
  }

  static {
    Object.defineProperty(this.prototype, 'name', { value: 'TimeoutError', configurable: true, writable: true })
  }
}

/** Ends work after some seconds, or when the caller says so. */
export class Deadline {
  readonly #controller = new AbortController()
  readonly #caller: AbortSignal | undefined
  readonly #timer: ReturnType<typeof setTimeout>
  readonly #onAbort = (): void => this.#controller.abort(this.#caller?.reason)

  constructor(seconds: number, caller: AbortSignal | undefined) {
    this.#caller = caller
    this.#timer = setTimeout(() => this.#controller.abort(new TimeoutError(seconds)), seconds * 1000)
    if (caller?.aborted === true) this.#onAbort()
    else caller?.addEventListener('abort', this.#onAbort)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Settles with the work or at the deadline, also when the work does not listen to the signal. */
  async race<T>(work: Promise<T>): Promise<T> {
    const { signal } = this
    let onAbort: (() => void) | undefined
    const ended = new Promise<never>((_, reject) => {
      onAbort = () => reject(signal.reason)
      if (signal.aborted) onAbort()
      else signal.addEventListener('abort', onAbort)
    })
    try {
      return await Promise.race([work, ended])
    } finally {
      if (onAbort !== undefined) signal.removeEventListener('abort', onAbort)
    }
  }

  /** From here on only the caller ends it. */
  stopClock(): void {
    clearTimeout(this.#timer)
  }

  end(): void {
    this.stopClock()
    this.#caller?.removeEventListener('abort', this.#onAbort)
  }
}

/** Waits, unless the caller gives up. */
export function pause(seconds: number, caller: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer)
      reject(caller?.reason)
    }
    const timer = setTimeout(() => {
      caller?.removeEventListener('abort', onAbort)
      resolve()
    }, seconds * 1000)
    if (caller?.aborted === true) onAbort()
    else caller?.addEventListener('abort', onAbort, { once: true })
  })
}
