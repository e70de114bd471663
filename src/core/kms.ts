import type { Operation } from '../api/operation.ts'
import type { KeyMode } from '../crypto/mode-key.ts'
import type { Caller } from './access/caller.ts'
import type { EncryptionCounter } from './encryption-counter.ts'
import type { IssuerKeys } from './issuer-keys.ts'
import type { LastUses, Usable } from './last-use.ts'
import type { MaterialCache } from './material-cache.ts'
import type { Records, Sealing } from './records.ts'
import type { FindTarget } from './rotation-target.ts'
import type { ServiceView } from './service-view.ts'

/** Everything the rules need from outside. Time, randomness and storage enter here and nowhere else. */
export interface Kms {
  readonly records: Records
  readonly sealing: Sealing
  /** opened key material, bounded in number and time */
  readonly materials: MaterialCache
  /** AES-GCM invocations per key version */
  readonly encryptions: EncryptionCounter
  /** when keys, secrets and AccessKeys were last used */
  readonly lastUses: LastUses
  readonly settings: Settings
  /** PEM: what clients of an instance's gateway have to trust; asked each time, since it may be renewed */
  readonly caCertificateChain?: (() => string) | undefined
  /** what carries out the rotation of managed secrets; without it, only those of this deployment's own AccessKeys rotate */
  readonly rotationTarget?: FindTarget | undefined
  /** what the server knows of itself; without it, nothing is told of it */
  readonly serviceView?: ServiceView | undefined
  /** where the keys of identity providers come from; without it, no token of theirs is taken */
  readonly issuerKeys?: IssuerKeys | undefined
  now(): Date
  randomBytes(length: number): Uint8Array
}

export interface Settings {
  /** appears in ARNs; `cn-hangzhou` unless configured */
  readonly regionId: string
  /** the regions DescribeRegions lists; always contains `regionId` */
  readonly regions: readonly string[]
  /** 16 digits; the account that this deployment belongs to */
  readonly accountId: string
  /** ECB, which shows equal blocks as equal ciphertext; off by default (SEC-24) */
  readonly allowEcb: boolean
  /** GCM encrypts under IVs made here only; off by default, since the service takes the caller's */
  readonly refuseGivenIv?: boolean | undefined
  /** the one mode of keys whose material is used as it is, by key id; `*` is every other one */
  readonly rawKeyModes?: ReadonlyMap<string, KeyMode> | undefined
  /** era-1 rule: a new version of an asymmetric key no sooner than 7 days after the last; off by default */
  readonly sevenDaysBetweenVersions: boolean
  /** sessions of the console; as {@link usualConsole} unless given */
  readonly console?: ConsoleSettings | undefined
  readonly limits: {
    readonly keys: number
    readonly aliases: number
    readonly secrets: number
    readonly keyVersions: number
    /** AES-GCM invocations of one key version after which it is rotated or refuses: 2^32 (SP 800-38D §8.3) */
    readonly encryptionsPerVersion: number
  }
}

export interface ConsoleSettings {
  /** a session ends when it is not used for so long */
  readonly idleSeconds: number
  /** and at the latest so long after the sign-in */
  readonly sessionSeconds: number
  /** operations that sessions may not call; `root:CreateAccessKey` is about the account itself only */
  readonly deny: readonly string[]
  /** who calls from this machine may sign in as the account; of development mode */
  readonly developmentSignIn: boolean
}

export const usualConsole: ConsoleSettings = {
  idleSeconds: 900,
  sessionSeconds: 28_800,
  deny: ['root:CreateAccessKey'],
  developmentSignIn: false,
}

/** One call of an operation: who, what, and what the audit shall know of it. */
export interface Call {
  readonly kms: Kms
  readonly caller: Caller
  /** an operation of either gateway */
  readonly operation: Pick<Operation, 'name' | 'actions'>
  readonly requestId: string
  /** notes for the audit record; operations add the resolved key and version */
  readonly audit: AuditNotes
  /** of a call from a page of the console: what its browser is told besides the answer */
  readonly console?: ConsoleCall | undefined
}

/** A call from a page of the console. Operations about sessions write here what becomes of the browser's. */
export interface ConsoleCall {
  /** what the browser calls itself */
  readonly userAgent: string
  /** the session that it came with, whether or not it is one */
  readonly token: string | undefined
  /** what opens the session that it gets */
  opened?: string
  /** it is signed in no more */
  ended?: boolean
}

export interface AuditNotes {
  keyId?: string
  keyVersionId?: string
  resource?: string
  /** whether the last decision about this caller was to allow; not written down */
  authorized?: boolean
  /** what the call used for what it is there for; counts once the call has succeeded, and is not written down */
  used?: Usable[]
  /** of a call about several resources: each gets a record of its own, and that of the call names none */
  parts?: readonly AuditPart[]
}

/** What was noted of one of several resources, and what was answered for it. */
export interface AuditPart extends Omit<AuditNotes, 'used' | 'parts'> {
  readonly code: string
  readonly status: number
}

/** The behaviour of one operation; paired with its contract in `gateway/openapi/pairs/`. */
export type Behaviour<In, Out> = (call: Call, input: In) => Out | Promise<Out>

/** A call that the service makes itself, in the name of an account: nothing has to allow it. */
export const ownCall = (kms: Kms, accountId: string, operation: string): Call => ({
  kms,
  caller: {
    ...{ accountId, accessKeyId: '', authentication: 'Internal', policies: [], sourceAddress: '' },
    identity: { type: 'Account', id: accountId, name: 'root' },
    secureTransport: true,
  },
  operation: { name: operation, actions: [] },
  requestId: '',
  audit: {},
})
