// What a server bundle grows by.
import { build } from 'esbuild'

const NAMES = { ours: 'wechatpay-wasm', 'wechatpay-node-v3': '', 'wechatpay-axios-plugin': '', 'node-easywechat': '' }

export async function bundles() {
  const sizes = {}
  for (const [who, name] of Object.entries(NAMES)) {
    const { outputFiles } = await build({
      stdin: { contents: `module.exports = require('${name || who}')`, resolveDir: import.meta.dirname },
      bundle: true,
      minify: true,
      write: false,
      platform: 'node',
      logLevel: 'silent',
      external: ['yargs'],
    })
    sizes[who] = outputFiles[0].contents.length
  }
  return sizes
}
