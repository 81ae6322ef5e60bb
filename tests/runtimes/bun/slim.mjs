import * as wechatpay from 'wechatpay-wasm/slim'

import { answer } from '../conformance/stdio.mjs'

const bytes = (name) => Bun.file(Bun.resolveSync(`wechatpay-wasm/${name}.wasm`, import.meta.dir)).arrayBuffer()
wechatpay.init(await bytes('wechatpay'))
wechatpay.initExtras(await bytes('extras'))
await answer({ wechatpay })
