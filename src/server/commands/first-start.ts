import { existsSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { bootstrapAccount } from '../../core/callers/bootstrap.ts'
import { type Seal, UnsealFailure } from '../../core/sealing/seal.ts'
import { unseal } from '../../core/sealing/unseal.ts'
import type { Store } from '../../core/store.ts'
import { ConfigError } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { writeAtomically } from '../files/write-atomically.ts'
import { rootKeyVariable } from '../root-key/root-secret.ts'
import type { ServerIo } from './io.ts'
import { holdNewStore, initialiseProduction, kmsOf } from './new-deployment.ts'

/** The AccessKey of the account, until somebody takes it: a log, which is where a container prints, is no place for it. */
const firstAccessKeyFile = (data: string): string => join(data, 'first-access-key.json')

/**
 * Says that this server began, and has to finish, whatever cuts it off: another server of the database that was quicker
 * leaves none here. Empty before anything is initialised; then with the AccessKey, before there is one. Of an account
 * that has one already nothing is told because of it: whoever may write to the folder could put one here.
 */
const begunFile = (data: string): string => `${firstAccessKeyFile(data)}.begun`

/**
 * Makes the production deployment if the store is empty.
 *
 * @throws ConfigError when nothing is configured that could seal it
 */
export async function makeAtFirstStart(config: Config, seal: Seal | undefined, io: ServerIo): Promise<void> {
  const begun = begunFile(config.data)
  await using held = await holdNewStore(config, io)
  const { store, deployment } = held
  if (deployment && !existsSync(begun)) return
  if (!seal)
    throw new ConfigError(
      `${resolve(config.data)} holds no deployment yet, and nothing is configured that could seal one: keyFile, sealFile, passphraseFile or ${rootKeyVariable}`,
    )
  if (!deployment) writeAtomically(begun, '')
  const opened = deployment ? await unseal(store, seal) : await initialiseFirst(store, seal, config)
  if (opened) {
    const { accountId } = opened.deployment
    await bootstrapAccount(kmsOf(store, config, opened), (accessKey) =>
      writeAtomically(begun, `${JSON.stringify({ accountId, ...accessKey }, null, 2)}\n`),
    )
  }
  if (statSync(begun).size === 0) {
    rmSync(begun)
    return
  }
  renameSync(begun, firstAccessKeyFile(config.data))
  io.stdout.write(
    `Keyhaven is initialised: data in ${resolve(config.data)}, sealed by ${seal.name}; "keyhaven start --take-access-key" shows the AccessKey of the account, once\n`,
  )
}

/** @returns undefined when another server of the database has done it meanwhile */
async function initialiseFirst(store: Store, seal: Seal, config: Config) {
  try {
    return await initialiseProduction(store, seal, config)
  } catch (error) {
    if (error instanceof UnsealFailure && error.reason === 'initialised') return undefined
    throw error
  }
}

/**
 * Hands out the AccessKey that the first start left. One who was cut off while it was shown is shown it again.
 *
 * @param show - is given the text of the file, which is nowhere any more afterwards
 * @throws ConfigError when there is none
 */
export function takeFirstAccessKey(data: string, show: (text: string) => void): void {
  const file = firstAccessKeyFile(data)
  const taken = `${file}.taken`
  if (!existsSync(file) && !existsSync(taken))
    throw new ConfigError(
      `${resolve(data)} holds no AccessKey: it is shown once, by the server that made the deployment`,
    )
  if (existsSync(file)) renameSync(file, taken)
  show(readFileSync(taken, 'utf8'))
  rmSync(taken)
}
