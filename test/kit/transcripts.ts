import assert from 'node:assert/strict'

/** A command of a page, and what the page says that it prints. */
export interface Step {
  /** as words */
  readonly command: readonly string[]
  /** `…` stands for anything on the line */
  check(printed: string): void
}

/** The commands of the transcripts (```console) of a page that begin in this way. */
export function stepsOf(text: string, beginning: string): Step[] {
  const blocks = [...text.matchAll(/^```console\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)
  return blocks
    .flatMap((block) => block.split(/^(?=\$ )/m))
    .filter((step) => step.startsWith(`$ ${beginning}`))
    .map((step) => {
      const [command = '', ...lines] = step.trimEnd().split('\n')
      return { command: wordsOf(command.slice(2)), check: (printed) => checkLines(command, lines, printed) }
    })
}

const wordsOf = (command: string): string[] =>
  [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')

function checkLines(command: string, expected: readonly string[], printed: string): void {
  const lines = printed.trimEnd().split('\n')
  const fits = (line: string, pattern = ''): boolean =>
    new RegExp(`^${pattern.split('…').map(RegExp.escape).join('.+')}$`).test(line)
  const isSame = lines.length === expected.length && lines.every((line, index) => fits(line, expected[index]))
  if (!isSame) assert.deepEqual(lines, expected, command)
}
