import { hash } from 'node:crypto'
import { existsSync, readdirSync, renameSync } from 'node:fs'
import { AuditDamaged } from './damage.ts'
import type { AuditFolder } from './folder.ts'
import { recover } from './recover.ts'
import { type LogKeys, prove } from './signing.ts'
import type { CheckpointInterval } from './uncovered.ts'

interface AcceptOptions {
  readonly folder: AuditFolder
  readonly interval: CheckpointInterval
  readonly checkpointFile?: string | undefined
  readonly reason: string
  readonly now: Date
}

export interface Accepted {
  /** what was found */
  readonly problem: string
  /** where the files of the former log are now; `undefined`: there were none, or the log goes on */
  readonly setAside: string | undefined
  /** name of the log that goes on */
  readonly origin: string
}

/**
 * An operator's word that a loss is known. The store keeps what was lost and why, and the log that goes on says so
 * itself, with its first record under the key.
 *
 * @returns `undefined` when nothing is wrong
 * @throws AuditDamaged when the store itself has to be mended first
 */
export async function acceptLoss(options: AcceptOptions, keys: LogKeys): Promise<Accepted | undefined> {
  const damage = await damageOf(options, keys)
  if (damage === undefined) return undefined
  if (damage.part === 'row') throw damage
  return damage.part === 'store' ? await goOn(options, keys, damage) : await beginAnew(options, keys, damage)
}

async function damageOf(options: AcceptOptions, keys: LogKeys): Promise<AuditDamaged | undefined> {
  try {
    const { end } = await recover(options.folder, options.checkpointFile)
    await prove({ ...options, end }, keys)
    return undefined
  } catch (error) {
    if (error instanceof AuditDamaged) return error
    throw error
  }
}

/** The log is whole: what it says counts again. */
async function goOn(
  { folder, reason, now }: AcceptOptions,
  { anchors }: LogKeys,
  damage: AuditDamaged,
): Promise<Accepted> {
  const { origin = '', tree } = await recover(folder)
  const at = now.toISOString()
  const root = Buffer.from(tree.root()).toString('base64')
  await anchors.keep({ origin, size: tree.size, root, at, accepted: { at, reason, problem: damage.message } })
  return { problem: damage.message, setAside: undefined, origin }
}

/** What is left of the former log is evidence; a new one begins with the next start. */
async function beginAnew(
  { folder, reason, now }: AcceptOptions,
  { anchors }: LogKeys,
  damage: AuditDamaged,
): Promise<Accepted> {
  const former = await recover(folder).then(
    (found) => found.origin,
    () => undefined,
  )
  const origin = await anchors.newOrigin()
  const setAside = setFolderAside(folder.path, now)
  const loss = { at: now.toISOString(), reason, problem: damage.message }
  await anchors.giveUp(former, loss, { origin, size: 0, root: emptyRoot, at: loss.at, accepted: loss })
  return { problem: damage.message, setAside, origin }
}

function setFolderAside(path: string, now: Date): string | undefined {
  if (!existsSync(path) || readdirSync(path).length === 0) return undefined
  const target = `${path}-${now.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`
  renameSync(path, target)
  return target
}

/** RFC 6962 §2.1: of no records */
const emptyRoot = hash('sha256', '', 'base64')
