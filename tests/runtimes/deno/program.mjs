import * as wechatpay from 'wechatpay-wasm'
import * as shangmi from 'wechatpay-wasm/shangmi'

import { answer } from '../conformance/stdio.mjs'

await answer({ wechatpay, shangmi })
