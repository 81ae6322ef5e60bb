// The suites that every runtime is asked, run and counted by Node's own runner.
import * as wechatpay from 'wechatpay-wasm'

import { data } from '../../runtimes/conformance/data.mjs'
import { contextOf } from '../../runtimes/conformance/index.mjs'
import { refused, suite } from './cases.mjs'
import { engine } from './engine.mjs'

export const context = await contextOf({ wechatpay, engine, data, suite, refused })
