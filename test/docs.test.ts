import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { Command, CommanderError } from 'commander'
import { operations } from '../src/api/operations.ts'
import { withLongFlags } from '../src/cli/bench/official-flags.ts'
import { addGlobalOptions } from '../src/cli/context.ts'
import { ExitStatus } from '../src/cli/failure.ts'
import type { Io } from '../src/cli/io.ts'
import { programFor, withHelpAsOption } from '../src/cli/program.ts'
import { isVersionQuestion } from '../src/cli/version-question.ts'
import { keyhaven } from './kit/cli.ts'
import { commandsOf } from './kit/guides.ts'
import { serverManifest } from './tools/build/manifests.ts'
import { ofContributors, slugOf, twinOf } from './tools/site/pages.ts'

const root = join(import.meta.dirname, '..')
const pages = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md'], { cwd: root })
const textOf = (page: string): string => readFileSync(join(root, page), 'utf8')
const scripts: object = JSON.parse(textOf('package.json')).scripts

/** The content of the fenced blocks of a page in one of the languages. */
const blocks = (page: string, ...languages: readonly string[]): string[] =>
  [...textOf(page).matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, language = '']) => languages.includes(language))
    .map(([, , content = '']) => content)

test('every relative link leads to a file, and to a heading in it', () => {
  const links = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => ({ page, target })),
  )
  const relative = links.filter(({ target }) => !/^[a-z]+:/.test(target))
  assert.ok(relative.length > 20)
  const broken = relative.filter(({ page, target }) => {
    const [path = '', heading] = target.split('#')
    const file = path === '' ? page : join(dirname(page), path)
    return !existsSync(join(root, file)) || (heading !== undefined && !headings(file).includes(heading))
  })
  assert.deepEqual(broken, [])
})

const headings = (page: string): string[] =>
  [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => slugOf(title))

