import type * as declared from '../../types/adapters.js'
import { kind, members } from '../arguments.js'
import { invalidArgument } from '../errors.js'

interface Entry {
  state: 'claimed' | 'handled'
  /** Milliseconds since the epoch. */
  until: number
}

export class MemoryReplayStore implements declared.MemoryReplayStore {
  readonly #lease: number
  readonly #retention: number
  readonly #capacity: number
  /** The oldest first. */
  readonly #entries = new Map<string, Entry>()

  constructor(options: declared.MemoryReplayStoreOptions = {}) {
    const given = members(options, 'new MemoryReplayStore', ['lease', 'retention', 'capacity'])
    this.#lease = positive(given.lease, 'lease') ?? 60
    this.#retention = positive(given.retention, 'retention') ?? 172_800
    this.#capacity = positive(given.capacity, 'capacity') ?? 100_000
  }

  claim(id: string): 'claimed' | 'handled' | 'busy' {
    const known = this.#entries.get(id)
    if (known !== undefined && Date.now() < known.until) return known.state === 'handled' ? 'handled' : 'busy'
    this.#put(id, 'claimed', this.#lease)
    return 'claimed'
  }

  commit(id: string): void {
    this.#put(id, 'handled', this.#retention)
  }

  release(id: string): void {
    this.#entries.delete(id)
  }

  #put(id: string, state: Entry['state'], seconds: number): void {
    this.#entries.delete(id)
    this.#entries.set(id, { state, until: Date.now() + seconds * 1000 })
    for (const [oldest, { until }] of this.#entries) {
      if (this.#entries.size <= this.#capacity && Date.now() < until) break
      this.#entries.delete(oldest)
    }
  }
}

function positive(value: unknown, name: string): number | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'number' && value > 0) return value
  throw invalidArgument(`${name} must be a positive number; got ${typeof value === 'number' ? value : kind(value)}`)
}
