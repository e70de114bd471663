import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { AuditRecord } from '../../src/core/audit.ts'
import { Anchors, type AnchorsOptions } from '../../src/server/audit/anchor.ts'
import { chainStart } from '../../src/server/audit/chain.ts'
import { chainSeal } from '../../src/server/audit/chain-seal.ts'
import { checkpointSigner } from '../../src/server/audit/checkpoint.ts'
import { type AuditFolder, auditFolder } from '../../src/server/audit/folder.ts'
import { encodeLine } from '../../src/server/audit/line.ts'
import { type FileAuditLog, openAuditLog } from '../../src/server/audit/log.ts'
import { MerkleTree } from '../../src/server/audit/merkle-tree.ts'
import type { AuditOptions } from '../../src/server/audit/options.ts'
import type { LogKeys } from '../../src/server/audit/signing.ts'
import { saveState } from '../../src/server/audit/state.ts'
import { type TestKms, testKms } from './kms.ts'

const testSeed = new Uint8Array(32).fill(7)
export const testSigner = checkpointSigner('keyhaven/test', testSeed)
const testChainKey = new Uint8Array(32).fill(8)
export const testSeal = chainSeal(testChainKey)

/** A folder that is removed after the test. */
export function temporaryFolder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'keyhaven-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

export interface AuditFixture {
  readonly path: string
  readonly folder: AuditFolder
  /** what was reported, in order */
  readonly reports: string[]
  /** the store that the log is known to */
  readonly store: TestKms
  /** the keys that a process would have, and what it would ask the store with */
  keys(options?: Partial<AnchorsOptions>): LogKeys
  /** as a process opens it whose seal is open */
  open(options?: Partial<AuditOptions>, keys?: LogKeys): Promise<FileAuditLog>
  /** as a process opens it that starts sealed */
  openSealed(options?: Partial<AuditOptions>): Promise<FileAuditLog>
}

export async function auditFixture(t: TestContext): Promise<AuditFixture> {
  const path = join(temporaryFolder(t), 'audit')
  const folder = await auditFolder(path)
  const store = await testKms()
  const reports: string[] = []
  const read = (options: Partial<AuditOptions> = {}) =>
    openAuditLog({
      folder,
      node: 'node-1',
      segmentBytes: 1 << 20,
      checkpointRecords: 1000,
      checkpointSeconds: 3600,
      writeTimeoutMs: 2000,
      retryMs: 5,
      reserveBytes: 0,
      now: () => new Date('2026-11-21T10:00:00Z'),
      report: {
        failed: (error) => reports.push(`failed: ${messageOf(error)}`),
        recovered: () => reports.push('recovered'),
        damaged: (error) => reports.push(`damaged: ${messageOf(error)}`),
        space: (state) => reports.push(`space: ${state}`),
        checkpointFailed: (error) => reports.push(`checkpoint failed: ${error}`),
        handOverFailed: (error) => reports.push(`hand-over failed: ${messageOf(error)}`),
        handedOver: (segment, to) => reports.push(`handed over: ${segment} to ${to}`),
        secondPlaceUnreadable: (error) => reports.push(`second place: ${messageOf(error)}`),
      },
      ...options,
    })
  const keys = (options: Partial<AnchorsOptions> = {}): LogKeys => {
    const { records } = store
    const { sealing } = records
    const own = { records, sealing, node: 'node-1', origin: testSigner.origin, isShared: false }
    const anchors = new Anchors({ ...own, ...options })
    return { seed: testSeed, chainKey: () => testChainKey, anchors }
  }
  return {
    ...{ path, folder, reports, store, keys },
    async open(options, given = keys()) {
      const log = await read(options)
      await log.startSigning(given)
      return log
    },
    async openSealed(options) {
      const log = await read(options)
      await log.begin()
      return log
    },
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export const auditRecord = (action = 'Encrypt', more: Partial<AuditRecord> = {}): AuditRecord => ({
  time: '2026-11-21T10:00:00.000Z',
  phase: 'response',
  gateway: 'openapi',
  action,
  requestId: '4bd560a1-729e-45f1-a3d9-b2a33d61046b',
  principal: 'acs:ram::1234567890123456:root',
  keyId: '1234abcd-12ab-34cd-56ef-12345678****',
  code: 'Success',
  status: 200,
  latencyMs: 1,
  ...more,
})

/**
 * Writes a log as versions did that had no key in it: an `AuditOpened` and so many more records, no MACs.
 *
 * @param signed - records that the last checkpoint covers; all unless given
 */
export async function formerLog(path: string, records: number, signed = records): Promise<void> {
  const tree = new MerkleTree()
  let end = chainStart
  let text = ''
  let offset = 0
  let bytes = 0
  mkdirSync(path, { recursive: true })
  const folder = await auditFolder(path)
  for (let seq = 1; seq <= Math.max(records, 1); seq++) {
    const opened: AuditRecord = { ...auditRecord('AuditOpened'), phase: 'event', gateway: 'internal' }
    const line = encodeLine(end.seq, end.hash, 'node-1', seq === 1 ? opened : auditRecord(`Action${seq}`))
    offset = bytes
    bytes += Buffer.byteLength(line.text) + 1
    text += `${line.text}\n`
    end = { seq: seq + 1, hash: line.hash }
    tree.append(Buffer.from(line.hash, 'base64'))
    if (seq !== 1 && seq !== signed) continue
    const note = testSigner.sign({ origin: testSigner.origin, size: tree.size, root: tree.root() })
    await folder.add('checkpoints', `\n${note}\n`)
    const state = { end, tree: new MerkleTree(tree.size, tree.subtrees), segment: '00000001.log', offset }
    await saveState(folder, state, note)
  }
  writeFileSync(join(path, '00000001.log'), text)
  writeFileSync(join(path, 'audit.pub'), `${testSigner.verifierKey}\n`)
  await folder.release()
}
