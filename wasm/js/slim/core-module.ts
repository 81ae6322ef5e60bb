import { GivenModule } from './given.js'

const given = /* @__PURE__ */ new GivenModule('init', 'wechatpay.wasm', 'merchanthandle_new')

export function init(module: unknown): void {
  given.take(module)
}

export default () => given.get()
