import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../../docs/guides')

/** Fenced blocks, with the name of the file that a block is said to be. */
const blocksOf = (page: string): string =>
  [...readFileSync(join(folder, page), 'utf8').matchAll(/(?:^`[\w.-]+`[^\n]*\n\n)?^```\w+\n[\s\S]*?^```$/gm)]
    .map(([block]) => block.replace(/^(`[\w.-]+`)[^\n]*/, '$1'))
    .join('\n')

/**
 * The pages of a guide that have to be run: the English one, and its translation when that tells to do anything else.
 *
 * @param name - of the file in docs/guides, without `.md`
 */
export function pagesToRun(name: string): readonly string[] {
  const [english, chinese] = [`${name}.md`, `${name}.zh-CN.md`]
  return blocksOf(english) === blocksOf(chinese) ? [english] : [english, chinese]
}
