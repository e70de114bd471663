/**
 * Migrates a database, and kills itself (kill -9) when a statement has been carried out that has a text in it.
 *
 *     node test/upgrade/killed-migration.ts '{"engine":"sqlite","path":"…"}' 'create table "happened"'
 *
 * Ends with 0 when there is no such statement.
 */
import { Kysely } from 'kysely'
import { migrate } from '../../src/store/migrations/migrate.ts'
import { openEngine } from '../../src/store/open-store.ts'
import type { Tables } from '../../src/store/schema.ts'

const [store = '', moment = ''] = process.argv.slice(2)
const engine = await openEngine(JSON.parse(store))
const database = new Kysely<Tables>({
  dialect: engine.dialect,
  log({ query }) {
    if (query.sql.includes(moment)) process.kill(process.pid, 'SIGKILL')
  },
})
await migrate(database, engine)
await database.destroy()
