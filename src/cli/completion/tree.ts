import type { Command } from 'commander'

/** What may stand after the words of a command, by these words with spaces between them. */
export type Tree = ReadonlyMap<string, readonly string[]>

/**
 * Every command of a program, as a shell completes it.
 *
 * @param more - words that are no commands of their own: the operations of `kms`
 */
export function treeOf(program: Command, more: ReadonlyMap<string, readonly string[]>): Tree {
  const tree = new Map<string, readonly string[]>()
  const global = flagsOf(program)
  const visit = (command: Command, path: string): void => {
    const inner = command.commands.map((each) => each.name())
    const own = command === program ? [] : flagsOf(command)
    tree.set(path, [...inner, ...(more.get(path) ?? []), ...own, ...global])
    for (const each of command.commands) visit(each, path === '' ? each.name() : `${path} ${each.name()}`)
  }
  visit(program, '')
  return tree
}

const flagsOf = (command: Command): readonly string[] =>
  [...command.options.flatMap(({ long, hidden }) => (long && !hidden ? [long] : [])), '--help'].filter(
    (flag, index, all) => all.indexOf(flag) === index,
  )
