// `cargo xtask api`: writes the listings anew.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { listings, text } from './listings.mjs'

for (const { file, find } of listings) {
  const lines = await find()
  writeFileSync(file, text(lines))
  console.log(`${lines.length} lines in ${fileURLToPath(file)}`)
}
