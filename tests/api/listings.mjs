// The listings beside this file, each with what is found now.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { coreListing } from './core.mjs'
import { namesListing, typesListing } from './npm.mjs'

const root = fileURLToPath(new URL('../../', import.meta.url))
export const version = /^version = "(.+)"$/m.exec(readFileSync(`${root}Cargo.toml`, 'utf8'))[1]

export const listings = [
  { name: 'core', file: new URL('core.txt', import.meta.url), find: () => coreListing(rustdoc()) },
  { name: 'npm', file: new URL('npm.txt', import.meta.url), find: namesListing },
  { name: 'types', file: new URL('types.txt', import.meta.url), find: typesListing },
]

/** The first line says which version has this API. */
export const text = (lines) => `${[`# ${version}`, ...lines].join('\n')}\n`

/** What rustdoc knows, with every feature on. The compiler calls this output unstable, so it has to be asked twice. */
function rustdoc() {
  const target = process.env.API_TARGET ?? `${root}target/xtask/api`
  execFileSync(
    'cargo',
    ['rustdoc', '--quiet', '--locked', '--package', 'wechatpay-core', '--lib', '--all-features', '--target-dir', target, '--', '-Z', 'unstable-options', '--output-format', 'json'],
    { cwd: root, env: { ...process.env, RUSTC_BOOTSTRAP: '1' }, stdio: ['ignore', 'inherit', 'inherit'] },
  )
  return JSON.parse(readFileSync(`${target}/doc/wechatpay_core.json`, 'utf8'))
}
