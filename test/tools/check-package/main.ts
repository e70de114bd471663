/**
 * `npm run check-package`: builds and packs both packages, installs them into empty projects, and uses them there as a
 * stranger would: on every Node that they are for, with import and with require(), with the types checked in every way
 * that compilers look for them, within limits of size and of modules read. Needs a package registry for other Nodes and
 * for an older TypeScript, so it is no part of `npm test`.
 */
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { containerPrograms, containerTypes, sdkPrograms, sdkTypes, serverPrograms, serverTypes } from './programs.ts'
import { runners, testOfGuide } from './runners.ts'

const root = join(import.meta.dirname, '../../..')
const work = mkdtempSync(join(tmpdir(), 'keyhaven-package-'))
/** What a user of the SDK gets, with all that it brings along. */
const mostSdkBytes = 12e6
/** Files that are read for `import 'keyhaven-sdk'`. */
const mostSdkModules = 40

function fail(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

function run(cwd: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  return status === 0 ? stdout : fail(`${stdout}${stderr}\n${[command, ...args].join(' ')} failed`)
}

const npm = (cwd: string, ...args: string[]): string => run(cwd, 'npm', ...args, '--no-audit', '--no-fund')
const tell = (line: string): void => void process.stdout.write(`${line}\n`)

const pack = (name: string): string => {
  npm(work, 'pack', '--ignore-scripts', join(root, 'dist', name))
  return join(work, globSync(`${name}-[0-9]*.tgz`, { cwd: work })[0] ?? fail(`${name} was not packed`))
}

/** A project with a package or two and nothing else. */
function project(name: string, packages: readonly string[], files: Readonly<Record<string, string>>): string {
  const folder = join(work, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, private: true }))
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content)
  npm(folder, 'install', '--omit=optional', '--ignore-scripts', ...packages)
  return folder
}

/** The executable of another Node; undefined if there is none for this machine. */
function otherNode(major: number): string | undefined {
  const folder = join(work, `node${major}`)
  mkdirSync(folder)
  const name = `node-${process.platform}-${process.arch}`
  const install = ['install', '--prefix', folder, '--no-audit', '--no-fund', `${name}@${major}`]
  const { status } = spawnSync('npm', install)
  const path = join(folder, 'node_modules', name, 'bin/node')
  return status === 0 && existsSync(path) ? path : undefined
}

/** The names of compiler options that decide how a package is found. */
const resolutions: readonly { readonly file: string; readonly options: object; readonly isOld?: boolean }[] = [
  { file: 'types.mts', options: { module: 'nodenext' } },
  { file: 'types.cts', options: { module: 'nodenext' } },
  { file: 'types.mts', options: { module: 'esnext', moduleResolution: 'bundler' } },
  { file: 'types.cts', options: { module: 'node16' }, isOld: true },
  { file: 'types.ts', options: { module: 'commonjs', moduleResolution: 'node10' }, isOld: true },
]

function checkTypes(folder: string, oldCompiler: string, which: typeof resolutions, skipLibCheck = false): void {
  const types = join(folder, 'node_modules/@types')
  if (!existsSync(types)) symlinkSync(join(root, 'node_modules/@types'), types)
  for (const { file, options, isOld = false } of which) {
    const strict = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck, noEmit: true }
    const compilerOptions = { target: 'es2022', lib: ['esnext'], types: ['node'], ...strict, ...options }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }))
    run(folder, process.execPath, isOld ? oldCompiler : join(root, 'node_modules/typescript/bin/tsc'), '-p', '.')
    tell(`${file} ${Object.values(options).join(' ')}${isOld ? ', TypeScript 5' : ''}: types fit`)
  }
}

function checkSize(folder: string): void {
  const files = globSync('node_modules/**/*', { cwd: folder }).map((file) => statSync(join(folder, file)))
  const bytes = files.filter((file) => file.isFile()).reduce((sum, { size }) => sum + size, 0)
  if (bytes > mostSdkBytes) fail(`keyhaven-sdk takes ${bytes} bytes once installed, more than ${mostSdkBytes}`)
  tell(`keyhaven-sdk: ${(bytes / 1e6).toFixed(1)} MB installed`)
}

/** What an editor shows of the requests and answers: every interface and every field with its comment. */
function checkComments(folder: string): void {
  const files = globSync('node_modules/keyhaven-sdk/types/sdk/models/*.d.ts', { cwd: folder })
  const lines = files.map((file) => readFileSync(join(folder, file), 'utf8').split('\n'))
  const described = lines.flatMap((text) =>
    text.flatMap((line, index) =>
      /^\s*(?:readonly |export interface )/.test(line) ? [{ line, before: text[index - 1] ?? '' }] : [],
    ),
  )
  const bare = described.find(({ before }) => !before.endsWith('*/'))
  if (bare !== undefined) fail(`keyhaven-sdk: no comment stands above ${bare.line.trim()}`)
  if (described.length < 1000) fail(`keyhaven-sdk: only ${described.length} interfaces and fields were found`)
  tell(`keyhaven-sdk: ${described.length} interfaces and fields have their comments`)
}

