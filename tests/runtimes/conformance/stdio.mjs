// For runtimes that are started as a process: the question comes on standard input, the answer goes to standard output.
import process from 'node:process'

import { conformance } from './index.mjs'

export async function answer(packages) {
  let question = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) question += chunk
  const { engine, data } = JSON.parse(question)
  process.stdout.write(JSON.stringify(await conformance({ ...packages, engine, data })))
}
