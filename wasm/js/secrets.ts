import { invalidArgument } from './errors.js'
import { type Bindings, enter, retire } from './extras-instance.js'
import { type HostKeys, withHostKeys } from './host.js'

/**
 * Keys kept as bytes, and the handle made of them inside the module: a fresh instance of the module needs them again.
 * The host may compute with some of them.
 */
export class Secrets<Handle> {
  #keys: Record<string, Uint8Array | undefined> | undefined
  readonly #owner: string
  readonly #parse: (module: Bindings, keys: Record<string, Uint8Array | undefined>) => Handle
  readonly #hostKeys: HostKeys | undefined
  #handle: Handle | undefined
  #epoch = 0

  /** Parses the keys at once; what cannot be used is wiped before that is said. */
  constructor(
    owner: string,
    keys: Record<string, Uint8Array | undefined>,
    parse: (module: Bindings, keys: Record<string, Uint8Array | undefined>) => Handle,
    hostKeys?: HostKeys,
  ) {
    this.#owner = owner
    this.#keys = keys
    this.#parse = parse
    this.#hostKeys = hostKeys
    try {
      this.use(() => undefined)
    } catch (error) {
      this.#wipe()
      throw error
    }
  }

  use<T>(work: (handle: Handle, module: Bindings) => T): T {
    const keys = this.#keys
    if (keys === undefined) {
      throw invalidArgument(`this ${this.#owner} was freed and its keys are wiped; make a new one`)
    }
    return withHostKeys(this.#hostKeys, () =>
      enter((module, epoch) => {
        if (this.#handle === undefined || this.#epoch !== epoch) {
          this.#hostKeys?.wipe()
          this.#handle = this.#parse(module, keys)
          this.#epoch = epoch
        }
        return work(this.#handle, module)
      }),
    )
  }

  free(): void {
    if (this.#keys === undefined) return
    this.#wipe()
    this.#handle = undefined
    retire()
  }

  #wipe(): void {
    for (const key of Object.values(this.#keys ?? {})) key?.fill(0)
    this.#keys = undefined
    this.#hostKeys?.wipe()
  }
}
