/** A manual page for each command of the program (docs/man/), written from the definitions of the commands. */
import type { Command, Help } from 'commander'
import { version } from '../../../src/api/version.ts'
import type { Io } from '../../../src/cli/io.ts'
import { run, wholeProgram } from '../../../src/cli/program.ts'

/** Commands whose help the server writes, or which is a list of operations. */
const withOwnHelp: ReadonlySet<string> = new Set([
  ...['server', 'start', 'init', 'reseal', 'backup', 'restore', 'rotate-root-key', 'kms', 'ram', 'sts'],
])

/** name of the file → what it holds */
export async function manPages(): Promise<ReadonlyMap<string, string>> {
  const program = await wholeProgram()
  const pages = await Promise.all(program.commands.map((command) => commandPage(command)))
  const all = [['keyhaven.1', programPage(program)] as const, ...pages]
  return new Map(all.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function programPage(program: Command): string {
  return page('keyhaven', program.description(), [
    section('SYNOPSIS', '.B keyhaven', '[options] <command> ...'),
    section('COMMANDS', ...program.commands.flatMap((each) => item(`keyhaven-${each.name()}(1)`, each.description()))),
    section('OPTIONS', ...options(program)),
    exitStatus,
    section('FILES', ...item('~/.keyhaven/config.json', 'profiles: servers, and as whom to call them')),
  ])
}

async function commandPage(command: Command): Promise<readonly [string, string]> {
  const name = `keyhaven-${command.name()}`
  const body = withOwnHelp.has(command.name())
    ? [section('DESCRIPTION', ...verbatim(await helpOf(command.name())))]
    : commandSections(command)
  return [
    `${name}.1`,
    page(name, command.description(), [
      ...body,
      exitStatus,
      section('SEE ALSO', '.BR keyhaven (1),', 'which has the options of every command.'),
    ]),
  ]
}

function commandSections(command: Command): readonly string[] {
  const leaves = [...leavesOf(command)]
  return [
    section('SYNOPSIS', ...leaves.flatMap(synopsis)),
    ...(leaves.length === 1 && leaves[0] === command
      ? [section('DESCRIPTION', ...details(command))]
      : [
          section(
            'COMMANDS',
            ...leaves.flatMap((leaf) => [
              `.SS ${quoted(pathOf(leaf))}`,
              escaped(sentence(leaf.description())),
              ...details(leaf),
            ]),
          ),
        ]),
  ]
}

const synopsis = (leaf: Command, index: number): readonly string[] => [
  ...(index === 0 ? [] : ['.br']),
  `.B ${escaped(pathOf(leaf))}`,
  escaped(usageOf(leaf)),
]

/** What can be called: a command of its own, and those below it. */
function* leavesOf(command: Command): Generator<Command> {
  if (isCallable(command)) yield command
  for (const inner of command.commands) yield* leavesOf(inner)
}

const isCallable = (command: Command): boolean =>
  command.commands.length === 0 || command.registeredArguments.length > 0

const pathOf = (command: Command): string => {
  const names: string[] = []
  for (let at: Command | null = command; at !== null; at = at.parent) names.unshift(at.name())
  return names.join(' ')
}

const usageOf = (command: Command): string =>
  ['[options]', ...command.registeredArguments.map((argument) => termOf(argument))].join(' ')

const termOf = (argument: Command['registeredArguments'][number]): string => {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`
  return argument.required ? `<${name}>` : `[${name}]`
}

const details = (command: Command): readonly string[] => [
  ...command.registeredArguments.flatMap((argument) => item(termOf(argument), argument.description)),
  ...options(command),
  ...paragraph(verbatim(endOf(command))),
]

function options(command: Command): readonly string[] {
  const help = helper(command)
  return help
    .visibleOptions(command)
    .filter(({ long }) => long !== '--help')
    .flatMap((option) => item(help.optionTerm(option), help.optionDescription(option)))
}

const helper = (command: Command): Help => command.createHelp()

/** What stands below the options. */
function endOf(command: Command): string {
  let whole = ''
  command.configureOutput({ writeOut: (text) => (whole += text) })
  command.outputHelp()
  return whole.slice(command.helpInformation().length).trim()
}

async function helpOf(name: string): Promise<string> {
  let told = ''
  const sink = { write: (text: string | Uint8Array) => (told += text), columns: 78 }
  const io: Io = { stdin: (async function* () {})(), stdout: sink, stderr: sink, env: {}, cwd: '/', home: '/' }
  await run(['kms', 'ram', 'sts'].includes(name) ? [name] : [name, '--help'], io)
  return told.trim()
}

function page(name: string, description: string, sections: readonly string[]): string {
  const title = `.TH ${escaped(name.toUpperCase())} 1 "" "Keyhaven ${version}" "Keyhaven"`
  return [title, section('NAME', `${escaped(name)} \\- ${escaped(description)}`), ...sections, ''].join('\n')
}

const section = (heading: string, ...lines: readonly string[]): string => [`.SH ${heading}`, ...lines].join('\n')

const item = (term: string, meaning: string): readonly string[] => [
  '.TP',
  `.B ${escaped(term)}`,
  escaped(meaning) || '\\&',
]

const verbatim = (text: string): readonly string[] =>
  text === '' ? [] : ['.nf', ...text.split('\n').map((line) => escaped(line.trimEnd())), '.fi']

const paragraph = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : ['.PP', ...lines])

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

/** Nothing of a text is a request of roff, and a hyphen can be copied into a shell. */
const escaped = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(?=[.'])/, '\\&')
    .replaceAll('\n', ' ')
    .replaceAll(
      /[^ -~]/gu,
      (character) => `\\[u${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`,
    )

const quoted = (text: string): string => `"${escaped(text)}"`

const exitStatus = section(
  'EXIT STATUS',
  ...item('0', 'it is done'),
  ...item('1', 'it is not done; one line on standard error says why'),
  ...item('2', 'it was called wrongly'),
  ...item('130, 143', 'Ctrl-C or SIGTERM ended it'),
)
