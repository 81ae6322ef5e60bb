// The module of what most programs need.
import * as bindings from '../dist/bindings/wechatpay.js'
import { WasmModule } from './module.js'
import loadModule from '#wasm'

export type Bindings = typeof bindings

const module = /* @__PURE__ */ new WasmModule<Bindings>(bindings, loadModule)

export function enter<T>(work: (module: Bindings, epoch: number) => T): T {
  return module.enter(work)
}

export function retire(): void {
  module.retire()
}
