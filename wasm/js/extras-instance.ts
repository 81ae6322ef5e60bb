// The module of everything else. It starts when something of it is called.
import * as bindings from '../dist/bindings/extras/wechatpay.js'
import { WasmModule } from './module.js'
import loadModule from '#wasm-extras'

export type Bindings = typeof bindings

const module = /* @__PURE__ */ new WasmModule<Bindings>(bindings, loadModule)

export function enter<T>(work: (module: Bindings, epoch: number) => T): T {
  return module.enter(work)
}

export function retire(): void {
  module.retire()
}
