import * as bindings from '../dist/bindings/wechatpay.js'
import { WechatPayError } from './errors.js'
import type { WechatPayErrorCode } from '../types/index.js'
import loadModule from '#wasm'

export type Bindings = typeof bindings

/** Counts the instances of the module that there were. What was made in an earlier one is gone. */
let epoch = 0
/** Set while the module runs: if it does not come back in order, nothing in it can be trusted any more. */
let broken = false

/**
 * Calls into the module, which starts at the first call. A trap, a stack overflow or an exception of the host leaves an
 * instance in an unknown state: the next call wipes it and takes a fresh one.
 */
export function enter<T>(work: (module: Bindings, epoch: number) => T): T {
  ensureInstance()
  broken = true
  let result: T
  try {
    result = work(bindings, epoch)
  } catch (thrown) {
    if (!isFailure(thrown)) throw trapped(thrown)
    broken = false
    throw new WechatPayError(thrown.code, thrown.message)
  }
  broken = false
  return result
}

/**
 * Ends the instance and wipes its memory, with every copy that code in it may have left. What others keep in it they
 * make again.
 */
export function retire(): void {
  if (epoch === 0) return
  broken = true
  ensureInstance()
}

function ensureInstance(): void {
  if (epoch > 0 && !broken) return
  try {
    if (epoch > 0) {
      // There is an instance, so this gives it back and loads nothing.
      const { memory } = bindings.initSync(undefined as never)
      new Uint8Array(memory.buffer).fill(0)
      bindings.__wbg_reset_state()
    } else {
      bindings.initSync({ module: loadModule() })
    }
  } catch (cause) {
    throw new WechatPayError(
      'ERR_WASM_TRAP',
      "the WebAssembly module could not be started. A Content-Security-Policy has to allow 'wasm-unsafe-eval'; a worker \
has to be bundled with the condition of its platform, such as workerd",
      { cause },
    )
  }
  broken = false
  epoch += 1
}

function trapped(cause: unknown): WechatPayError {
  return new WechatPayError(
    'ERR_WASM_TRAP',
    'the WebAssembly module stopped in the middle of the call, and nothing came of it. The next call gets a fresh one. \
If this comes back with the same input, please report it',
    { cause },
  )
}

/** What the module throws on purpose. */
function isFailure(thrown: unknown): thrown is { code: WechatPayErrorCode; message: string } {
  return (
    typeof thrown === 'object' &&
    thrown !== null &&
    !(thrown instanceof Error) &&
    typeof (thrown as { code?: unknown }).code === 'string'
  )
}
