import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../../docs/guides')
const textOf = (page: string): string => readFileSync(join(folder, page), 'utf8')

/** Fenced blocks, with the name of the file that a block is said to be. Comments are for who reads. */
const blocksOf = (page: string): string =>
  [...textOf(page).matchAll(/(?:^`[\w.-]+`[^\n]*\n\n)?^```\w+\n[\s\S]*?^```$/gm)]
    .map(([block]) => block.replace(/^(`[\w.-]+`)[^\n]*/, '$1').replaceAll(/ +(?:#|\/\/) .*$/gm, ''))
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

/**
 * What a text tells to type, in its order and each block by itself; of transcripts what stands behind the prompt. A clone
 * calls its program by `npm run`.
 */
export const commandBlocks = (text: string): readonly (readonly string[])[] =>
  [...text.matchAll(/^```(sh|console)\n([\s\S]*?)^```$/gm)].map(([, language, block = '']) =>
    block
      .replaceAll(/\\\n\s*/g, '')
      .split('\n')
      .filter((line) => line !== '' && (language === 'sh' || line.startsWith('$ ')))
      .map((line) =>
        line
          .replace(/^\$ /, '')
          .replace(/ +# .*$/, '')
          .replaceAll('npm run -s keyhaven -- ', 'keyhaven '),
      ),
  )

/** The same of a page of docs/guides. */
export const commandsOf = (page: string): readonly (readonly string[])[] => commandBlocks(textOf(page))
