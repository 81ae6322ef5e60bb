// For benchmarks in other languages.
import { writeFileSync } from 'node:fs'

import { notification } from './fixtures.mjs'

writeFileSync(process.argv[2], JSON.stringify(notification()))