function checkModules(folder: string): void {
  const count = `
    const { registerHooks } = require('node:module')
    let read = 0
    registerHooks({ load: (url, context, next) => (read += url.startsWith('file:') ? 1 : 0, next(url, context)) })
    const before = process.cpuUsage()
    import('keyhaven-sdk').then(() => {
      const { user, system } = process.cpuUsage(before)
      console.log(read + ' ' + Math.round((user + system) / 1000))
    })`
  const [read = 0, cpuMs = 0] = run(folder, process.execPath, '-e', count).split(' ').map(Number)
  if (read > mostSdkModules) fail(`keyhaven-sdk reads ${read} modules when imported, more than ${mostSdkModules}`)
  tell(`keyhaven-sdk: ${read} modules read when imported, ${cpuMs} ms of CPU`)
}

/** The command line on a Node that is old enough for it to need another, without and with the one it can bring along. */
function checkLauncher(folder: string, node: string, major: number): void {
  const launcher = 'node_modules/keyhaven/bin/keyhaven.js'
  const ask = (...words: string[]) => spawnSync(node, [launcher, ...words], { cwd: folder, encoding: 'utf8' })
  const server = ask('server', '--print-config')
  if (major < 26 && !/^keyhaven: needs Node.js 26 or newer, this is .+\n$/.test(server.stderr))
    fail(`Node ${major}: ${server.stderr} is no clear word`)
  const help = ask('kms', '--help')
  if (major < 22 ? !/^keyhaven: needs Node.js 22/.test(help.stderr) : help.status !== 0)
    fail(`Node ${major}: ${help.stderr}`)
  const failing = ask('key', 'list', '--endpoint', 'http://127.0.0.1:1', '--access-key-id', 'id')
  if (major >= 22 && !/^keyhaven: \w+: .+\n$/.test(failing.stderr))
    fail(`Node ${major}: ${failing.stderr} is no clear word`)
  const pinned = `node-${process.platform}-${process.arch}`
  const place = join(folder, 'node_modules', pinned)
  if (!existsSync(join(root, 'node_modules', pinned))) return
  symlinkSync(join(root, 'node_modules', pinned), place)
  const again = ask('server', '--print-config')
  const teller = join(work, 'teller.cjs')
  writeFileSync(teller, 'process.stderr.write(`by ${process.version}\\n`)')
  const env = { ...process.env, NODE_OPTIONS: `--require=${teller}` }
  const told = spawnSync(node, [launcher, 'kms', '--help'], { cwd: folder, encoding: 'utf8', env })
  rmSync(place)
  if (!told.stderr.includes('by v26.')) fail(`Node ${major} with ${pinned}: ${told.stderr}`)
  if (again.status !== 0) fail(`Node ${major} with ${pinned}: ${again.stderr}`)
  tell(`Node ${major}: keyhaven says what it needs, or runs the Node that comes along`)
}

/** In tests of others, the package is installed as it is, and the guide's test is run as it stands there. */
function checkRunners(packages: readonly string[]): void {
  for (const runner of runners) {
    const name = runner.package.split('@', 1)[0] ?? ''
    const folder = project(name, packages, { 'guide.test.js': testOfGuide(root) })
    npm(folder, 'pkg', 'set', 'type=module')
    npm(folder, 'install', '--ignore-scripts', runner.package)
    run(folder, process.execPath, ...runner.argv)
    tell(`${runner.package}: runs the test of the guide`)
  }
}

/** With the library that starts containers: the classes fit, and what would be started is as it should be. */
function checkContainers(packages: readonly string[], oldCompiler: string): void {
  const library = 'testcontainers@12'
  const files = { ...containerPrograms, 'types.mts': containerTypes }
  const folder = project('containers', [...packages, library], files)
  checkTypes(folder, oldCompiler, resolutions.slice(0, 1), true)
  for (const file of Object.keys(containerPrograms)) tell(`${file}: ${run(folder, process.execPath, file).trim()}`)
}

run(root, process.execPath, 'test/tools/build/main.ts')
const [sdk, server] = [pack('keyhaven-sdk'), pack('keyhaven')]
const sdkSources = { 'types.mts': sdkTypes, 'types.cts': sdkTypes, 'types.ts': sdkTypes }
const sdkProject = project('sdk', [sdk], { ...sdkPrograms, ...sdkSources })
const serverProject = project('server', [sdk, server], { ...serverPrograms, 'types.mts': serverTypes })
checkSize(sdkProject)
checkComments(sdkProject)
checkModules(sdkProject)
const compiler = join(work, 'typescript')
mkdirSync(compiler)
npm(work, 'install', '--prefix', compiler, 'typescript@5.9')
const oldCompiler = join(compiler, 'node_modules/typescript/bin/tsc')
checkTypes(sdkProject, oldCompiler, resolutions)
checkTypes(serverProject, oldCompiler, resolutions.slice(0, 1))
for (const major of [20, 22, 24, 26]) {
  const node = process.versions.node.startsWith(`${major}.`) ? process.execPath : otherNode(major)
  if (node === undefined) fail(`Node ${major} is not to be had for this machine`)
  for (const file of Object.keys(sdkPrograms)) tell(`${file}: ${run(sdkProject, node, file).trim()}`)
  if (major >= 22)
    for (const file of Object.keys(serverPrograms)) tell(`${file}: ${run(serverProject, node, file).trim()}`)
  checkLauncher(serverProject, node, major)
}
checkRunners([sdk, server])
checkContainers([sdk, server], oldCompiler)
rmSync(work, { recursive: true })
