import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Deployment } from '../../core/sealing/deployment.ts'
import type { Seal } from '../../core/sealing/seal.ts'
import { restoreBackup } from '../backup/restore-backup.ts'
import { type Verified, verifyBackup } from '../backup/verify-backup.ts'
import { writeBackup } from '../backup/write-backup.ts'
import { ConfigError, loadConfig } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { askOperator, isServerRunning } from '../operator/client.ts'
import { sealOfSecret } from '../root-key/root-secret.ts'
import { settingsHelp } from './help.ts'
import { mainError, type ServerIo } from './io.ts'
import { presentSecret, requireDatabase } from './operating.ts'
import { progressOn } from './progress.ts'

const help = { help: 'print this and end' }
const usage = `Usage: keyhaven backup <file> [settings]
       keyhaven backup verify <file> [settings]

Writes a backup of the deployment: its records, audit log and TLS folder as they are at one moment, while a server goes on
answering. It is sealed under the root key: the root secret of now opens it, and nothing else does. The settings say how
the deployment opens, as for "keyhaven server"; a passphrase that they do not name is asked for.
verify reads all of a backup, and looks whether its records and its audit log are what the deployment wrote.`

/**
 * `keyhaven backup <file>` and `keyhaven backup verify <file>`
 *
 * @returns the exit status
 * @throws Error whose message is the one line to print
 */
export async function backupCommand(flags: readonly string[], io: ServerIo): Promise<number> {
  const { config, switches, words } = loadConfig(flags, io.env, ['help'], [], 2)
  if (switches.help) {
    io.stdout.write(settingsHelp(usage, help))
    return 0
  }
  const [first, second] = words
  try {
    if (first === 'verify') return await verify(config, requireFile(second), io)
    if (second !== undefined) throw new ConfigError(`too much was given: ${second}`, 'usage')
    return await write(config, requireFile(first), io)
  } catch (error) {
    throw mainError(error)
  }
}

async function write(config: Config, file: string, io: ServerIo): Promise<number> {
  requireDatabase(config)
  if (existsSync(file)) throw new ConfigError(`${file} is there already`)
  const tell = progressOn(io, 'Backing up records')
  const { records, auditRecords, altered } = await writeBackup({
    ...{ config, file, now: new Date(), seal: sealFrom(config, io), tell },
  })
  warnOfAltered(altered, io)
  await tellServer(config, resolve(file), io)
  io.stdout.write(`${resolve(file)}: ${records} records, and the audit log with ${auditRecords} signed records.\n`)
  return 0
}

/** The server of this data directory, if one runs, has it in its log and its audit log. */
async function tellServer({ data }: Config, file: string, io: ServerIo): Promise<void> {
  if (!(await isServerRunning(data))) return
  await askOperator(data, { command: 'backup-made', file }).catch((error: unknown) => {
    io.stderr.write(`The server does not note it: ${error instanceof Error ? error.message : error}\n`)
  })
}

async function verify(config: Config, file: string, io: ServerIo): Promise<number> {
  const found = await verifyBackup(file, sealFrom(config, io))
  const { deployment, createdAt, records, audit, altered } = found
  warnOfAltered(altered, io)
  for (const { file: place, line, problem } of audit?.faults ?? [])
    io.stderr.write(`${place} line ${line}: ${problem}\n`)
  if (altered > 0 || (audit?.faults.length ?? 0) > 0)
    throw new ConfigError(`${file} is what was backed up, but that was not what the deployment wrote`)
  io.stdout.write(
    `${resolve(file)} is whole: deployment ${deployment.deploymentId} at ${createdAt}, ${records} records, ${auditOf(found)}.\n`,
  )
  return 0
}

const auditOf = ({ audit }: Verified): string =>
  audit === undefined ? 'without an audit log' : `an audit log of ${audit.records} records`

function warnOfAltered(altered: number, io: ServerIo): void {
  if (altered > 0)
    io.stderr.write(`${altered} records are not what the deployment wrote; they are in the backup as they are.\n`)
}

const restoreSwitches = { ...help, 'accept-rollback': 'restore although something newer is known' }
const restoreUsage = `Usage: keyhaven restore <file> --data <new data directory> [settings]

Makes of a backup the deployment that it was, in a data directory and a database that are empty. The settings say how it
opened when the backup was made. It is written beside and renamed: cut off, nothing has been restored.
With --audit-checkpoint-file it is refused when the checkpoints there know more of the audit log than the backup does.`

/**
 * `keyhaven restore <file>`
 *
 * @returns the exit status
 * @throws Error whose message is the one line to print
 */
export async function restoreCommand(flags: readonly string[], io: ServerIo): Promise<number> {
  const { config, switches, words } = loadConfig(flags, io.env, Object.keys(restoreSwitches), [], 1)
  if (switches.help) {
    io.stdout.write(settingsHelp(restoreUsage, restoreSwitches))
    return 0
  }
  try {
    const acceptRollback = switches['accept-rollback'] === true
    const restored = await restoreBackup({
      ...{ config, file: requireFile(words[0]), now: new Date(), acceptRollback, seal: sealFrom(config, io) },
    })
    io.stdout.write(
      `Restored to ${resolve(config.data)}: deployment ${restored.deploymentId} as it was at ${restored.createdAt}, ${restored.records} records, the audit log up to record ${restored.auditRecords} and what was written since. Nothing later is in it. Make sure that its former server never runs again.\n`,
    )
    return 0
  } catch (error) {
    throw mainError(error)
  }
}

/** Asked once, however often it is needed. */
function sealFrom(config: Config, io: ServerIo): (deployment: Deployment) => Promise<Seal> {
  let seal: Promise<Seal> | undefined
  return (deployment) => {
    seal ??= presentSecret(deployment, config, io).then(sealOfSecret)
    return seal
  }
}

function requireFile(file: string | undefined): string {
  if (file === undefined) throw new ConfigError('a backup file has to be named', 'usage')
  return file
}
