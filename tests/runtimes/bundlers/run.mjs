// Runs a bundle that is named on the command line.
import { pathToFileURL } from 'node:url'

let question = ''
for await (const chunk of process.stdin.setEncoding('utf8')) question += chunk
const bundle = await import(pathToFileURL(process.argv[2]))
const { answer } = bundle.answer === undefined ? bundle.default : bundle
process.stdout.write(JSON.stringify(await answer(JSON.parse(question).data)))
