/**
 * Makes the databases of former releases that test/upgrade.test.ts upgrades: checks each release out of the history, has
 * its own server initialise a deployment and answer the calls of write-everything.ts, and packs what is left of it.
 *
 *     node test/upgrade/make-fixtures.ts --postgres postgres://postgres@127.0.0.1:5432/postgres
 *     node test/upgrade/make-fixtures.ts --schema 6
 *
 * It needs git, tar and the `pg_dump` of that PostgreSQL. Without --postgres it makes those of SQLite only.
 */

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { printedAccessKey } from '../kit/printed.ts'
import { releases } from './releases.ts'
import { writeEverything } from './write-everything.ts'

const repository = join(import.meta.dirname, '../..')
const { values } = parseArgs({ options: { postgres: { type: 'string' }, schema: { type: 'string' } } })

interface Release {
  readonly schema: number
  /** its program */
  readonly program: string
}

function checkOut(schema: number, commit: string, folder: string): Release {
  mkdirSync(folder)
  const archive = execFileSync('git', ['archive', commit, 'bin', 'src', 'package.json'], {
    ...{ cwd: repository, maxBuffer: 2 ** 28 },
  })
  execFileSync('tar', ['x', '-C', folder], { input: archive })
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'))
  return { schema, program: join(folder, 'bin/keyhaven.js') }
}

/** What the processes of one deployment need to know. */
interface Place {
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
}

const placeIn = (folder: string, store: string | undefined): Place => ({
  folder,
  env: {
    ...{ PATH: process.env.PATH, HOME: folder, KEYHAVEN_DATA: join(folder, 'data'), KEYHAVEN_NODE: 'one' },
    ...{ KEYHAVEN_KEY_FILE: join(folder, 'root.key'), KEYHAVEN_HTTPS: '127.0.0.1:0' },
    ...(store === undefined ? {} : { KEYHAVEN_STORE: store }),
  },
})

const run = ({ program }: Release, { env }: Place, words: readonly string[]): string =>
  execFileSync(process.execPath, [program, ...words], { env, encoding: 'utf8' })

/** Lets the server of a release be used, and ends it. */
async function serve<T>({ program }: Release, { env }: Place, use: (endpoint: string) => Promise<T>) {
  const server = spawn(process.execPath, [program, 'server'], { env, stdio: ['ignore', 'pipe', 'ignore'] })
  const closed = once(server, 'close')
  let output = ''
  server.stdout.on('data', (chunk) => {
    output += String(chunk)
  })
  while (!output.includes('Keyhaven is ready')) await Promise.race([once(server.stdout, 'data'), closed])
  try {
    const [, port] = /https:\/\/127\.0\.0\.1:(\d+)/.exec(output) ?? []
    return await use(`https://localhost:${port}`)
  } finally {
    server.kill('SIGTERM')
    await closed
  }
}

async function makeFixture(release: Release, engine: string, store: string | undefined, work: string): Promise<void> {
  const folder = join(work, `schema-${release.schema}-${engine}`)
  mkdirSync(folder)
  const place = placeIn(folder, store)
  const printed = run(release, place, ['init'])
  const { accessKeyId, accessKeySecret } = printedAccessKey(printed)
  const written = await serve(release, place, (endpoint) =>
    writeEverything(
      { endpoint, caFile: join(folder, 'data/tls/ca.pem') },
      { accessKeyId, accessKeySecret },
      release.schema,
    ),
  )
  writeFileSync(join(folder, 'written.json'), JSON.stringify(written))
  // the first release that could make one
  if (release.schema >= 5) run(release, place, ['backup', join(folder, 'backup')])
  if (store !== undefined) {
    const dump = execFileSync('pg_dump', ['--inserts', '--no-owner', '--no-privileges', store], { encoding: 'utf8' })
    // words to psql, which nobody else understands
    writeFileSync(join(folder, 'dump.sql'), dump.replaceAll(/^\\.*\n/gm, ''))
  }
  const packed = join(work, `packed-${release.schema}-${engine}`)
  mkdirSync(join(packed, 'data'), { recursive: true })
  const ofDeployment = ['data/keyhaven.db', 'data/audit', 'data/tls', 'root.key', 'written.json', 'dump.sql', 'backup']
  for (const path of ofDeployment.filter((path) => existsSync(join(folder, path))))
    cpSync(join(folder, path), join(packed, path), { recursive: true })
  const file = join(import.meta.dirname, `schema-${release.schema}-${engine}.tar.gz`)
  execFileSync('tar', ['czf', file, '-C', packed, '.'])
  console.log(`${file}: ${written.asked.length} questions`)
}

const work = mkdtempSync(join(tmpdir(), 'keyhaven-fixtures-'))
for (const [schema, commit] of Object.entries(releases)) {
  if (values.schema !== undefined && values.schema !== schema) continue
  const release = checkOut(Number(schema), commit, join(work, `release-${schema}`))
  await makeFixture(release, 'sqlite', undefined, work)
  if (values.postgres === undefined) continue
  const name = `keyhaven_schema_${schema}`
  const admin = new pg.Client(values.postgres)
  await admin.connect()
  await admin.query(`drop database if exists ${name}`)
  await admin.query(`create database ${name}`)
  await admin.end()
  const store = new URL(values.postgres)
  store.pathname = name
  await makeFixture(release, 'postgres', store.href, work)
}
rmSync(work, { recursive: true })
