import { readFileSync } from 'node:fs'

import * as wechatpay from 'wechatpay-wasm/slim'

import { answer } from '../conformance/stdio.mjs'

const bytes = (name) => readFileSync(new URL(import.meta.resolve(`wechatpay-wasm/${name}.wasm`)))
wechatpay.init(bytes('wechatpay'))
wechatpay.initExtras(new WebAssembly.Module(bytes('extras')))
await answer({ wechatpay })
