// In a browser, where the compiler knows WebAssembly.
import { init, initExtras, Merchant, type WasmSource } from 'wechatpay-wasm/slim'

declare const compiled: WebAssembly.Module
init(compiled)
init(await WebAssembly.compileStreaming(fetch('/wechatpay.wasm')))
initExtras(await (await fetch('/extras.wasm')).arrayBuffer())
// @ts-expect-error not awaited
init(WebAssembly.compileStreaming(fetch('/wechatpay.wasm')))
export const source: WasmSource = compiled
export const made: typeof Merchant = Merchant
