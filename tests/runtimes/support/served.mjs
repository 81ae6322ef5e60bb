// A recipe that serves: written beside the packages it imports, started as its runtime starts it.
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { after } from 'node:test'

import { environment } from '../../js/support/environment.mjs'

/** Gives `post`, which gives the status of a delivery to the recipe. */
export async function served({ command, args, directory, code, env = {} }) {
  mkdirSync(`${directory}dist`, { recursive: true })
  const file = `${directory}dist/recipe.mjs`
  writeFileSync(file, code)
  const port = await freePort()
  const child = spawn(command, [...args, file], {
    cwd: directory,
    env: { ...process.env, ...environment, ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  after(() => child.kill())
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text) => (said += text))
  const url = `http://127.0.0.1:${port}/wechatpay/notify`
  while ((await fetch(url).catch(() => undefined)) === undefined) {
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}: ${said}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return async ({ headers, body }) => (await fetch(url, { method: 'POST', headers, body })).status
}

async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}
