// As much of node:assert/strict as the suites need, where there is no Node.

class AssertionError extends Error {
  name = 'AssertionError'
}

export function fail(message) {
  throw new AssertionError(message)
}

export function ok(value, message = 'not so') {
  if (!value) fail(message)
}

export function equal(actual, expected, message) {
  if (!Object.is(actual, expected)) fail(message ?? `${shown(actual)} instead of ${shown(expected)}`)
}

export function notEqual(actual, other) {
  if (Object.is(actual, other)) fail(`it is ${shown(other)}`)
}

export function deepEqual(actual, expected) {
  if (!isSame(actual, expected)) fail(`${shown(actual)} instead of ${shown(expected)}`)
}

export function match(text, pattern) {
  if (!pattern.test(text)) fail(`${shown(text)} does not match ${pattern}`)
}

function isSame(one, other) {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return Object.is(one, other)
  if (Array.isArray(one) !== Array.isArray(other)) return false
  const names = Object.keys(one)
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isSame(one[name], other[name]))
  )
}

function shown(value) {
  return (typeof value === 'object' ? JSON.stringify(value) : String(value)).slice(0, 500)
}
