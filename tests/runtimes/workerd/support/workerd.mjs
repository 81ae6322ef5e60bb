// The same modules on workerd itself, without miniflare around it.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after } from 'node:test'

import workerd from 'workerd'

/** Serves a worker until the tests of the file are over; gives its origin. */
export async function serving({ modules, compatibilityFlags = [] }) {
  const folder = mkdtempSync(join(tmpdir(), 'workerd-'))
  for (const { path, contents } of modules) writeFileSync(join(folder, basename(path)), contents)
  writeFileSync(join(folder, 'config.capnp'), configuration(modules, compatibilityFlags))
  // Where it listens, it says on the third descriptor.
  const child = spawn(workerd.default, ['serve', 'config.capnp', '--control-fd=3'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  })
  after(() => {
    child.kill()
    rmSync(folder, { recursive: true })
  })
  const port = await new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => reject(new Error(`workerd ended with ${code}`)))
    let said = ''
    child.stdio[3].setEncoding('utf8').on('data', (text) => {
      said += text
      const listening = /"event":"listen".*?"port":(\d+)/.exec(said)
      if (listening !== null) resolve(listening[1])
    })
  })
  return `http://127.0.0.1:${port}`
}

function configuration(modules, compatibilityFlags) {
  const member = ({ type, path }) =>
    `(name = "${basename(path)}", ${type === 'CompiledWasm' ? 'wasm' : 'esModule'} = embed "${basename(path)}")`
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
const worker :Workerd.Worker = (
  modules = [${modules.map(member).join(', ')}],
  compatibilityDate = "2026-04-01",
  compatibilityFlags = ${JSON.stringify(compatibilityFlags)}
);
`
}
