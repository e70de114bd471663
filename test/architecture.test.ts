import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, test } from 'node:test'

/** Which folder of src/ may import which. This table is the documentation of the layers; see docs/architecture.md. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  api: [],
  crypto: [],
  certificates: ['crypto'],
  wire: ['api', 'crypto'],
  core: ['api', 'crypto', 'certificates'],
  store: ['core'],
  targets: ['core'],
  seals: ['core', 'sdk', 'crypto'],
  gateway: ['api', 'crypto', 'wire', 'core'],
  server: ['api', 'crypto', 'certificates', 'wire', 'core', 'store', 'gateway', 'targets', 'seals'],
  sdk: ['api', 'crypto', 'wire'],
  signing: ['crypto', 'certificates', 'sdk'],
  load: ['api', 'wire'],
  kubernetes: ['sdk', 'wire', 'api'],
  testcontainers: ['api', 'sdk', 'server'],
  testing: ['api', 'wire', 'sdk', 'server', 'gateway', 'core'],
  console: ['api', 'wire', 'crypto'],
  cli: ['api', 'certificates', 'sdk', 'signing', 'load', 'kubernetes', 'testing', 'seals', 'server'],
  bench: ['api', 'sdk', 'core', 'store', 'server', 'gateway', 'wire', 'crypto', 'load', 'testing', 'cli'],
}
/**
 * The storeys of src/core/, from the ground up, and the rooms of each in order: a room may import from the rooms before
 * it and from the storeys below, never onward or upward. What two rooms need stands in a room below both.
 */
const storeys: Readonly<Record<'ground' | 'nouns' | 'uses' | 'whole', readonly string[]>> = {
  ground: [
    ...[
      'errors.ts',
      'turns.ts',
      'time.ts',
      'store.ts',
      'due.ts',
      'paging.ts',
      'sub-key-labels.ts',
      'records.ts',
      'audit.ts',
      'before-change.ts',
      'once.ts',
      'tag-rules.ts',
    ],
    ...['letting-go.ts', 'last-use.ts', 'material-cache.ts', 'encryption-counter.ts', 'rotation-target.ts'],
    ...['issuer-keys.ts', 'action-access.ts', 'call-counts.ts', 'service-view.ts', 'sealing', 'access'],
    ...['kms.ts', 'audit-parts.ts', 'arn.ts', 'random-text.ts', 'list-filters.ts', 'thread-turns.ts'],
  ],
  nouns: [
    ...['service', 'ram', 'sts', 'instances', 'keys', 'aliases', 'key-material', 'application-access'],
    'managed-data-keys',
  ],
  // What callers do with keys, and what is sealed with them.
  uses: ['asymmetric', 'certificates', 'cryptography', 'instance-cryptography', 'secrets'],
  // What looks at several families at once: whatever bears tags, stands in an instance, calls, or falls due.
  whole: ['tags', 'instance-contents', 'callers', 'console', 'schedule', 'oversight', 'seed'],
}
const root = join(import.meta.dirname, '../src')
const sources = globSync('**/*.{ts,tsx}', { cwd: root }).filter((file) => !file.endsWith('.test.ts'))

/** Relative imports of a source, as paths from src/. */
function importsOf(file: string, text = readFileSync(join(root, file), 'utf8')): string[] {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, target = '']) =>
    relative(root, join(root, dirname(file), target)),
  )
}
const folderOf = (path: string): string => path.split(/[\\/]/)[0] ?? ''
/** The folder of core/ that a file is in, or the file itself where it stands in core/. */
const roomOf = (path: string): string => path.split(/[\\/]/)[1] ?? ''

test('every folder imports only from the folders that the layers allow', () => {
  assert.ok(sources.length > 0)
  const offences = sources.flatMap((file) =>
    importsOf(file)
      .filter((target) => folderOf(target) !== folderOf(file) && !mayImport[folderOf(file)]?.includes(folderOf(target)))
      .map((target) => `src/${file} imports src/${target}`),
  )
  assert.deepEqual(offences, [])
})

test('core stands in storeys: every room imports only from what is below it', () => {
  const rooms = Object.values(storeys).flat()
  const inCore = sources.filter((file) => folderOf(file) === 'core')
  assert.deepEqual(new Set(inCore.map(roomOf)), new Set(rooms), 'the storeys name the rooms of core/, and no others')
  const offences = inCore.flatMap((file) =>
    importsOf(file)
      .filter((target) => folderOf(target) === 'core' && rooms.indexOf(roomOf(target)) > rooms.indexOf(roomOf(file)))
      .map((target) => `src/${file} imports src/${target}`),
  )
  assert.deepEqual(offences, [])
})

test('no file imports itself by way of others', () => {
  assert.deepEqual(circles(sources, importsOf), [])
})

test('no room of server needs itself by way of others', () => {
  const inServer = sources.filter((file) => folderOf(file) === 'server')
  const rooms = Map.groupBy(inServer, roomOf)
  assert.ok(rooms.size > 20)
  const roomsUsedBy = (room: string): string[] =>
    (rooms.get(room) ?? [])
      .flatMap((file) => importsOf(file))
      .filter((target) => folderOf(target) === 'server' && roomOf(target) !== room)
      .map(roomOf)
  assert.deepEqual(circles([...rooms.keys()], roomsUsedBy), [])
})

