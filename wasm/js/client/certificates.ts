import { WechatPayError } from '../errors.js'

/**
 * Asks for platform certificates when a message names one that is unknown: at most once per cool-down and never twice
 * at a time, whoever sends how many such messages.
 */
export class Certificates {
  readonly #download: () => Promise<unknown>
  readonly #coolDown: number
  #running: Promise<boolean> | undefined
  #coolUntil = 0

  constructor(download: () => Promise<unknown>, coolDown: number) {
    this.#download = download
    this.#coolDown = coolDown * 1000
  }

  /** Does it, and once more with new certificates if one was missing. */
  async with<T>(serial: string | null, work: () => T | Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      const unknown = error instanceof WechatPayError && error.code === 'ERR_SERIAL_UNKNOWN'
      if (!unknown || isPublicKey(serial) || !(await this.#refreshed())) throw error
      return work()
    }
  }

  /** Whether there may be new ones. */
  #refreshed(): Promise<boolean> {
    if (this.#running !== undefined) return this.#running
    if (Date.now() < this.#coolUntil) return Promise.resolve(false)
    this.#coolUntil = Date.now() + this.#coolDown
    this.#running = this.#download()
      .then(() => true, () => false)
      .finally(() => (this.#running = undefined))
    return this.#running
  }
}

/** Public keys are not to be had by the API, only in the merchant platform. */
function isPublicKey(serial: string | null): boolean {
  return serial?.startsWith('PUB_KEY_ID_') ?? true
}
