import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type AccountAccessKey, bootstrapAccount } from '../../core/callers/bootstrap.ts'
import { passphraseSeal } from '../../core/sealing/passphrase-seal.ts'
import type { Seal } from '../../core/sealing/seal.ts'
import { unseal } from '../../core/sealing/unseal.ts'
import { ConfigError, loadConfig } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { readNewPassphrase } from '../operator/prompt.ts'
import { configuredSeal, rootKeyVariable, sealOfSecret } from '../root-secret.ts'
import { writeAtomically } from '../write-atomically.ts'
import { settingsHelp } from './help.ts'
import { mainError, type ServerIo } from './io.ts'
import { holdNewStore, initialiseProduction, kmsOf } from './new-deployment.ts'
import { newShares, shareOptions } from './new-shares.ts'

const switches = { help: 'print this and end' }
const usage = `Usage: keyhaven init [settings]

Makes a production deployment. Its root key is sealed
  with a passphrase                (asked for, or --passphrase-file, --passphrase-fd),
  with a key file                  (--key-file, outside the data directory; made when it is missing),
  by another KMS or an HSM         (--seal-file, a JSON file outside the data directory that says which),
  with shares of a secret          (--shares 5 --threshold 3: printed once, any 3 of the 5 open it), or
  with an environment variable     (${rootKeyVariable}: 64 hexadecimal digits or Base64 of 32 bytes;
                                    or --root-key-fd, which leaves no trace in the environment).
Prints the AccessKey of the account, once.`

/**
 * `keyhaven init`: makes a production deployment.
 *
 * @returns the exit status
 * @throws Error whose message is the one line to print
 */
export async function initCommand(flags: readonly string[], io: ServerIo): Promise<number> {
  const names = Object.keys(shareOptions()).map((option) => option.split(' ')[0] ?? '')
  const { config, switches: given, options } = loadConfig(flags, io.env, Object.keys(switches), names)
  if (given.help) {
    io.stdout.write(settingsHelp(usage, { ...switches, ...shareOptions() }))
    return 0
  }
  try {
    const seal = await chosenSeal(config, options, io)
    const { accountId, accessKeyId, accessKeySecret } = await initialiseFolder(config, seal, io)
    io.stdout.write(
      [
        `Keyhaven is initialised: data in ${resolve(config.data)}, sealed by ${seal.name}.`,
        'This AccessKey may do everything in the account. Its secret is shown only now:',
        `  AccountId        ${accountId}`,
        `  AccessKeyId      ${accessKeyId}`,
        `  AccessKeySecret  ${accessKeySecret}`,
        'Without the root secret nothing in the data directory can be read, by anybody: keep a copy of it elsewhere.',
        `Next: "keyhaven server --data ${config.data}", and then "keyhaven configure --data ${config.data}" for this command.`,
        '',
      ].join('\n'),
    )
    return 0
  } catch (error) {
    throw mainError(error)
  }
}

async function chosenSeal(config: Config, options: Readonly<Record<string, string>>, io: ServerIo): Promise<Seal> {
  const shares = await newShares(options, io)
  if (shares) return sealOfSecret(shares)
  if (config.keyFile !== undefined && !existsSync(config.keyFile))
    writeAtomically(config.keyFile, `${randomBytes(32).toString('hex')}\n`)
  const seal = await configuredSeal(config, io.env)
  if (seal) return seal
  try {
    return passphraseSeal(await readNewPassphrase())
  } catch (error) {
    throw error instanceof RangeError ? new ConfigError(error.message) : error
  }
}

async function initialiseFolder(
  config: Config,
  seal: Seal,
  io: ServerIo,
): Promise<AccountAccessKey & { accountId: string }> {
  await using held = await holdNewStore(config, io)
  const { store, deployment } = held
  // a former attempt may have been cut off before its AccessKey was shown
  const opened = deployment ? await unseal(store, seal) : await initialiseProduction(store, seal, config)
  const accessKey = await bootstrapAccount(kmsOf(store, config, opened))
  if (!accessKey) throw new ConfigError(`${resolve(config.data)} has been initialised already`)
  return { accountId: opened.deployment.accountId, ...accessKey }
}
