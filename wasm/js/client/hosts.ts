/** Milliseconds for which the backup is taken after the first could not be reached. */
const REST = 30_000

/** The two hosts of WeChat Pay; what is signed is good for both. */
export class Hosts {
  readonly #origin: string
  readonly #backup: string | undefined
  #avoidedUntil = 0

  constructor(origin: string, backup: string | undefined) {
    this.#origin = origin
    this.#backup = backup
  }

  current(): string {
    return this.#backup !== undefined && Date.now() < this.#avoidedUntil ? this.#backup : this.#origin
  }

  unreachable(host: string): void {
    this.#avoidedUntil = host === this.#origin ? Date.now() + REST : 0
  }
}
