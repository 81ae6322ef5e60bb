// Runtimes that are started as a process, with a program that ends in `answer` of conformance/stdio.mjs.
import { spawn } from 'node:child_process'

import { data } from '../conformance/data.mjs'

export async function answerOf(command, args, { engine, directory, env = {} }) {
  const child = spawn(command, args, { cwd: directory, env: { ...process.env, ...env }, stdio: 'pipe' })
  const [said, complained] = [child.stdout, child.stderr].map(collected)
  child.stdin.on('error', () => {}) // it ended before it read: its exit code says so
  child.stdin.end(JSON.stringify({ engine, data }))
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${await complained}${await said}`)
  return JSON.parse(await said)
}

async function collected(stream) {
  let text = ''
  for await (const chunk of stream.setEncoding('utf8')) text += chunk
  return text
}
