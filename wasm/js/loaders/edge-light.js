// Vercel's edge runtime: an imported .wasm with ?module is a compiled module.
import module from '../wechatpay.wasm?module'

export default () => module
