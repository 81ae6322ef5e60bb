import { bytesOf, kind, reading } from '../arguments.js'
import { invalidArgument } from '../errors.js'

/** A module that the program brings: wechatpay-wasm/slim has none in it. */
export class GivenModule {
  readonly #init: string
  readonly #file: string
  /** What only this module exports. */
  readonly #mark: string
  #module: WebAssembly.Module | undefined

  constructor(init: string, file: string, mark: string) {
    this.#init = init
    this.#file = file
    this.#mark = mark
  }

  take(given: unknown): void {
    this.#module = reading(`what ${this.#init} was given`, () => {
      const module = isModule(given) ? given : this.#compiled(given)
      if (WebAssembly.Module.exports(module).some(({ name }) => name === this.#mark)) return module
      throw invalidArgument(`${this.#init} takes wechatpay-wasm/${this.#file}; got another module`)
    })
  }

  get(): WebAssembly.Module {
    if (this.#module !== undefined) return this.#module
    throw invalidArgument(
      `wechatpay-wasm/slim brings no module: call ${this.#init}(module) with wechatpay-wasm/${this.#file} before this`,
    )
  }

  #compiled(given: unknown): WebAssembly.Module {
    const bytes = bytesOf(given)
    if (bytes === undefined) {
      const hint = kind(given) === 'a Promise' ? '; await it' : ''
      throw invalidArgument(
        `${this.#init} takes wechatpay-wasm/${this.#file} as a WebAssembly.Module or its bytes; got ${kind(given)}${hint}`,
      )
    }
    try {
      return new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>)
    } catch (cause) {
      throw invalidArgument(
        `${this.#init} could not compile what it was given. It must be the whole of wechatpay-wasm/${this.#file}; where \
the platform compiles no bytes, import the file as a module`,
        { cause },
      )
    }
  }
}

/** One of another realm included, such as a sandbox is given. */
function isModule(value: unknown): value is WebAssembly.Module {
  return Object.prototype.toString.call(value) === '[object WebAssembly.Module]'
}
