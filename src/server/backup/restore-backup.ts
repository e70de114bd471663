import { existsSync, readdirSync } from 'node:fs'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { isAuthentic, rekeyed } from '../../core/sealing/authentic-record.ts'
import { type Deployment, decodeDeployment, deploymentKind, deploymentRecordId } from '../../core/sealing/deployment.ts'
import type { Seal } from '../../core/sealing/seal.ts'
import type { StoredRecord } from '../../core/store.ts'
import type { StoreOptions } from '../../store/open-store.ts'
import { restoreRecords } from '../../store/restore-records.ts'
import { readSnapshot } from '../../store/snapshot.ts'
import { splitNotes } from '../audit/checkpoint.ts'
import { ConfigError } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { syncFolder } from '../files/sync-folder.ts'
import { storeOptions } from '../store/open-configured-store.ts'
import type { Manifest } from './archive.ts'
import { type Backup, filesIn, openBackup, recordsIn } from './open-backup.ts'

export interface RestoreOptions {
  readonly config: Config
  readonly file: string
  readonly now: Date
  /** that something newer is known and will be lost */
  readonly acceptRollback: boolean
  seal(deployment: Deployment): Promise<Seal>
}

export interface Restored extends Manifest {
  readonly deploymentId: string
  /** when the backup was made, UTC */
  readonly createdAt: string
}

/**
 * Makes of a backup the deployment that it was, in a data directory and a database that are empty. It is written beside
 * and renamed: until then there is nothing.
 *
 * @throws ConfigError, StoreUnusable, UnsealFailure
 */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { config, file, seal } = options
  const data = resolve(config.data)
  const backup = await openBackup(file, seal)
  await requireEmpty(data, config, backup)
  await requireNothingNewer(options, backup)
  const beside = `${data}.restoring`
  await rm(beside, { recursive: true, force: true })
  await mkdir(beside, { recursive: true, mode: 0o700 })
  let manifest: Manifest | undefined
  const finish = async (): Promise<void> => {
    manifest = await filesIn(backup.entries, (path) => newFile(join(beside, path)))
    if (isOwnFile(config)) return
    // the database counts only if this succeeds
    await takePlace(beside, data)
  }
  try {
    await restoreRecords(targetOf(config, beside), altered(backup, options), finish)
    if (isOwnFile(config)) await takePlace(beside, data)
  } catch (error) {
    await rm(beside, { recursive: true, force: true })
    throw error
  }
  if (!manifest) throw new Error('a backup ended without a manifest')
  const { createdAt } = backup.header
  return { ...manifest, deploymentId: backup.deployment.deploymentId, createdAt }
}

/** The database is a file of the data directory. */
const isOwnFile = (config: Config): boolean => config.store === undefined

const targetOf = (config: Config, beside: string): StoreOptions =>
  isOwnFile(config) ? { engine: 'sqlite', path: join(beside, 'keyhaven.db') } : storeOptions(config)

async function takePlace(beside: string, data: string): Promise<void> {
  await rename(beside, data)
  await syncFolder(dirname(data))
}

async function newFile(path: string) {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const handle = await open(path, 'wx', path.endsWith('.pem') && !path.endsWith('key.pem') ? 0o644 : 0o600)
  return {
    write: async (bytes: Uint8Array): Promise<void> => void (await handle.write(bytes)),
    async close(): Promise<void> {
      await handle.sync()
      await handle.close()
    },
  }
}

/** What the audit log is told at the next start: that it was restored, and from what. */
async function* altered(
  { entries, keyring, header }: Backup,
  { config, now }: RestoreOptions,
): AsyncGenerator<readonly StoredRecord[]> {
  const at = now.toISOString()
  const problem = `restored as it was at ${header.createdAt}`
  const loss = { at, reason: 'restored from a backup', problem }
  const isShared = storeOptions(config).engine === 'postgres'
  const noted = (record: StoredRecord): StoredRecord => {
    if (record.kind !== 'audit-log' || !isAuthentic(keyring, record)) return record
    const anchor = JSON.parse(record.body)
    const isOwn = record.id === header.origin
    // the logs of other servers are theirs; a single server has none but its own
    if (!isOwn && (isShared || anchor.givenUp)) return record
    const body = JSON.stringify({ ...anchor, [isOwn ? 'accepted' : 'givenUp']: loss })
    return rekeyed(keyring, { ...record, revision: record.revision + 1, body })
  }
  for await (const records of recordsIn(entries)) yield records.map(noted)
}

/** @throws ConfigError that says which deployment is there, and which of the two is older */
async function requireEmpty(data: string, config: Config, { deployment, header }: Backup): Promise<void> {
  if (!existsSync(data) || readdirSync(data).length === 0) return
  const found = await livingDeployment(config).catch(() => undefined)
  if (found?.deploymentId !== deployment.deploymentId)
    throw new ConfigError(`${data} is not empty: restore into a new data directory`)
  throw new ConfigError(
    `${data} holds this very deployment, with ${found.records} records in its database; the backup is of ${header.createdAt} and would be a clone beside it. Stop its server and move the directory away first`,
  )
}

async function livingDeployment(config: Config): Promise<{ deploymentId: string; records: number } | undefined> {
  return readSnapshot(storeOptions(config), async (snapshot) => {
    const stored = await snapshot.get(deploymentKind, deploymentRecordId)
    const { end } = await snapshot.scan(0, 1)
    return stored && { deploymentId: decodeDeployment(stored).deploymentId, records: end }
  })
}

/**
 * Where checkpoints of the log are kept in a second place, they say how far it had come.
 * @throws ConfigError when that is farther than the backup
 */
async function requireNothingNewer(options: RestoreOptions, { header, deployment }: Backup): Promise<void> {
  const place = options.config.auditCheckpointFile
  if (place === undefined || options.acceptRollback) return
  const notes = splitNotes(await readFile(place, 'utf8').catch(() => ''))
  const sizes = notes.map((note) => note.split('\n')).filter(([origin]) => origin === header.origin)
  const newest = Math.max(0, ...sizes.map(([, size]) => Number(size)))
  const known = await anchorSize(options, header.origin)
  if (newest <= known) return
  throw new ConfigError(
    `the backup of ${header.createdAt} is older than what ${place} knows: ${newest} audit records of ${deployment.deploymentId}, of which it has ${known}. --accept-rollback restores it all the same`,
  )
}

/** How far the audit log had come by the database of the backup. */
async function anchorSize({ file, seal }: RestoreOptions, origin: string | undefined): Promise<number> {
  const { entries } = await openBackup(file, seal)
  let size = 0
  for await (const records of recordsIn(entries))
    for (const { kind, id, body } of records) if (kind === 'audit-log' && id === origin) size = JSON.parse(body).size
  return size
}
