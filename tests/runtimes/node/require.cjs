const wechatpay = require('wechatpay-wasm')
const shangmi = require('wechatpay-wasm/shangmi')

import('../conformance/stdio.mjs').then(({ answer }) => answer({ wechatpay, shangmi }))
