import { GivenModule } from './given.js'

const given = /* @__PURE__ */ new GivenModule('initExtras', 'extras.wasm', 'testplatformhandle_new')

export function initExtras(module: unknown): void {
  given.take(module)
}

export default () => given.get()
