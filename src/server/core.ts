import { forgetCredentials } from '../core/callers/credentials.ts'
import { encryptionCounter } from '../core/cryptography/encryption-counts.ts'
import { openedMaterials } from '../core/key-material/opened-materials.ts'
import type { Kms, Settings } from '../core/kms.ts'
import { type LastUse, LastUses } from '../core/last-use.ts'
import type { Keyring } from '../core/sealing/keyring.ts'
import type { RootKeyFollower } from '../core/sealing/root-key-follower.ts'
import { SealedRecords } from '../core/sealing/sealed-records.ts'
import type { ServiceView } from '../core/service-view.ts'
import type { Store } from '../core/store.ts'
import { randomBytes } from '../crypto/random.ts'
import { rawKeyModes } from './config/raw-key-modes.ts'
import type { Config } from './config/schema.ts'
import { isPostgresUrl } from './config/store-address.ts'
import { issuerKeys } from './issuers/configured.ts'
import type { Log } from './log.ts'
import { rotationTargets } from './rotation-targets.ts'

export interface CoreOptions {
  readonly store: Store
  readonly config: Config
  readonly accountId: string
  /** told when an identity provider cannot be asked; nobody unless given */
  readonly log?: Log | undefined
  /** development mode: ask identity providers on this machine without TLS, too, and let the account sign in from here */
  readonly loopbackHttp?: boolean | undefined
  now(): Date
  /** what is known of the server; nothing unless given */
  readonly serviceView?: ServiceView | undefined
  /** PEM: what clients have to trust; empty when that is no CA of ours */
  readonly caCertificateChain?: (() => string) | undefined
  /** told when the root key was changed and cannot be followed: everything is sealed then */
  onLost?(): void
  /** told when a record turns out not to be what was written */
  onTampering(kind: string, id: string): void
  /** what tells of the changes of other threads at once */
  readonly changes?: SharedArrayBuffer | undefined
  /** since when the threads of a server note uses, in milliseconds since 1970; since now unless given */
  readonly lastUsesBegan?: number | undefined
  /** the last use that other threads have noted and not yet stored */
  readonly lastUseElsewhere?: ((name: string) => Promise<LastUse | undefined>) | undefined
}

/** Other servers may share a PostgreSQL: what they change counts here after this long (SEC-57). */
const sharedCacheMs = 500

export interface Core {
  readonly kms: Kms
  readonly keyring: Keyring
  readonly follower: RootKeyFollower
  /** lets go of everything that is remembered of records: they may say something else now */
  forget(): void
}

/** Builds the value that all rules work with. Sealed until its keyring is given the root key. */
export function openCore(options: CoreOptions): Core {
  const { store, config, accountId, log, now, caCertificateChain, onTampering, changes } = options
  const isShared = config.store !== undefined && isPostgresUrl(config.store)
  const cachedMs = isShared ? sharedCacheMs : undefined
  const onLost = (): void => options.onLost?.()
  const records = new SealedRecords({ store, randomBytes, onTampering, onLost, cachedMs, changes })
  const { sealing, keyring, follower } = records
  const materials = openedMaterials({
    sealing,
    maxEntries: config.materialCount,
    ttlMs: config.materialSeconds * 1000,
    idleMs: config.materialIdleSeconds * 1000,
  })
  const kms: Kms = {
    records,
    sealing,
    materials,
    encryptions: encryptionCounter(records),
    lastUses: new LastUses(records, options.lastUsesBegan ?? now().getTime(), { elsewhere: options.lastUseElsewhere }),
    settings: settingsOf(config, accountId, options.loopbackHttp ?? false),
    caCertificateChain,
    serviceView: options.serviceView,
    rotationTarget: rotationTargets(config, now),
    issuerKeys: issuerKeys(config, log, options.loopbackHttp ?? false),
    now,
    randomBytes,
  }
  keyring.whenSealed(() => {
    materials.clear()
    forgetCredentials(kms)
  })
  const forget = (): void => {
    kms.lastUses.forget()
    materials.clear()
    forgetCredentials(kms)
    records.forgetAll()
  }
  return { kms, keyring, follower, forget }
}

function settingsOf(config: Config, accountId: string, isDevelopment: boolean): Settings {
  const { regionId, regions = [] } = config
  return {
    regionId,
    regions: regions.includes(regionId) ? regions : [regionId, ...regions],
    accountId,
    allowEcb: config.allowEcb,
    refuseGivenIv: config.refuseGivenIv,
    rawKeyModes: rawKeyModes(config.rawKeyModes),
    sevenDaysBetweenVersions: config.sevenDaysBetweenVersions,
    console: {
      idleSeconds: config.consoleIdleSeconds,
      sessionSeconds: config.consoleSessionSeconds,
      deny: config.consoleDeny,
      developmentSignIn: isDevelopment,
    },
    limits: {
      keys: config.maxKeys,
      aliases: config.maxAliases,
      secrets: config.maxSecrets,
      keyVersions: config.maxKeyVersions,
      encryptionsPerVersion: 2 ** 32,
    },
  }
}
