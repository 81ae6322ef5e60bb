import * as wechatpay from 'wechatpay-wasm/slim'

import { answer } from '../conformance/stdio.mjs'

const bytes = (name) => Deno.readFile(new URL(import.meta.resolve(`wechatpay-wasm/${name}.wasm`)))
wechatpay.init(await bytes('wechatpay'))
wechatpay.initExtras(await bytes('extras'))
await answer({ wechatpay })