test('every page for users is there in both languages, with the same headings and the same commands', () => {
  const guides = pages.filter((page) => !page.endsWith('.zh-CN.md') && !ofContributors.includes(page))
  assert.ok(guides.length > 40)
  const shape = (page: string): object => ({
    levels: [...textOf(page).matchAll(/^(#+) /gm)].map(([, level]) => level),
    commands: commandLines(page)
      .filter(({ isMention }) => !isMention)
      .map(({ line }) => line.replace(/\s*(#.*)?$/, '')),
    languages: [...textOf(page).matchAll(/^```(\w+)$/gm)].map(([, language]) => language),
  })
  for (const guide of guides) {
    const other = guide.replace(/\.md$/, '.zh-CN.md')
    assert.ok(pages.includes(other), `${other} is missing`)
    assert.deepEqual(shape(other), shape(guide), other)
    assert.ok(textOf(guide).includes(`[中文](${basename(other)})`), guide)
    assert.ok(textOf(other).includes(`[English](${basename(guide)})`), other)
  }
})

test('Chinese pages lead to Chinese pages where there are any', () => {
  const missed = pages
    .filter((page) => page.endsWith('.zh-CN.md'))
    .flatMap((page) =>
      [...textOf(page).matchAll(/\[([^\]]*)\]\(([^):\s#]+\.md)[^)]*\)/g)]
        .filter(([, text, target = '']) => text !== 'English' && !target.endsWith('.zh-CN.md'))
        .filter(([, , target = '']) => pages.includes(twinOf(join(dirname(page), target))))
        .map(([link]) => `${page}: ${link}`),
    )
  assert.deepEqual(missed, [])
})

/** Guides whose commands no test can run, and why. */
const notRun: Readonly<Record<string, string>> = {
  'real-cloud': 'needs an account of the cloud',
}

test('every guide that tells to type something is gone through by a test', () => {
  const tests = globSync('test/**/*.test.ts', { cwd: root }).map(textOf).join('\n')
  const typing = globSync('docs/guides/*.md', { cwd: root })
    .map((page) => basename(page, '.md'))
    .filter((name) => !name.endsWith('.zh-CN') && commandsOf(`${name}.md`).flat().length > 0)
  const isRun = (name: string): boolean =>
    new RegExp(`(?:pagesToRun|commandsOf|stepsOf)\\('${name}(?:\\.md)?'\\)`).test(tests)
  assert.deepEqual(
    typing.filter((name) => !isRun(name) && notRun[name] === undefined),
    [],
    'add them to test/guides.test.ts, or to a test of their own that takes them from pagesToRun of test/kit/guides.ts',
  )
  assert.deepEqual(
    Object.keys(notRun).filter((name) => !typing.includes(name) || isRun(name)),
    [],
  )
})

/** Steps of other commands, and what those who change the project find in CONTRIBUTING.md. */
const innerScripts = ['keyhaven', 'format', 'console', 'prepare', 'docs']

test('the READMEs have a line for each command of npm', () => {
  for (const page of ['README.md', 'README.zh-CN.md']) {
    const told = [...textOf(page).matchAll(/^\| `npm (?:run )?([\w-]+)` \|/gm)].map(([, name = '']) => name)
    assert.deepEqual([...told, ...innerScripts].sort(), Object.keys(scripts).sort(), page)
  }
})

test('the Node that the package asks for is the one that pages tell', () => {
  const [, least = ''] = /(\d+\.\d+)/.exec(serverManifest.engines.node) ?? []
  for (const page of ['README', 'docs/guides/kubernetes'])
    for (const language of ['', '.zh-CN']) assert.ok(textOf(`${page}${language}.md`).includes(`${least} `), page)
})

test('the Node that the README asks for is enough for npm, and the examples are run by the one that comes along', () => {
  const { engines } = JSON.parse(textOf('package.json'))
  const least = /(\d+)\.(\d+)/.exec(engines.node) ?? []
  for (const page of ['README.md', 'README.zh-CN.md']) assert.ok(textOf(page).includes(`Node ${least[0]} `), page)
  const enough = ([major = 0, minor = 0]: number[]): boolean =>
    major < Number(least[1]) || (major === Number(least[1]) && minor <= Number(least[2]))
  const { packages }: { packages: Record<string, { engines?: { node?: string } }> } = JSON.parse(
    textOf('package-lock.json'),
  )
  const asking = Object.entries(packages).filter(([path]) => path !== '')
  const unmet = asking.filter(([, { engines: own }]) => {
    const alternatives = (own?.node ?? '>=0').split('||')
    return !alternatives.some((range) =>
      enough((/(\d+)(?:\.(\d+))?/.exec(range) ?? []).slice(1).map((part) => Number(part ?? 0))),
    )
  })
  assert.deepEqual(unmet, [])
  const bare = [...pages, ...globSync('examples/**/*.ts', { cwd: root })].filter((page) =>
    /(?<!npx )\bnode examples\//.test(textOf(page)),
  )
  assert.deepEqual(bare, [])
})

interface Line {
  readonly page: string
  readonly line: string
  /** stands in a sentence, where what is needed may be left out */
  readonly isMention: boolean
}

/** What a page tells to type; in a transcript only the lines with a prompt. */
function commandLines(page: string): Line[] {
  const typed = (block: string): string[] => block.replaceAll(/\\\n\s*/g, '').split('\n')
  const shell = blocks(page, 'sh').flatMap(typed)
  const transcripts = blocks(page, 'console').flatMap(typed)
  const prompted = transcripts.filter((line) => line.startsWith('$ ')).map((line) => line.slice(2))
  const mentioned = [...textOf(page).matchAll(/`(keyhaven [^`\n]+)`/g)].map(([, line = '']) => line)
  return [
    ...[...shell, ...prompted].map((line) => ({ page, line, isMention: false })),
    ...mentioned.map((line) => ({ page, line, isMention: true })),
  ]
}

/** The simple commands of a line of shell, as words. */
const simpleCommands = (line: string): string[][] =>
  line
    .replace(/(^|\s)#.*$/, '')
    .split(/\s*(?:\||&&|;)\s*/)
    .map((command) => command.replaceAll(/\s[<>]\s*\S+/g, ''))
    .map((command) => [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? ''))

/** The arguments of `keyhaven`, if the words call it. */
function programArguments(words: readonly string[]): readonly string[] | undefined {
  const [first, ...rest] = words
  if (first === 'keyhaven') return rest
  const isScript = first === 'npm' && rest.join(' ').startsWith('run -s keyhaven --')
  return isScript ? rest.slice(4) : undefined
}

/** What is wrong with a call of the program; nothing is carried out. */
async function faultOf(given: readonly string[], isMention: boolean): Promise<string | undefined> {
  const argv = withLongFlags(withHelpAsOption(given))
  const [name = '', ...rest] = argv
  if (isVersionQuestion(argv)) return undefined
  if (['server', 'start', 'init'].includes(name)) return unknownSetting(name, rest)
  const products = productsOf[name]
  if (products !== undefined) return rest.length === 0 ? undefined : unknownParameter(products, rest)
  const program = await programFor(argv, nowhere)
  withActions(program)
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    // --dry-run ends before anything is carried out.
    if (error instanceof ExitStatus && error.status === 0) return undefined
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return undefined
    const isLeftOut = /commander\.(help|missing.*)$/.test(error.code)
    if (!(isMention && isLeftOut)) return error.message
  }
  return undefined
}

/** The settings of the server are its own options, and its help lists them. */
async function unknownSetting(name: string, flags: readonly string[]): Promise<string | undefined> {
  const { out } = await keyhaven([name, '--help'])
  return flags.find((flag) => flag.startsWith('--') && !out.includes(`  ${flag} `))
}

const productsOf: Readonly<Record<string, readonly string[]>> = {
  kms: ['Kms', 'Keyhaven'],
  ram: ['Ram', 'Ims'],
  sts: ['Sts'],
}

const ofProgram = addGlobalOptions(new Command()).options.map(({ long }) => long ?? '')

function unknownParameter(products: readonly string[], [name, ...rest]: readonly string[]): string | undefined {
  const operation = operations.find((each) => products.includes(each.api.product) && each.name === name)
  if (operation === undefined) return `no operation ${name}`
  return rest.find(
    (word) =>
      word.startsWith('--') &&
      !ofProgram.includes(word) &&
      operation.request[word.slice(2).split('.')[0] ?? ''] === undefined,
  )
}

const nowhere: Io = {
  stdin: (async function* () {})(),
  stdout: { write: () => true },
  stderr: { write: () => true },
  env: {},
  cwd: root,
  home: root,
}

/** Lets commands be parsed without being carried out. A group of commands keeps asking for one of them, unless it is a command itself. */
function withActions(command: Command): void {
  if (command.commands.length === 0 || ['bench', 'import'].includes(command.name())) command.action(() => {})
  for (const inner of command.commands) withActions(inner)
}

describe('command lines in the pages', () => {
  const lines = pages.flatMap(commandLines)

  test('call commands that there are, with arguments and options that they have', async () => {
    const calls = lines.flatMap(({ page, line, isMention }) =>
      simpleCommands(line).flatMap((words) => {
        const argv = programArguments(words)
        return argv === undefined ? [] : [{ page, line, isMention, argv }]
      }),
    )
    assert.ok(calls.length > 50)
    const faults: object[] = []
    for (const { page, line, isMention, argv } of calls) {
      const fault = await faultOf(argv, isMention)
      if (fault !== undefined) faults.push({ page, line, fault })
    }
    assert.deepEqual(faults, [])
  })

  test('run scripts that package.json has', () => {
    const named = pages.flatMap((page) =>
      [...textOf(page).matchAll(/npm run (?:-s )?([a-z][a-z-]*)/g)].map(([, script = '']) => ({ page, script })),
    )
    assert.ok(named.length > 10)
    assert.deepEqual(
      named.filter(({ script }) => !(script in scripts)),
      [],
    )
  })
})

/** What the snippets take from around them. */
const surroundings = `
declare const client: import('keyhaven-sdk').Client
declare const instance: import('keyhaven-sdk').InstanceOptions
declare const credentials: import('keyhaven-sdk').CredentialsProvider
declare const encryptionContext: Record<string, string>
declare const ciphertextBlob: Uint8Array
declare const plaintext: Uint8Array
declare const row: Uint8Array
declare const endpoint: string
declare const caFile: string
declare const accessKeyId: string
declare const accessKeySecret: string
declare const keyId: string
declare const signer: import('keyhaven-sdk/signing').Signer
declare const alipay: import('keyhaven-sdk/signing').Alipay
declare const body: string
`

/** The TypeScript of a page, each snippet with the imports of those before it that it doesn't write itself. */
function snippets(page: string): string[] {
  const imports: string[] = []
  return blocks(page, 'ts').map((snippet) => {
    const own = snippet.match(/^import .*$/gm) ?? []
    const inherited = own.length === 0 ? imports.join('\n') : ''
    imports.splice(0, own.length === 0 ? 0 : imports.length, ...own)
    return `${inherited}\n${snippet}\nexport {}\n`
  })
}

test('every TypeScript snippet in the pages has the types of the package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-docs-'))
  try {
    const files = pages.flatMap((page) =>
      snippets(page).map((snippet, index) => ({ name: `${page.replaceAll('/', '_')}-${index + 1}.ts`, snippet })),
    )
    assert.ok(files.length > 10)
    for (const { name, snippet } of files) writeFileSync(join(folder, name), snippet)
    writeFileSync(join(folder, 'surroundings.d.ts'), surroundings)
    const compilerOptions = {
      paths: {
        'keyhaven-sdk': [join(root, 'src/sdk/index.ts')],
        'keyhaven-sdk/envelope': [join(root, 'src/sdk/envelope/index.ts')],
        'keyhaven-sdk/signing': [join(root, 'src/signing/index.ts')],
        'keyhaven/testing': [join(root, 'src/testing/index.ts')],
        'keyhaven/testcontainers': [join(root, 'src/testcontainers/index.ts')],
      },
      typeRoots: [join(root, 'node_modules/@types')],
    }
    const include = [folder, join(root, 'src/testcontainers/testcontainers.d.ts')]
    const config = { extends: join(root, 'tsconfig.json'), compilerOptions, include, exclude: [] }
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const compiler = join(root, 'node_modules/typescript/bin/tsc')
    const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' })
    assert.equal(stdout, '')
    assert.equal(status, 0)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
