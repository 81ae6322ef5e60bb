#!/usr/bin/env node
import { certificates } from './certificates.js'
import type { Command, Output } from './command.js'
import { doctor } from './doctor.js'
import { sign } from './sign.js'
import { UsageError } from './usage-error.js'
import { verify } from './verify.js'

declare const PACKAGE_VERSION: string

const COMMANDS: Readonly<Record<string, Command>> = { doctor, verify, sign, certificates }

const COMMON_HELP = `Every command takes --json, for programs; then a failure is { "error": { "code", "message" } } on standard output.
Ends with 0 if all is well, 1 if something is wrong, 2 if it was called in a wrong way.
Keys are read from files or from the environment, never from the command line, and never printed.
`

const HELP = `wechatpay-wasm <command> [options]

${Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(13)} ${summary}`).join('\n')}

wechatpay-wasm <command> --help tells its options.
${COMMON_HELP}`

async function main(args: readonly string[]): Promise<number> {
  const [name = '', ...rest] = args
  if (['', 'help', '--help', '-h'].includes(name)) {
    process.stdout.write(HELP)
    return name === '' ? 2 : 0
  }
  if (name === '--version') {
    process.stdout.write(`${PACKAGE_VERSION}\n`)
    return 0
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command === undefined) throw new UsageError(`there is no command of this name. wechatpay-wasm --help lists them`)
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(`${command.help}\n${COMMON_HELP}`)
    return 0
  }
  const asJson = rest.includes('--json')
  print(await command.run(rest.filter((argument) => argument !== '--json')), asJson)
  return process.exitCode === undefined ? 0 : Number(process.exitCode)
}

function print({ ok, json, text }: Output, asJson: boolean): void {
  process.stdout.write(asJson ? `${JSON.stringify(json, null, 2)}\n` : `${text}\n`)
  if (!ok) process.exitCode = 1
}

const args = process.argv.slice(2)
try {
  process.exitCode = await main(args)
} catch (error) {
  const { code, message } = error as { code?: string; message: string }
  if (args.includes('--json')) process.stdout.write(`${JSON.stringify({ error: { code, message } }, null, 2)}\n`)
  else process.stderr.write(`${code === undefined ? '' : `${code}: `}${message}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
