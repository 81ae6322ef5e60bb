/** Random cases that come again with the same seed. */
export function seeded(name) {
  const seed = Number(process.env.WECHATPAY_SEED ?? Math.floor(Math.random() * 2 ** 32))
  console.log(`${name}: WECHATPAY_SEED=${seed}`)
  return generator(seed)
}

/** mulberry32 */
export function generator(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit) => Math.floor(next() * limit)
  const pick = (list) => list[below(list.length)]
  const text = (alphabet, length) => Array.from({ length }, () => pick(alphabet)).join('')
  return { below, pick, text }
}
