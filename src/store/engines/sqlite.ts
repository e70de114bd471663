import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { MessagePort } from 'node:worker_threads'
import { type Kysely, type RawBuilder, type SqliteDatabase, SqliteDialect, type SqliteStatement, sql } from 'kysely'
import { carefulDialect } from '../careful-dialect.ts'
import type { Commits } from '../commits.ts'
import type { Engine } from '../engine.ts'
import type { Tables } from '../schema.ts'
import { isBusy, sqliteOutage, WriterEnded } from './sqlite-failures.ts'
import { emptyLog, filesOf, inMemory, locationOf, openDatabase, openToRead, requireInPlace } from './sqlite-file.ts'
import { SqliteWriter } from './sqlite-writer.ts'
import { WritingThread } from './writing-thread.ts'

export interface SqliteOptions {
  /** `:memory:` keeps everything in this process and forgets it at the end; there is no disk to wait for, so no thread */
  readonly path: string
  /** leads to the thread that writes for another event loop of this process, see {@link WritingThread.share} */
  readonly writer?: MessagePort
  /** somebody else may be writing, and nothing is to be changed */
  readonly isReader?: boolean
}

/**
 * Opens or makes a database file. The event loop has a connection that reads; a thread has one that commits.
 *
 * @throws StoreUnusable when it is no database, damaged, or its folder cannot be written
 */
export function sqliteEngine({ path, writer, isReader = false }: SqliteOptions): Engine {
  const database = isReader ? openToRead(path) : openDatabase(path)
  const files = isReader ? [] : filesOf(path)
  return {
    location: locationOf(path),
    isReader,
    dialect: carefulDialect(new SqliteDialect({ database: adapt(database) })),
    columnTypes: {
      position: sql`integer primary key autoincrement`,
      integer: sql`integer`,
      text: sql`text`,
      bytes: sql`blob`,
      keyedTable: sql`without rowid`,
      writesOneAtATime: true,
    },
    readInOneMoment,
    set: (values) => sql<never>`(select value from json_each(${JSON.stringify(values)}))`,
    indexEntriesAt: (position): RawBuilder<string | null> =>
      sql`(select json_group_array(json_array(name, value)) from record_indexes where position = ${position})`,
    // A transaction begins with the write lock (see `adapt`), which excludes every other.
    claim: async () => requireInPlace(files),
    // One connection writes at a time and reads what is stored before it does: nobody can be faster.
    isConflict: () => false,
    isMomentary: isBusy,
    // A commit that failed was rolled back, if there was somebody to hear of it.
    isUnclear: (error) => error instanceof WriterEnded,
    outage: sqliteOutage,
    commits: (kysely) =>
      path === inMemory ? commitsInPlace(kysely, database) : commitsInThread({ path, files, line: writer }, database),
  }
}

/** Kysely's own transactions take the write lock. */
function readInOneMoment<T>(database: Kysely<Tables>, work: (database: Kysely<Tables>) => Promise<T>): Promise<T> {
  return database.connection().execute(async (connection) => {
    await sql`begin deferred`.execute(connection)
    try {
      return await work(connection)
    } finally {
      await sql`commit`.execute(connection)
    }
  })
}

/** There is one connection, which whoever reads may be at: transactions of both would be one. */
function commitsInPlace(kysely: Kysely<Tables>, database: DatabaseSync): Commits {
  const alone = <T>(work: () => T): Promise<T> => kysely.connection().execute(async () => work())
  return new SqliteWriter({ database, files: [], alone })
}

function commitsInThread(
  options: ConstructorParameters<typeof WritingThread>[0],
  database: DatabaseSync,
): WritingThread {
  const thread = new WritingThread(options)
  // What a former process owed is done before anything is served; if somebody reads just now, the thread will see to it.
  if (!emptyLog(database)) thread.start()
  return thread
}

/**
 * `node:sqlite` in the shape Kysely's dialect expects. Statements are kept, since preparing one costs more than running
 * it. `begin` takes the write lock at once: a transaction that reads before it writes could otherwise not go on.
 */
function adapt(database: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>()
  return {
    close: () => database.close(),
    prepare(text) {
      const known = statements.get(text)
      if (known) return known
      if (statements.size >= 200) statements.clear()
      const statement = text === 'begin' ? beginning(database) : adaptStatement(database.prepare(text))
      statements.set(text, statement)
      return statement
    },
  }
}

/** A transaction that could not even be rolled back, as on a failing disk, must not be in the way of the next one. */
function beginning(database: DatabaseSync): SqliteStatement {
  const begin = adaptStatement(database.prepare('begin immediate'))
  return {
    ...begin,
    run(parameters) {
      if (database.isTransaction) database.exec('rollback')
      return begin.run(parameters)
    },
  }
}

const adaptStatement = (statement: StatementSync): SqliteStatement => ({
  reader: statement.columns().length > 0,
  all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
  run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
  iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
})
