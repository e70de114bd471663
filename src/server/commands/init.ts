import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type AccountAccessKey, bootstrapAccount } from '../../core/callers/bootstrap.ts'
import { passphraseSeal } from '../../core/sealing/passphrase-seal.ts'
import type { Seal } from '../../core/sealing/seal.ts'
import { unseal } from '../../core/sealing/unseal.ts'
import { ConfigError, loadConfig } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { writeAtomically } from '../files/write-atomically.ts'
import { readNewPassphrase } from '../operator/prompt.ts'
import { configuredSeal, rootKeyVariable, sealOfSecret } from '../root-key/root-secret.ts'
import { settingsHelp } from './help.ts'
import { mainError, type ServerIo } from './io.ts'
import { holdNewStore, initialiseProduction, kmsOf } from './new-deployment.ts'
import { newShares, shareOptions } from './new-shares.ts'

const switches = {
  save: 'keep the AccessKey in a profile of this user ("default", or that of --profile) instead of showing it',
  help: 'print this and end',
}
const usage = `Usage: keyhaven init [settings]

Makes a production deployment. Its root key is sealed
  with a passphrase                (asked for, or --passphrase-file, --passphrase-fd),
  with a key file                  (--key-file, outside the data directory; made when it is missing),
  by another KMS or an HSM         (--seal-file, a JSON file outside the data directory that says which),
  with shares of a secret          (--shares 5 --threshold 3: printed once, any 3 of the 5 open it), or
  with an environment variable     (${rootKeyVariable}: 64 hexadecimal digits or Base64 of 32 bytes;
                                    or --root-key-fd, which leaves no trace in the environment).
Prints the AccessKey of the account, once, or keeps it where commands look for it (--save).`

/** The AccessKey of a deployment that was just made, and where its server will be. */
export interface FirstAccessKey extends AccountAccessKey {
  readonly accountId: string
  readonly endpoint: string
  readonly regionId: string
  /** CA of the server, which its first start makes; undefined when its certificate is from elsewhere */
  readonly caFile: string | undefined
}

/**
 * `keyhaven init`: makes a production deployment.
 *
 * @param save - keeps the AccessKey for commands, and returns where
 * @returns the exit status
 * @throws Error whose message is the one line to print
 */
export async function initCommand(
  flags: readonly string[],
  io: ServerIo,
  save: (accessKey: FirstAccessKey) => string,
): Promise<number> {
  const names = Object.keys(shareOptions()).map((option) => option.split(' ')[0] ?? '')
  const { config, switches: given, options } = loadConfig(flags, io.env, Object.keys(switches), names)
  if (given.help) {
    io.stdout.write(settingsHelp(usage, { ...switches, ...shareOptions() }))
    return 0
  }
  if (given.save && config.https.endsWith(':0'))
    throw new ConfigError('--save needs to know where the server will be: give --https a port', 'usage')
  try {
    const seal = await chosenSeal(config, options, io)
    const made = await initialiseFolder(config, seal, io)
    io.stdout.write(
      [
        `Keyhaven is initialised: data in ${resolve(config.data)}, sealed by ${seal.name}.`,
        ...(given.save ? savedLines(() => save({ ...made, ...placeOf(config) }), made, io) : shownLines(made)),
        'Without the root secret nothing in the data directory can be read, by anybody: keep a copy of it elsewhere.',
        `Next: "keyhaven server --data ${config.data}"${given.save ? '.' : `, and then "keyhaven configure --data ${config.data}" for this command.`}`,
        '',
      ].join('\n'),
    )
    return 0
  } catch (error) {
    throw mainError(error)
  }
}

type Made = AccountAccessKey & { readonly accountId: string }

const shownLines = ({ accountId, accessKeyId, accessKeySecret }: Made): readonly string[] => [
  'This AccessKey may do everything in the account. Its secret is shown only now:',
  `  AccountId        ${accountId}`,
  `  AccessKeyId      ${accessKeyId}`,
  `  AccessKeySecret  ${accessKeySecret}`,
]

/** What cannot be kept is shown before the failure is told: there is no second time. */
function savedLines(save: () => string, made: Made, io: ServerIo): readonly string[] {
  try {
    return [
      `The AccessKey, which may do everything in the account, is in ${save()}. Its secret is nowhere else:`,
      `  AccountId        ${made.accountId}`,
      `  AccessKeyId      ${made.accessKeyId}`,
    ]
  } catch (error) {
    io.stdout.write(`${shownLines(made).join('\n')}\n`)
    throw error
  }
}

/** As the server will tell it in its own client.json. */
function placeOf({ https, data, tlsCert, regionId }: Config) {
  const caFile = tlsCert === undefined ? resolve(data, 'tls/ca.pem') : undefined
  return { endpoint: `https://${https}`, caFile, regionId }
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

async function initialiseFolder(config: Config, seal: Seal, io: ServerIo): Promise<Made> {
  await using held = await holdNewStore(config, io)
  const { store, deployment } = held
  // a former attempt may have been cut off before its AccessKey was shown
  const opened = deployment ? await unseal(store, seal) : await initialiseProduction(store, seal, config)
  const accessKey = await bootstrapAccount(kmsOf(store, config, opened))
  if (!accessKey) throw new ConfigError(`${resolve(config.data)} has been initialised already`)
  return { accountId: opened.deployment.accountId, ...accessKey }
}
