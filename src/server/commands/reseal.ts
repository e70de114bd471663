import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { changeSeal } from '../../core/sealing/change-seal.ts'
import type { Deployment } from '../../core/sealing/deployment.ts'
import { unseal } from '../../core/sealing/unseal.ts'
import { ConfigError, loadConfig } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { writeAtomically } from '../files/write-atomically.ts'
import { askOperator, isServerRunning } from '../operator/client.ts'
import { readNewPassphrase } from '../operator/prompt.ts'
import { configuredSecret, type RootSecret, type SecretSettings, sealOfSecret } from '../root-key/root-secret.ts'
import { settingsHelp } from './help.ts'
import { mainError, type ServerIo } from './io.ts'
import { newShares, shareOptions } from './new-shares.ts'
import { holdStore, presentSecret } from './operating.ts'

const newRootKeyVariable = 'KEYHAVEN_NEW_ROOT_KEY'
const options = {
  'new-passphrase-file <file>': 'file whose first line is the new passphrase',
  'new-passphrase-fd <number>': 'open descriptor to read the new passphrase from',
  'new-key-file <file>': 'new key file; made when it is missing',
  'new-seal-file <file>': 'JSON file that says who keeps the root key from now on',
  ...shareOptions('new-'),
  'new-root-key-fd <number>': 'open descriptor to read the new root secret of an environment seal from',
}
const usage = `Usage: keyhaven reseal [--new-…] [settings]

Changes the root secret, or the kind of seal, whether a server is running or not. The settings say how the deployment
opens now, as for "keyhaven server"; a passphrase that they do not name is asked for. The new secret is that of a
--new-… option or of ${newRootKeyVariable}; unless there is one, a new passphrase is asked for.
Afterwards the former secret opens nothing any more. Copies made before still open with it, to the same root key:
"keyhaven rotate-root-key" changes that.`

/**
 * `keyhaven reseal`
 *
 * @returns the exit status
 * @throws Error whose message is the one line to print
 */
export async function resealCommand(flags: readonly string[], io: ServerIo): Promise<number> {
  const names = Object.keys(options).map((option) => option.split(' ')[0] ?? '')
  const { config, switches, options: given } = loadConfig(flags, io.env, ['help'], names)
  if (switches.help) {
    io.stdout.write(settingsHelp(usage, { help: 'print this and end', ...options }))
    return 0
  }
  try {
    const { seal } = await reseal(config, given, io)
    io.stdout.write(
      `Resealed: ${resolve(config.data)} opens with the new ${seal} secret only. Start the server with it from now on.\n`,
    )
    return 0
  } catch (error) {
    throw mainError(error)
  }
}

async function reseal(
  config: Config,
  given: Readonly<Record<string, string>>,
  io: ServerIo,
): Promise<Pick<Deployment, 'seal'>> {
  if (await isServerRunning(config.data)) {
    const found = requireProduction(stated(await askOperator(config.data, { command: 'status' })))
    const present = await presentSecret(found, config, io)
    const next = await newSecret(config, given, io)
    const { kind, secret } = present
    return stated(
      await askOperator(config.data, {
        ...{ command: 'reseal', kind, secret, newKind: next.kind, newSecret: next.secret },
      }),
    )
  }
  await using held = await holdStore(config, io)
  const present = sealOfSecret(await presentSecret(requireProduction(held.deployment), config, io))
  const { rootKey } = await unseal(held.store, present)
  return await changeSeal(held.store, rootKey, sealOfSecret(await newSecret(config, given, io)))
}

const stated = ({ mode, seal }: Readonly<Record<string, unknown>>): Pick<Deployment, 'mode' | 'seal'> => ({
  mode: mode === 'development' ? mode : 'production',
  seal: String(seal),
})

function requireProduction<Found extends Pick<Deployment, 'mode'>>(found: Found): Found {
  if (found.mode === 'development') throw new ConfigError('a development deployment keeps its key in dev.key')
  return found
}

async function newSecret({ data }: Config, given: Readonly<Record<string, string>>, io: ServerIo): Promise<RootSecret> {
  const keyFile = given['new-key-file']
  if (keyFile !== undefined && !existsSync(keyFile)) writeAtomically(keyFile, `${randomBytes(32).toString('hex')}\n`)
  const settings: SecretSettings = {
    ...{ data, keyFile, sealFile: given['new-seal-file'], passphraseFile: given['new-passphrase-file'] },
    passphraseFd: descriptor(given, 'new-passphrase-fd'),
    rootKeyFd: descriptor(given, 'new-root-key-fd'),
  }
  const shares = await newShares(given, io, 'new-')
  const named = shares ?? (await configuredSecret(settings, io.env, newRootKeyVariable))
  const found = named ?? { kind: 'passphrase', secret: await readNewPassphrase() }
  sealOfSecret(found)
  return found
}

function descriptor(given: Readonly<Record<string, string>>, name: string): number | undefined {
  const text = given[name]
  if (text === undefined) return undefined
  if (!/^\d{1,4}$/.test(text)) throw new ConfigError(`--${name}: is not the number of a descriptor`, 'usage')
  return Number(text)
}
