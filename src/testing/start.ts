import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bootstrapAccount } from '../core/callers/bootstrap.ts'
import { type Config, configSchema } from '../server/config/schema.ts'
import { Control } from '../server/control/control.ts'
import { controlled } from '../server/control/controlled.ts'
import { developmentSeal } from '../server/root-key/root-secret.ts'
import type { SeedFile } from '../server/seed/schema.ts'
import { startService } from '../server/start-service.ts'
import { Keyhaven } from './keyhaven.ts'
import { checkOptions, type KeyhavenOptions } from './options.ts'

const silent = { write: () => {} }

/** See `startKeyhaven`, which asks first whether this can run. */
export async function start(options: KeyhavenOptions): Promise<Keyhaven> {
  checkOptions(options)
  const control = new Control(options.clock)
  await using held = new AsyncDisposableStack()
  const seed = await seedOf(options.seed)
  const config = held.adopt(newConfig(seed?.accountId), ({ data }) => rmSync(data, { recursive: true, force: true }))
  const service = held.adopt(
    await startService({
      config,
      mode: 'development',
      seal: developmentSeal(Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex')),
      log: silent,
      ...controlled(control),
      prepare: async (kms) => {
        if (seed !== undefined) await (await import('../server/seed/plant.ts')).plantSeedFile(kms, seed)
      },
    }),
    (open) => open.close(),
  )
  const accessKey = accessKeyOf(seed) ?? (await bootstrapAccount(service.kms))
  if (!accessKey) throw new TypeError('a new account has an AccessKey already')
  await control.hold(service)
  return new Keyhaven({ service, config, control, accessKey, held: held.move() })
}

/** Audit log and certificates are files, as in production, in a folder that goes with the service. */
function newConfig(accountId: string | undefined): Config {
  const data = mkdtempSync(join(tmpdir(), 'keyhaven-testing-'))
  return configSchema.parse({
    ...{ data, store: ':memory:', https: '127.0.0.1:0', http: '127.0.0.1:0', node: 'testing', accountId },
    // A test ends when it ends, whoever still holds a connection.
    ...{ auditReserveBytes: 0, shutdownSeconds: 0 },
  })
}

async function seedOf(given: KeyhavenOptions['seed']): Promise<SeedFile | undefined> {
  if (given === undefined) return undefined
  const paths = typeof given === 'string' ? [given] : given
  if (isPaths(paths)) return (await import('../server/seed/read.ts')).readSeeds(paths)
  const { checkedSeed, mergedSeeds } = await import('../server/seed/check.ts')
  return mergedSeeds([checkedSeed(paths, 'seed')])
}

const isPaths = (given: NonNullable<KeyhavenOptions['seed']>): given is readonly string[] => Array.isArray(given)

const accessKeyOf = (seed: SeedFile | undefined) =>
  seed?.accessKey && { accessKeyId: seed.accessKey.id, accessKeySecret: seed.accessKey.secret }
