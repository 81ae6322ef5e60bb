/**
 * The same package without its modules, for where neither a module in base64 nor an import of the file fits: the program
 * brings `wechatpay-wasm/wechatpay.wasm`, and `wechatpay-wasm/extras.wasm` if it uses what is over that. Import
 * everything from here, in place of `wechatpay-wasm`.
 *
 * @module wechatpay-wasm/slim
 */

export * from './index.js'

/** A `.wasm` of this very version of the package: its bytes, or the `WebAssembly.Module` that the platform makes of it. */
export type WasmSource = ArrayBuffer | Uint8Array | (object & { then?: never })

/**
 * Takes `wechatpay-wasm/wechatpay.wasm`, which `Merchant`, `DownloadDigest`, `responseSignature` and `WechatPayApiError`
 * work with. Bytes are compiled here; the module starts with the first call. Calling it again changes nothing for what
 * has started.
 *
 * @throws {WechatPayError} `ERR_ARGUMENT_INVALID` for anything but a module or its bytes.
 */
export declare function init(module: WasmSource): void

/** Takes `wechatpay-wasm/extras.wasm`, which everything else works with. As {@link init}. */
export declare function initExtras(module: WasmSource): void