/** Circles among what uses what, each named once by all that is on it. */
function circles(all: Iterable<string>, usedBy: (one: string) => Iterable<string>): string[] {
  const done = new Set<string>()
  const found: string[] = []
  const visit = (one: string, path: readonly string[]): void => {
    if (path.includes(one)) found.push([...path.slice(path.indexOf(one)), one].join(' → '))
    if (done.has(one) || path.includes(one)) return
    for (const used of usedBy(one)) visit(used, [...path, one])
    done.add(one)
  }
  for (const one of all) visit(one, [])
  return found
}

describe('docs/architecture.md shows the same', () => {
  const page = readFileSync(join(root, '../docs/architecture.md'), 'utf8')
  const without = (storey: readonly string[]): readonly string[] => storey.filter((room) => !room.endsWith('.ts'))

  test('arrows between the folders', () => {
    const arrows = /(\w+)(?: \([\w ]+\))? ─+► (\w+(?: \(types\))?(?:, \w+)*)/g
    const drawn = [...page.matchAll(arrows)].map(([, from = '', to = '']): [string, Set<string>] => [
      from,
      new Set(to.replace(' (types)', '').split(', ')),
    ])
    const held = Object.entries(mayImport).map(([from, to]): [string, Set<string>] => [from, new Set(to)])
    const isShown = ([from, to]: [string, Set<string>]): boolean => from !== 'bench' && to.size > 0
    assert.deepEqual(
      new Map(drawn.filter(isShown).filter(([from]) => from in mayImport)),
      new Map(held.filter(isShown)),
    )
  })

  test('storeys of core', () => {
    for (const [storey, rooms] of Object.entries(storeys)) {
      const [, row = ''] = new RegExp(`^\\| ${storey} \\| ([^|]+) \\|`, 'm').exec(page) ?? []
      const folders = [...row.matchAll(/`([\w-]+)\/`/g)].map(([, folder = '']) => folder)
      assert.deepEqual(new Set(folders), new Set(without(rooms)), storey)
    }
  })

  test('rooms of server', () => {
    const section = page.split('\n## ').find((each) => each.startsWith('The rooms of server\n')) ?? ''
    const named = [...section.matchAll(/`([\w-]+)\/`(?= `| \|)/g)].map(([, room = '']) => room)
    const there = sources.filter((file) => folderOf(file) === 'server').map(roomOf)
    assert.deepEqual(new Set(named), new Set(without(there)))
  })
})

test('a relative import names a file that exists', () => {
  const missing = sources.flatMap((file) =>
    importsOf(file).filter((target) => !sources.includes(target) && !/\.(?:js|css)$/.test(target)),
  )
  assert.deepEqual(missing, [])
})

test('what the console is bundled of needs nothing of Node', () => {
  const reached = new Set<string>()
  const visit = (file: string): void => {
    if (reached.has(file) || file.endsWith('.css')) return
    reached.add(file)
    importsOf(file).forEach(visit)
  }
  visit('console/main.tsx')
  assert.ok(reached.size > 30)
  const offences = [...reached].filter((file) =>
    /^(?:import|export|\}) .*from 'node:|\bprocess\.|\brequire\(/m.test(readFileSync(join(root, file), 'utf8')),
  )
  assert.deepEqual(offences, [])
})

/** What is younger than Node 22.15. */
const lacking = [
  ...['new DisposableStack', 'new AsyncDisposableStack', 'instanceof SuppressedError'],
  ...['.getOrInsert', 'Promise.try'],
]

test('commands that the launcher leaves to older Nodes use nothing that these lack', () => {
  const launcher = readFileSync(join(root, '../bin/keyhaven.js'), 'utf8')
  const [, ofServer = ''] = /const serverCommands = \[(.*?)\]/s.exec(launcher) ?? []
  // The others of that list stand in server.ts; a token is used by a server, which opens the root key with it.
  const modules = ['server', ...['dev', 'audit', 'seed'].filter((name) => ofServer.includes(`'${name}'`))]
  const reached = new Set([...modules.map((name) => `cli/commands/${name}.ts`), 'seals/pkcs11/token.ts'])
  const needing: string[] = []
  const visit = (file: string): void => {
    if (reached.has(file)) return
    reached.add(file)
    const text = readFileSync(join(root, file), 'utf8')
    if (lacking.some((word) => text.includes(word))) needing.push(file)
    const atRunTime = text.replaceAll(/^(?:import|export) type [^']*'.*'$|: import\(.*$/gm, '')
    importsOf(file, atRunTime).forEach(visit)
  }
  visit('cli/main.ts')
  assert.ok(reached.has('cli/compare/listener.ts') && reached.size > 300)
  assert.deepEqual(needing, [])
})

test('node:http and node:https are no import, which would load all of fetch at each start', () => {
  const offences = sources
    .filter((file) => folderOf(file) !== 'bench')
    .filter((file) => /^import (?!type ).* from 'node:https?'/m.test(readFileSync(join(root, file), 'utf8')))
  assert.deepEqual(offences, [])
})

test('no source reads the clock, randomness or the environment behind the back of Kms', () => {
  const offences = sources
    .filter((file) => ['core', 'gateway', 'api', 'store'].includes(folderOf(file)))
    .filter((file) =>
      /\bnew Date\(\)|\bDate\.now\(\)|\bMath\.random\b|\bprocess\.env\b/.test(readFileSync(join(root, file), 'utf8')),
    )
  assert.deepEqual(offences, [])
})
