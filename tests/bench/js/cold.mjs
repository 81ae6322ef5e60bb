// A fresh process each: import, construct, first notification.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import { notification } from './fixtures.mjs'
import { median } from './measure.mjs'

const ROUNDS = 11
const NAMES = ['ours', 'wechatpay-node-v3', 'wechatpay-axios-plugin', 'node-easywechat', 'node:crypto']

/** Medians of milliseconds inside the process, and of its resident megabytes then. */
export function coldStarts() {
  const script = fileURLToPath(new URL('cold-start.cjs', import.meta.url))
  const times = Object.fromEntries(NAMES.map((who) => [who, []]))
  const input = JSON.stringify(notification())
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const who of NAMES) {
      times[who].push(JSON.parse(execFileSync(process.execPath, [script, who], { input, encoding: 'utf8' })))
    }
  }
  const of = (who, member) => median(times[who].map((one) => one[member]))
  return Object.fromEntries(NAMES.map((who) => [who, { time: of(who, 'time'), memory: of(who, 'memory') }]))
}
