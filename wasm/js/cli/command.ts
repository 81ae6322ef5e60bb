export interface Command {
  /** One line. */
  summary: string
  help: string
  run(args: readonly string[]): Promise<Output>
}

export interface Output {
  ok: boolean
  /** With `--json`. */
  json: unknown
  text: string
}
