// The code in the READMEs, so that it can be run.
import { readFileSync } from 'node:fs'

const readme = (path) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')

/** The JavaScript and TypeScript blocks of a README, by the heading they stand under. */
export function recipes(path) {
  const sections = readme(path).split(/^## /m).slice(1)
  const found = sections.flatMap((section) => {
    const heading = section.slice(0, section.indexOf('\n'))
    const blocks = [...section.matchAll(/^```[jt]s\n([^]*?)^```$/gm)].map(([, code]) => code)
    if (blocks.length > 1) throw new Error(`${path}: more than one recipe under "${heading}"`)
    return blocks.map((code) => [heading, code])
  })
  return new Map(found)
}

/** Code without what may differ between two languages of one README. */
export function withoutComments(code) {
  return code.replaceAll(/ *(\/\/ .*|\/\*\*.*\*\/)$/gm, '').replaceAll(/^\n/gm, '')
}
