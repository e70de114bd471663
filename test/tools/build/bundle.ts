/**
 * Bundles entries of src/ with all that they use, so that a start reads a few files instead of a thousand. Everything
 * lies in one folder, whatever folder it came from.
 */
import { readFileSync, statSync } from 'node:fs'
import * as fileFunctions from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { type InputOptions, type Plugin, rolldown } from 'rolldown'

export const root = join(import.meta.dirname, '../../..')

export interface Bundle {
  /** names of the entries, and their sources from src/ */
  readonly entries: Readonly<Record<string, string>>
  readonly folder: string
  readonly format: 'esm' | 'cjs'
  /** folders of a clone that a package has, too: from the root of the clone → from that of the package */
  readonly packaged?: Readonly<Record<string, string>>
  readonly plugins?: readonly Plugin[]
  /** maps with the sources in them, with their names only, or none */
  readonly maps?: 'whole' | 'places' | 'none'
}

interface Stat {
  readonly size: number
  readonly mtimeMs: number
}

/** What went into a bundle. */
export interface Bundled {
  /** files of ours as they were when they were read */
  readonly sources: ReadonlyMap<string, Stat>
  /** folders of the packages of others that something was taken from */
  readonly libraries: ReadonlySet<string>
  /** what it imports and does not contain, besides Node's own modules */
  readonly outside: ReadonlySet<string>
}

export async function bundle(given: Bundle): Promise<Bundled> {
  const { entries, folder, format, packaged = {}, plugins = [], maps = 'whole' } = given
  const sources = new Map<string, Stat>()
  const built = await rolldown({
    input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(root, 'src', file)])),
    platform: 'node',
    transform: { target: 'es2024' },
    plugins: [...plugins, ourSources(sources, packaged), builtinModules],
    onLog: refuseSurprises,
  })
  const { output } = await built.write({
    dir: folder,
    cleanDir: true,
    format,
    sourcemap: maps !== 'none',
    sourcemapExcludeSources: maps === 'places',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    // one file to read instead of twenty with a line each
    codeSplitting: { groups: [{ name: 'builtin', test: /^\0builtin:/ }] },
  })
  await built.close()
  const chunks = output.filter((part) => part.type === 'chunk')
  const names = new Set(chunks.map(({ fileName }) => fileName))
  const imported = chunks.flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports])
  const outside = imported.filter((name) => !names.has(name) && !isBuiltin(name))
  const modules = chunks.flatMap(({ moduleIds }) => moduleIds)
  const libraries = modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id)?.[0] ?? [])
  return { sources, libraries: new Set(libraries), outside: new Set(outside) }
}

/** Packages try these, and do without where they are not installed, as here. */
const triedOnly = ['pg-native', 'pg-cloudflare', 'cloudflare:sockets']

const refuseSurprises: NonNullable<InputOptions['onLog']> = (level, log) => {
  if (level !== 'warn') return
  const isExpected =
    log.code === 'INEFFECTIVE_DYNAMIC_IMPORT' ||
    log.code === 'EVAL' ||
    (log.code === 'UNRESOLVED_IMPORT' && triedOnly.some((name) => log.message.includes(name)))
  if (!isExpected) throw new Error(`${log.code}: ${log.message}`)
}

/**
 * Reads our sources, and remembers how each was. What one names by its place (`new URL('…', import.meta.url)`) is named as
 * it is in the bundle: the program of a thread is an entry more, a file of the package is where that has it. A package
 * that a source requires only where it needs it comes along, and is run there and then.
 */
const ourSources = (sources: Map<string, Stat>, packaged: Readonly<Record<string, string>>): Plugin => ({
  name: 'our-sources',
  load: {
    filter: { id: /\/src\/.*\.ts$/ },
    handler(id) {
      if (!id.startsWith(join(root, 'src'))) return
      const { size, mtimeMs } = statSync(id)
      sources.set(relative(root, id), { size, mtimeMs })
      const code = readFileSync(id, 'utf8')
        .replaceAll('createRequire(import.meta.url)(', 'require(')
        .replaceAll(/new URL\('(\.[^']*)', import\.meta\.url\)/g, (_, path: string) => {
          const target = resolve(dirname(id), path)
          const place = relative(root, target)
          const own = Object.keys(packaged).find((folder) => `${place}/`.startsWith(`${folder}/`))
          if (own !== undefined) return `new URL('../${packaged[own]}${place.slice(own.length)}', import.meta.url)`
          const name = basename(target, '.ts')
          this.emitFile({ type: 'chunk', id: target, name, fileName: `${name}.js` })
          return `new URL('./${name}.js', import.meta.url)`
        })
      return { code, moduleType: 'ts' }
    },
  },
})

/**
 * An import statement reads every export of a module of Node's, and some of them load half of Node. undici asks for HTTP/2,
 * which no client of ours allows, and does without where there is none: 6 ms of the start of a command.
 */
const builtinModules: Plugin = {
  name: 'builtin-modules',
  resolveId: {
    order: 'pre',
    // not the one that the bundler's own beginning imports
    filter: { id: /^node:(?!module$)/ },
    handler: (id, importer) => {
      const isUnused = id === 'node:http2' && importer?.includes('/node_modules/undici/') === true
      return { id: `${isUnused ? absentPrefix : builtinPrefix}${id}`, moduleSideEffects: false }
    },
  },
  load: {
    filter: { id: /^\0(?:builtin|absent):/ },
    handler(id) {
      if (id.startsWith(absentPrefix)) return `throw new Error('${id.slice(absentPrefix.length)} is left out')`
      const name = id.slice(builtinPrefix.length)
      return name === 'node:fs/promises' ? loadedByFirstCall(name, fileFunctions) : `module.exports = ${loaded(name)}`
    },
  },
}

const [builtinPrefix, absentPrefix] = ['\0builtin:', '\0absent:']
const loaded = (name: string): string => `process.getBuiltinModule('${name}')`

/** It brings the reading of lines from a terminal along: 4 ms, and most commands have it for the files of others only. */
function loadedByFirstCall(name: string, module: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(module).filter((member) => typeof module[member] === 'function')
  const functions = names.map((member) => `  ${member}: (...given) => ${loaded(name)}.${member}(...given),`)
  return `module.exports = {\n  constants: ${loaded('node:fs')}.constants,\n${functions.join('\n')}\n}`
}
