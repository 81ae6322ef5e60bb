import * as wechatpay from 'wechatpay-wasm'
import * as shangmi from 'wechatpay-wasm/shangmi'

import { conformance } from '../conformance/index.mjs'

export const answer = (data) => conformance({ wechatpay, shangmi, data })
