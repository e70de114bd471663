import type { FindTarget } from '../core/rotation-target.ts'
import type { DatabaseOptions } from './database-place.ts'
import { type DatabaseEngine, databaseTarget } from './database-target.ts'
import { hookTarget } from './hook-target.ts'
import { askHook, type Hook } from './hooks.ts'
import { mysql } from './mysql.ts'
import { postgres } from './postgres.ts'

export interface TargetOptions extends DatabaseOptions {
  /** by name; secrets name theirs as CustomData.Hook */
  readonly hooks: ReadonlyMap<string, Hook>
  readonly now: () => Date
}

const engines: ReadonlyMap<string, DatabaseEngine> = new Map([
  ['postgresql', postgres],
  ['mysql', mysql],
  ['mariadb', mysql],
])

/**
 * Finds what rotates a secret: the hook that it names, else for accounts of a database the database itself.
 * A secret names what the operator has configured and nothing else.
 */
export const findTarget =
  (options: TargetOptions): FindTarget =>
  ({ secretType, config, hook: named }) => {
    const custom = (config.CustomData ?? {}) as Readonly<Record<string, unknown>>
    const name = named ?? (typeof custom.Hook === 'string' ? custom.Hook : undefined)
    if (name !== undefined) {
      const hook = options.hooks.get(name)
      return hook && hookTarget(askHook(hook, options.now), options.randomBytes)
    }
    const engine = engines.get(String(config.DBType ?? custom.Engine ?? 'PostgreSQL').toLowerCase())
    const isDatabase = secretType === 'Rds' || secretType === 'PolarDB'
    return isDatabase && engine ? databaseTarget(engine, options) : undefined
  }
