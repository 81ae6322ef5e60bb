import { WechatPayError } from './errors.js'
import type { WechatPayErrorCode } from '../types/index.js'

/** What the glue of every module has. */
interface Glue {
  initSync(module: { module: WebAssembly.Module }): { memory: WebAssembly.Memory }
  __wbg_reset_state(): void
}

export class WasmModule<Bindings extends Glue> {
  readonly #bindings: Bindings
  readonly #load: () => WebAssembly.Module
  /** Counts the instances of the module that there were. What was made in an earlier one is gone. */
  #epoch = 0
  /** Set while the module runs: if it does not come back in order, nothing in it can be trusted any more. */
  #broken = false

  constructor(bindings: Bindings, load: () => WebAssembly.Module) {
    this.#bindings = bindings
    this.#load = load
  }

  /**
   * Calls into the module, which starts at the first call. A trap, a stack overflow or an exception of the host leaves
   * an instance in an unknown state: the next call wipes it and takes a fresh one.
   */
  enter<T>(work: (module: Bindings, epoch: number) => T): T {
    this.#ensureInstance()
    this.#broken = true
    let result: T
    try {
      result = work(this.#bindings, this.#epoch)
    } catch (thrown) {
      if (!isFailure(thrown)) throw trapped(thrown)
      this.#broken = false
      throw new WechatPayError(...thrown)
    }
    this.#broken = false
    return result
  }

  /**
   * Ends the instance and wipes its memory, with every copy that code in it may have left. What others keep in it they
   * make again.
   */
  retire(): void {
    if (this.#epoch === 0) return
    this.#broken = true
    this.#ensureInstance()
  }

  #ensureInstance(): void {
    if (this.#epoch > 0 && !this.#broken) return
    try {
      if (this.#epoch > 0) {
        // There is an instance, so this gives it back and loads nothing.
        const { memory } = this.#bindings.initSync(undefined as never)
        new Uint8Array(memory.buffer).fill(0)
        this.#bindings.__wbg_reset_state()
      } else {
        this.#bindings.initSync({ module: this.#load() })
      }
    } catch (cause) {
      if (cause instanceof WechatPayError) throw cause
      throw new WechatPayError(
        'ERR_WASM_TRAP',
        "the WebAssembly module could not be started. A Content-Security-Policy has to allow 'wasm-unsafe-eval'; a \
worker has to be bundled with the condition of its platform, such as workerd",
        { cause },
      )
    }
    this.#broken = false
    this.#epoch += 1
  }
}

function trapped(cause: unknown): WechatPayError {
  return new WechatPayError(
    'ERR_WASM_TRAP',
    'the WebAssembly module stopped in the middle of the call, and nothing came of it. The next call gets a fresh one. \
If this comes back with the same input, please report it',
    { cause },
  )
}

/** What the module throws on purpose: code and message. */
function isFailure(thrown: unknown): thrown is [code: WechatPayErrorCode, message: string] {
  return Array.isArray(thrown)
}
