import { join, resolve } from 'node:path'
import { bootstrapAccount } from '../core/callers/bootstrap.ts'
import type { Kms } from '../core/kms.ts'
import { accessKeys, accessKeysOf } from '../core/ram/access-key.ts'
import type { Config } from './config/schema.ts'
import { writeAtomically } from './files/write-atomically.ts'
import type { Service } from './service.ts'

/**
 * Writes `client.json`: where the server is, readable by its owner only. In development mode it is everything that a
 * client needs; in production it holds no AccessKey.
 */
export async function writeClientFile(service: Service, { data, regionId }: Config): Promise<void> {
  const { endpoint, httpEndpoint, caFile, kms, deployment } = service
  const client = {
    endpoint: reachable(endpoint),
    httpEndpoint,
    caFile: caFile === undefined ? undefined : resolve(caFile),
    regionId,
    accountId: kms.settings.accountId,
    ...(deployment.mode === 'development' ? await rootAccessKey(kms) : {}),
  }
  writeAtomically(join(data, 'client.json'), `${JSON.stringify(client, null, 2)}\n`)
}

/** Who listens everywhere is here, too; "everywhere" is no address to go to. */
const reachable = (endpoint: string): string => endpoint.replace(/\/\/(?:0\.0\.0\.0|\[::\])(?=:|$)/, '//localhost')

/** The account's AccessKey; of an earlier start as it was kept, sealed, in the store. */
export async function rootAccessKey(kms: Kms): Promise<{ accessKeyId: string; accessKeySecret: string } | undefined> {
  const made = await bootstrapAccount(kms)
  if (made) return made
  const [kept] = await accessKeysOf(kms.records, kms.settings.accountId, undefined)
  if (!kept) return undefined
  const secret = await kms.sealing.open(accessKeys, kept)
  try {
    return { accessKeyId: kept.id, accessKeySecret: Buffer.from(secret).toString('utf8') }
  } finally {
    secret.fill(0)
  }
}
