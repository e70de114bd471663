import { createReadStream } from 'node:fs'
import { type FileHandle, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { isAuthentic } from '../../core/sealing/authentic-record.ts'
import {
  type Deployment,
  decodeDeployment,
  deploymentKind,
  deploymentOf,
  deploymentRecordId,
} from '../../core/sealing/deployment.ts'
import { Keyring } from '../../core/sealing/keyring.ts'
import type { Seal } from '../../core/sealing/seal.ts'
import { unsealStored } from '../../core/sealing/unseal.ts'
import { encodeBase64 } from '../../crypto/base64.ts'
import { randomBytes } from '../../crypto/random.ts'
import { newestSchema } from '../../store/migrations/migrate.ts'
import { readSnapshot, type Snapshot } from '../../store/snapshot.ts'
import { checkpointVerifier, splitNotes } from '../audit/checkpoint.ts'
import { segmentsAmong } from '../audit/folder.ts'
import { handedOverFile } from '../audit/handed-over.ts'
import { checkpointsFile, publicKeyFile } from '../audit/state.ts'
import { ConfigError } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { syncFolder } from '../files/sync-folder.ts'
import { storeOptions } from '../store/open-configured-store.ts'
import { archiveKey, type Entry, encodeHeader, encodeRecord, sealEntries } from './archive.ts'

export interface BackupOptions {
  readonly config: Config
  readonly file: string
  readonly now: Date
  /** opens the deployment */
  seal(deployment: Deployment): Promise<Seal>
  tell(progress: { readonly done: number; readonly total: number }): void
}

export interface Written {
  readonly records: number
  readonly auditRecords: number
  /** records that were not what this deployment wrote; they are in the backup as they are */
  readonly altered: number
}

const pageSize = 500

/**
 * Writes a backup of everything that a deployment consists of, as it is at one moment, while a server goes on using it.
 * Its file appears once it is whole.
 *
 * @throws ConfigError, StoreUnusable, UnsealFailure
 */
export async function writeBackup(options: BackupOptions): Promise<Written> {
  const { config, file, seal } = options
  return readSnapshot(storeOptions(config), async (snapshot) => {
    const stored = await snapshot.get(deploymentKind, deploymentRecordId)
    if (!stored) throw new ConfigError(`${resolve(config.data)} holds no deployment`)
    const deployment = deploymentOf(decodeDeployment(stored))
    if (deployment.mode === 'development') throw new ConfigError('a development deployment is not backed up')
    const keyring = new Keyring()
    keyring.unseal(await unsealStored(stored, await seal(deployment)))
    await using held = new AsyncDisposableStack()
    const audit = await auditLog(join(config.data, 'audit'), snapshot, held)
    const counts = { records: 0, altered: 0 }
    const header = encodeHeader({
      ...{ format: 1, createdAt: options.now.toISOString(), id: encodeBase64(randomBytes(16)), schema: newestSchema },
      ...{ deployment: stored, origin: audit.origin },
    })
    const entries = entriesOf(recordLines(snapshot, keyring, options, counts), audit, join(config.data, 'tls'))
    const key = archiveKey(keyring.derive('backup'), header)
    const facts = () => ({ records: counts.records, auditRecords: audit.size })
    await writeFile(file, header, sealEntries(key, entries, facts))
    return { ...counts, auditRecords: audit.size }
  })
}

async function* entriesOf(records: AsyncIterable<Uint8Array>, audit: AuditCopy, tls: string): AsyncGenerator<Entry> {
  yield { path: 'records', content: records }
  for (const name of (await namesIn(tls)).filter((name) => /^[a-z-]+\.(?:pem|sealed)$/.test(name)))
    yield { path: `tls/${name}`, content: createReadStream(join(tls, name)) }
  yield* audit.entries()
}

async function* recordLines(
  snapshot: Snapshot,
  keyring: Keyring,
  { tell }: BackupOptions,
  counts: { records: number; altered: number },
): AsyncGenerator<Uint8Array> {
  for (let after = 0; ; ) {
    const { records, position, end } = await snapshot.scan(after, pageSize)
    if (records.length === 0) return
    counts.records += records.length
    counts.altered += records.filter((record) => record.kind !== deploymentKind && !isAuthentic(keyring, record)).length
    yield Buffer.from(records.map((record) => `${encodeRecord(record)}\n`).join(''))
    after = position
    tell({ done: position, total: end })
  }
}

interface AuditCopy {
  /** name of the log, if there is one */
  readonly origin: string | undefined
  /** records that the database knows to have been signed */
  readonly size: number
  entries(): AsyncGenerator<Entry>
}

/**
 * The audit log is read after the database, so it goes at least as far. Of its checkpoints those are taken that the
 * database of the moment knows of: more would say that the database is an older copy.
 */
async function auditLog(folder: string, snapshot: Snapshot, held: AsyncDisposableStack): Promise<AuditCopy> {
  const names = await namesIn(folder)
  if (!names.includes(publicKeyFile)) return { origin: undefined, size: 0, async *entries() {} }
  const publicKey = await readFile(join(folder, publicKeyFile), 'utf8')
  const { origin } = checkpointVerifier(publicKey)
  const anchor = await snapshot.get('audit-log', origin)
  // Open, what is handed over meanwhile can be read all the same.
  const segments = await openSegments(folder, held)
  const size = Number(anchor ? JSON.parse(anchor.body).size : 0)
  return {
    origin,
    size,
    async *entries() {
      yield { path: `audit/${publicKeyFile}`, content: one(publicKey) }
      for (const name of [checkpointsFile, handedOverFile]) {
        const notes = splitNotes(await readFile(join(folder, name), 'utf8').catch(() => ''))
        const known = notes.filter((note) => Number(note.split('\n', 2)[1]) <= size)
        yield { path: `audit/${name}`, content: one(known.map((note) => `\n${note}\n`).join('')) }
      }
      for (const { name, file } of segments) {
        const { size: bytes } = await file.stat()
        const content = bytes === 0 ? one('') : file.createReadStream({ start: 0, end: bytes - 1, autoClose: false })
        yield { path: `audit/${name}`, content }
      }
    },
  }
}

interface OpenedSegment {
  readonly name: string
  readonly file: FileHandle
}

async function openSegments(folder: string, held: AsyncDisposableStack): Promise<readonly OpenedSegment[]> {
  const opened: OpenedSegment[] = []
  for (const name of segmentsAmong(await namesIn(folder))) {
    const file = await open(join(folder, name), 'r').catch((error: NodeJS.ErrnoException) => {
      // handed over since it was listed
      if (error.code !== 'ENOENT') throw error
    })
    if (file) opened.push({ name, file: held.use(file) })
  }
  return opened
}

async function* one(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort()
}

async function writeFile(file: string, header: Uint8Array, sealed: AsyncIterable<Uint8Array>): Promise<void> {
  const handle = await open(`${file}.new`, 'w', 0o600).catch((cause: NodeJS.ErrnoException) => {
    throw new ConfigError(`${file} cannot be written (${cause.code})`)
  })
  try {
    await handle.write(header)
    for await (const chunk of sealed) await handle.write(chunk)
    await handle.sync()
  } catch (error) {
    await rm(`${file}.new`, { force: true })
    throw error
  } finally {
    await handle.close()
  }
  await rename(`${file}.new`, file)
  await syncFolder(dirname(resolve(file)))
}
