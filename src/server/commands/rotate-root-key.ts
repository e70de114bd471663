import { resolve } from 'node:path'
import { readDeployment } from '../../core/sealing/deployment.ts'
import type { RotationProgress } from '../../core/sealing/rotate-root-key.ts'
import { unseal } from '../../core/sealing/unseal.ts'
import { randomBytes } from '../../crypto/random.ts'
import { Anchors } from '../audit/anchor.ts'
import { anchorsOptions } from '../audit/log-keys.ts'
import { loadConfig } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { openCore } from '../core.ts'
import { askOperator, isServerRunning } from '../operator/client.ts'
import { RootKeyRotation } from '../root-key/root-key-rotation.ts'
import { sealOfSecret } from '../root-key/root-secret.ts'
import { settingsHelp } from './help.ts'
import { mainError, type ServerIo } from './io.ts'
import { holdStore, presentSecret } from './operating.ts'
import { progressOn } from './progress.ts'
import { warningsTo } from './warnings.ts'

const usage = `Usage: keyhaven rotate-root-key [settings]

Makes a new root key and puts everything under it, while the server goes on answering, or without one. The settings say
how the deployment opens, as for "keyhaven server"; the root secret stays what it is. Cut off at any moment, it goes on
with the next start of a server, or when this is called again. When it says so, the former root key is gone: whoever
took a copy of it, or of an older database with its secret, opens nothing that is here.`

interface Result {
  readonly rekeyed: number
  readonly altered: number
  readonly rootKeyVersion: number
}

/**
 * `keyhaven rotate-root-key`
 *
 * @returns the exit status
 * @throws Error whose message is the one line to print
 */
export async function rotateRootKeyCommand(flags: readonly string[], io: ServerIo): Promise<number> {
  const { config, switches } = loadConfig(flags, io.env, ['help'])
  if (switches.help) {
    io.stdout.write(settingsHelp(usage, { help: 'print this and end' }))
    return 0
  }
  try {
    const tell = progressOn(io, 'Putting records under the new root key')
    const { rekeyed, altered, rootKeyVersion } = (await isServerRunning(config.data))
      ? await rotateOnline(config, io, tell)
      : await rotateOffline(config, io, tell)
    if (altered > 0)
      io.stderr.write(`${altered} records are not what was written and were left as they are: see the log.\n`)
    io.stdout.write(
      `Root key ${rootKeyVersion} has taken over ${resolve(config.data)} (${rekeyed} records); the former one is gone.\n`,
    )
    return 0
  } catch (error) {
    throw mainError(error)
  }
}

async function rotateOnline(config: Config, io: ServerIo, tell: (progress: RotationProgress) => void): Promise<Result> {
  const status = await askOperator(config.data, { command: 'status' })
  const mode = status.mode === 'development' ? 'development' : 'production'
  const { kind, secret } = await presentSecret({ mode, seal: String(status.seal) }, config, io)
  const answer = await askOperator(config.data, { command: 'rotate-root-key', kind, secret }, tell)
  return {
    rekeyed: Number(answer.rekeyed),
    altered: Number(answer.altered),
    rootKeyVersion: Number(answer.rootKeyVersion),
  }
}

async function rotateOffline(
  config: Config,
  io: ServerIo,
  tell: (progress: RotationProgress) => void,
): Promise<Result> {
  await using held = await holdStore(config, io)
  const { store, deployment } = held
  const seal = sealOfSecret(await presentSecret(deployment, config, io))
  const now = () => new Date()
  const log = warningsTo(io)
  const onTampering = (kind: string, id: string): void =>
    log.write('error', 'a stored record is not what was written', { path: `${kind}/${id}` })
  const core = openCore({ store, config, accountId: deployment.accountId, now, onTampering })
  core.keyring.unseal(await unseal(store, seal))
  const anchors = new Anchors(anchorsOptions(core.kms, config, deployment))
  // the audit log is the server's; its next record says which root key it has
  const event = async (): Promise<void> => {}
  const rotation = new RootKeyRotation({ ...core, store, randomBytes, now, anchors, log, event, onTampering })
  const outcome = await rotation.run(seal, tell)
  return { ...outcome, rootKeyVersion: (await readDeployment(store))?.rootKeyVersion ?? 0 }
}
