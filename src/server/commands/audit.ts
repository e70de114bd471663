import { join } from 'node:path'
import { type Accepted, acceptLoss } from '../audit/accept-loss.ts'
import { chainSeal } from '../audit/chain-seal.ts'
import { checkpointVerifier } from '../audit/checkpoint.ts'
import { auditFolder } from '../audit/folder.ts'
import type { Verification } from '../audit/verified-chain.ts'
import { type AuditFiles, verifyWithRootKey } from '../audit/verify.ts'
import { ConfigError, loadConfig } from '../config/load.ts'
import { lockFolder } from '../files/lock.ts'
import { mainError, type ServerIo } from './io.ts'
import { requireDatabase } from './operating.ts'
import { openDeployment } from './root-key.ts'

/**
 * `keyhaven audit verify --with-root-key`
 *
 * @param flags - settings of the server
 */
export async function verifyCommand(flags: readonly string[], files: AuditFiles, io: ServerIo): Promise<Verification> {
  const { config } = loadConfig(flags, io.env)
  requireDatabase(config)
  await using deployment = await openDeployment(config, io)
  const { anchors, chainKey } = deployment.auditKeys
  const { origin } = checkpointVerifier(files.publicKey)
  return await verifyWithRootKey(files, {
    seal: chainSeal(await chainKey(origin)),
    findAnchor: () => anchors.get(origin),
  })
}

/**
 * `keyhaven audit accept-loss`
 *
 * @param flags - settings of the server
 * @throws ConfigError when nothing is wrong with the log, or a server is running
 */
export async function acceptLossCommand(flags: readonly string[], reason: string, io: ServerIo): Promise<Accepted> {
  const { config } = loadConfig(flags, io.env)
  requireDatabase(config)
  await using held = new AsyncDisposableStack()
  try {
    held.adopt(lockFolder(config.data), (lock) => lock.release())
    const { auditKeys } = held.use(await openDeployment(config, io))
    const folder = held.adopt(await auditFolder(join(config.data, 'audit')), (open) => open.release())
    const interval = { records: config.auditCheckpointRecords, seconds: config.auditCheckpointSeconds }
    const checkpointFile = config.auditCheckpointFile
    const accepted = await acceptLoss({ folder, interval, checkpointFile, reason, now: new Date() }, auditKeys)
    if (!accepted) throw new ConfigError('the audit log is what was written: there is no loss to accept')
    return accepted
  } catch (error) {
    throw mainError(error)
  }
}
