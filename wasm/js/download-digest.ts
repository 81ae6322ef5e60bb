import type * as declared from '../types/index.js'
import { fileBytes, members, text } from './arguments.js'
import { type Bindings, enter } from './instance.js'

export class DownloadDigest implements declared.DownloadDigest {
  #handle: InstanceType<Bindings['DownloadDigestHandle']> | undefined
  readonly #epoch: number

  constructor(announced: declared.AnnouncedDigest) {
    const given = members(announced, 'new DownloadDigest', ['hashType', 'hashValue'])
    const hashType = text(given.hashType, 'hashType')
    const hashValue = text(given.hashValue, 'hashValue')
    const made = enter((module, epoch) => ({ handle: new module.DownloadDigestHandle(hashType, hashValue), epoch }))
    this.#handle = made.handle
    this.#epoch = made.epoch
  }

  update(piece: Uint8Array | ArrayBuffer): void {
    const bytes = fileBytes(piece, 'piece')
    this.#use((handle) => handle.update(bytes))
  }

  finish(): void {
    this.#use((handle) => {
      this.#handle = undefined
      handle.finish()
    })
  }

  #use(work: (handle: InstanceType<Bindings['DownloadDigestHandle']>) => void): void {
    enter((_, epoch) => {
      if (this.#handle === undefined || this.#epoch !== epoch) throw spent
      work(this.#handle)
    })
  }
}

const spent = Object.freeze([
  'ERR_ARGUMENT_INVALID',
  'this DownloadDigest is finished or was interrupted; make a new one and feed it the whole file',
])
