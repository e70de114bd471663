import { isAuthentic } from '../../core/sealing/authentic-record.ts'
import { type Deployment, deploymentKind } from '../../core/sealing/deployment.ts'
import type { Seal } from '../../core/sealing/seal.ts'
import { SealedRecords } from '../../core/sealing/sealed-records.ts'
import { randomBytes } from '../../crypto/random.ts'
import { openStore } from '../../store/open-store.ts'
import { Anchors } from '../audit/anchor.ts'
import { chainSeal } from '../audit/chain-seal.ts'
import type { Verification } from '../audit/verified-chain.ts'
import type { Manifest } from './archive.ts'
import { AuditReading } from './audit-reading.ts'
import { type FileSink, filesIn, openBackup, recordsIn } from './open-backup.ts'

export interface Verified extends Manifest {
  readonly deployment: Deployment
  readonly createdAt: string
  /** records that were not what the deployment wrote when the backup was made */
  readonly altered: number
  /** of the audit log; undefined when it had none */
  readonly audit: Verification | undefined
}

/**
 * Reads a whole backup, and looks whether it is what was written, whether its records are what the deployment wrote, and
 * whether its audit log is whole.
 *
 * @throws ConfigError, UnsealFailure
 */
export async function verifyBackup(file: string, seal: (deployment: Deployment) => Promise<Seal>): Promise<Verified> {
  const { header, deployment, keyring, keys, entries } = await openBackup(file, seal)
  await using held = new AsyncDisposableStack()
  const store = held.adopt(await openStore({ engine: 'sqlite', path: ':memory:' }), (open) => open.close())
  let altered = 0
  for await (const records of recordsIn(entries)) {
    altered += records.filter((record) => record.kind !== deploymentKind && !isAuthentic(keyring, record)).length
    const needed = records.filter(({ kind }) => keptKinds.has(kind))
    await store.commit(needed.map((record) => ({ type: 'insert', record })))
  }
  const records = new SealedRecords({ store, randomBytes })
  records.keyring.unseal(keys)
  const anchors = new Anchors({ records, sealing: records.sealing, node: '', origin: '', isShared: false })
  const { origin } = header
  const audit = origin === undefined ? undefined : await auditReading(origin, anchors)
  const manifest = await filesIn(entries, (path) => audit?.sink(path) ?? ignored)
  return { ...manifest, deployment, createdAt: header.createdAt, altered, audit: audit?.finish() }
}

const ignored: FileSink = { write: () => {}, close: () => {} }

/** What the audit log is authenticated with, and what that is sealed under. */
const keptKinds: ReadonlySet<string> = new Set([deploymentKind, 'kek', 'audit-log'])

async function auditReading(origin: string, anchors: Anchors): Promise<AuditReading> {
  return new AuditReading(chainSeal(await anchors.chainKey(origin)), await anchors.get(origin))
}
