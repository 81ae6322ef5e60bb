// The public API of the npm package: what can be imported under each name, and how it is declared.
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const require = createRequire(new URL('../js/package.json', import.meta.url))
const types = new URL('../../wasm/types/', import.meta.url)

/** Every name of every subpath of the installed package, with the number of arguments that it requires. */
export async function namesListing() {
  const { exports } = require('wechatpay-wasm/package.json')
  const lines = []
  for (const subpath of Object.keys(exports).sort()) {
    const specifier = `wechatpay-wasm${subpath.slice(1)}`
    if (typeof exports[subpath] === 'string') {
      lines.push(`file ${specifier}`)
      continue
    }
    const names = await import(pathToFileURL(require.resolve(specifier)))
    for (const name of Object.keys(names).sort()) {
      if (name === 'default' || name === 'module.exports' || name === '__esModule') continue
      lines.push(...described(`${specifier}: ${name}`, names[name]))
    }
  }
  return lines
}

function described(name, value) {
  if (typeof value !== 'function') return [`${typeof value} ${name}`]
  if (!/^class\b/.test(Function.prototype.toString.call(value))) return [`function ${name}/${value.length}`]
  const parent = Object.getPrototypeOf(value)
  const lines = [`class ${name}/${value.length}${parent.name ? ` extends ${parent.name}` : ''}`]
  for (const [holder, dot] of [[value, '.'], [value.prototype, '#']]) {
    const members = Object.getOwnPropertyDescriptors(holder)
    for (const member of Object.keys(members).sort()) {
      if (['length', 'name', 'prototype', 'constructor'].includes(member)) continue
      const { value: method, get } = members[member]
      lines.push(`  ${dot}${member}${get ? ' get' : typeof method === 'function' ? `/${method.length}` : ''}`)
    }
  }
  return lines
}

/** The declarations without their comments: what a compiler sees. */
export function typesListing() {
  const files = readdirSync(types).filter((name) => name.endsWith('.d.ts')).sort()
  return files.flatMap((name) => {
    const text = readFileSync(new URL(name, types), 'utf8')
    const bare = text.replaceAll(/\/\*[^]*?\*\/|(^|\s)\/\/.*/g, '')
    return [`// ${name}`, ...bare.split('\n').map((line) => line.trimEnd()).filter((line) => line !== '')]
  })
}
