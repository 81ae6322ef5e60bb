// kinds.json is a list of what other implementations of this protocol have got wrong, named after the kind of bug. Each
// kind names the cases that would fail if it were made here; a case that is gone, renamed or fails is found out here.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { counting } from '../js/support/counting.mjs'

const kinds = JSON.parse(readFileSync(new URL('kinds.json', import.meta.url), 'utf8'))
const root = fileURLToPath(new URL('../../', import.meta.url))
const js = fileURLToPath(new URL('../js/', import.meta.url))

const held = { ...inRust(), ...inJavaScript() }

const cases = counting('peers/kinds')
cases.accepts('every kind is told once', () => assert.equal(new Set(kinds.map(({ kind }) => kind)).size, kinds.length))
for (const { kind, rust = [], js = [] } of kinds) {
  cases.denies(kind, () => {
    assert.ok(rust.length + js.length > 0, 'no case is named')
    for (const { test, case: name } of rust) assert.ok(held[`rust ${test}`].has(name), `tests/rust: ${test}: no case "${name}" held`)
    for (const { file, case: name } of js) assert.ok(held[`js ${file}`].has(name), `tests/js/${file}: no case "${name}" held`)
  })
}

/** The names of cases, by where they are. */
function grouped(runner, by) {
  const groups = {}
  for (const kind of kinds) {
    for (const entry of kind[runner] ?? []) (groups[entry[by]] ??= []).push(entry.case)
  }
  return Object.entries(groups)
}

function inRust() {
  const run = (test, names) => {
    const { stdout } = printed('cargo', ['test', '--quiet', '--locked', '--package', 'wechatpay-tests', '--test', test, '--', ...names], root)
    return new Set(stdout.split('\n').flatMap((line) => (line.startsWith('held ') ? [line.slice('held '.length)] : [])))
  }
  return Object.fromEntries(grouped('rust', 'test').map(([test, names]) => [`rust ${test}`, run(test, names)]))
}

function inJavaScript() {
  const run = (file, names) => {
    const pattern = names.map((name) => name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|')
    const { stdout } = printed(
      process.execPath,
      ['--test', '--test-reporter=spec', `--test-name-pattern=^(?:${pattern})$`, file],
      js,
    )
    return new Set(stdout.split('\n').flatMap((line) => /^\s*✔ (.+) \([\d.]+ms\)$/.exec(line)?.[1] ?? []))
  }
  return Object.fromEntries(grouped('js', 'file').map(([file, names]) => [`js ${file}`, run(file, names)]))
}

/** Runs a suite of its own: it must not take itself for a part of this one. */
function printed(program, args, cwd) {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const { stdout, stderr, error } = spawnSync(program, args, { cwd, env, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (error !== undefined) throw error
  if (/✔|held /.test(stdout) === false) console.error(stdout, stderr)
  return { stdout }
}
