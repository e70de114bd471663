import { join } from 'node:path'
import { buildConsole } from '../tools/build-console.ts'
import { unpackBrowser } from './chromium.ts'
import { makePostgresTemplate, type PostgresTemplate } from './postgres-programs.ts'

/*
 * What all files of `npm test` share, made once before the first of them (`node --test-global-setup`). A file that is run
 * alone does without.
 */
let postgres: PostgresTemplate | undefined

export async function globalSetup(): Promise<void> {
  // What one file has compiled the others need not: half of what most of them take. As bin/keyhaven.js does.
  process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '../../.node-compile-cache')
  postgres = makePostgresTemplate()
  Object.assign(process.env, postgres.variables)
  // Left where the next run finds them, too; several files that begin at once would get in each other's way.
  await buildConsole()
  await unpackBrowser()
}

export function globalTeardown(): void {
  postgres?.remove()
}
