// Valid arguments, and what becomes of them.
import { HOSTILE } from './hostile.mjs'

const PIECES = ['\0', '\n', '\r\n', ' ', '"', '\\', '\\ud800', '\ud83d', '{', '}', '[]', 'null', '=', '==', '-1', '1e999', '0x', '<', '&#0;', ']]>', '<!DOCTYPE x>', '-----BEGIN ', '%', '%zz', '?', '#', '//', '..', '|', '&key=', 'é', '💰', '\ufeff', '\u2028']

/** Changes one to three places of the arguments; what was done, in words. */
export function mutate(random, args, isFree = () => true) {
  const done = []
  const places = [...placesOf(args)].filter(({ path }) => isFree(path))
  for (let round = random.below(3); round >= 0 && places.length > 0; round -= 1) {
    const place = random.pick(places)
    done.push(`${place.path.join('.')}: ${change(random, place)}`)
  }
  return done
}

function* placesOf(holder, path = []) {
  for (const name of Object.keys(holder)) {
    const value = holder[name]
    const here = [...path, name]
    yield { holder, name, value, path: here }
    const isPlain = typeof value === 'object' && value !== null && [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value))
    if (isPlain && here.length < 6) yield* placesOf(value, here)
  }
}

function change(random, { holder, name, value }) {
  const kind = random.below(10)
  if (kind === 0) {
    delete holder[name]
    return 'left out'
  }
  if (kind === 1) {
    const other = random.pick([name.toUpperCase(), `_${name}`, `${name}s`, '__proto__', 'toString', '0'])
    Object.defineProperty(holder, other, { value, enumerable: true, configurable: true, writable: true })
    return `also as ${other}`
  }
  if (kind < 6) {
    const changed = tweaked(random, value)
    if (changed !== undefined) {
      holder[name] = changed.value
      return changed.how
    }
  }
  if (kind === 6 && typeof value === 'object' && value !== null) {
    holder[name] = new Proxy(value, {})
    return 'behind a Proxy'
  }
  const [what, make] = random.pick(HOSTILE)
  holder[name] = make()
  return what
}

function tweaked(random, value) {
  if (typeof value === 'string') return { value: otherText(random, value), how: 'another text' }
  if (typeof value === 'number') {
    const others = [value + 1, value - 301, value * 1000, -value, value / 3, 0, 2 ** 32 - 1, 2 ** 31, Number.MAX_VALUE]
    return { value: random.pick(others), how: 'another number' }
  }
  if (value instanceof Uint8Array) return { value: otherBytes(random, value), how: 'other bytes' }
  if (Array.isArray(value)) return { value: random.pick([[...value, ...value], [value], value.slice(1)]), how: 'another list' }
  return undefined
}

function otherText(random, value) {
  const at = random.below(value.length + 1)
  const end = Math.min(value.length, at + 1 + random.below(8))
  switch (random.below(6)) {
    case 0:
      return value.slice(0, at)
    case 1:
      return value.slice(0, at) + value.slice(end)
    case 2:
      return value.slice(0, at) + random.pick(PIECES) + value.slice(end)
    case 3:
      return value.slice(0, at) + random.pick(PIECES) + value.slice(at)
    case 4:
      return value.slice(0, at) + value.slice(at, end) + value.slice(at)
    default: {
      const unit = value.charCodeAt(at) ^ (1 << random.below(8))
      return Number.isNaN(unit) ? value + value : value.slice(0, at) + String.fromCharCode(unit) + value.slice(at + 1)
    }
  }
}

function otherBytes(random, value) {
  const bytes = Uint8Array.from(value)
  if (bytes.length > 0) bytes[random.below(bytes.length)] ^= 1 << random.below(8)
  return random.below(3) === 0 ? bytes.subarray(random.below(bytes.length + 1)) : bytes
}
