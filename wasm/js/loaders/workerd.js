// workerd compiles no bytes inside a request; an imported .wasm is a compiled module.
import module from '../wechatpay.wasm'

export default () => module
