import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import type { Written } from './written.ts'

/** A deployment as a former release left it. */
export interface Fixture {
  readonly schema: number
  readonly written: Written
  /** data directory; the database is in it unless it is in PostgreSQL */
  readonly data: string
  readonly keyFile: string
  /** that the release made of it, if it could */
  readonly backup: string
}

/** The schemas that there are fixtures of, in order. */
export const formerSchemas: readonly number[] = [
  ...new Set(
    readdirSync(import.meta.dirname).flatMap((name) => {
      const [, schema] = /^schema-(\d+)-\w+\.tar\.gz$/.exec(name) ?? []
      return schema === undefined ? [] : [Number(schema)]
    }),
  ),
].sort((first, second) => first - second)

/**
 * Unpacks a fixture into a folder.
 * @param url - of an empty PostgreSQL database, for the one that was in PostgreSQL
 */
export async function unpack(schema: number, folder: string, url: string | undefined): Promise<Fixture> {
  const engine = url === undefined ? 'sqlite' : 'postgres'
  execFileSync('tar', ['xzf', join(import.meta.dirname, `schema-${schema}-${engine}.tar.gz`), '-C', folder])
  if (url !== undefined) await ask(url, readFileSync(join(folder, 'dump.sql'), 'utf8'))
  const written: Written = JSON.parse(readFileSync(join(folder, 'written.json'), 'utf8'))
  const [data, keyFile, backup] = [join(folder, 'data'), join(folder, 'root.key'), join(folder, 'backup')]
  return { schema, written, data, keyFile, backup }
}

/** A database, to be looked at from outside. */
export interface Database {
  ask(statement: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** changes when a table, an index or a trigger is made anew, and not when rows do */
  shape(): Promise<unknown>
}

export function databaseOf({ data }: Pick<Fixture, 'data'>, url: string | undefined): Database {
  if (url !== undefined)
    return {
      ask: (statement) => ask(url, statement),
      shape: () =>
        ask(url, `select relname, oid from pg_class where relnamespace = 'public'::regnamespace order by relname`),
    }
  const inFile = async (statement: string) => {
    using database = new DatabaseSync(join(data, 'keyhaven.db'))
    return database.prepare(statement).all()
  }
  return { ask: inFile, shape: () => inFile('pragma schema_version') }
}

async function ask(url: string, statement: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query(statement)).rows ?? []
  } finally {
    await client.end()
  }
}
