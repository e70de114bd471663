import type { CreateKey } from '../../api/keys.ts'
import type { Input } from '../../api/operation.ts'
import type { KeyStateName } from '../keys/key.ts'

/**
 * What a test wants to be there from the start, with ids, secrets and material of its own choice. Everything is checked
 * for its form before it comes here; whether it makes sense is found out when it is planted.
 */
export interface Seed {
  /** of the account itself */
  readonly accessKey?: SeedAccessKey | undefined
  readonly instances: readonly SeedInstance[]
  readonly keys: readonly SeedKey[]
  readonly policies: readonly SeedPolicy[]
  readonly users: readonly SeedUser[]
  readonly roles: readonly SeedRole[]
  readonly applications: readonly SeedApplication[]
  readonly secrets: readonly SeedSecret[]
}

export interface SeedAccessKey {
  readonly id: string
  readonly secret: string
}

export interface SeedInstance {
  /** `kst-…` */
  readonly id: string
  readonly name?: string | undefined
  readonly type: 'software' | 'hardware'
}

export interface SeedKey {
  readonly id: string
  readonly spec: Input<typeof CreateKey>['keySpec']
  readonly usage?: Input<typeof CreateKey>['keyUsage']
  readonly description: string
  readonly aliases: readonly string[]
  readonly tags: Readonly<Record<string, string>>
  /** id or name of an instance */
  readonly instance?: string | undefined
  readonly origin: 'Aliyun_KMS' | 'EXTERNAL'
  readonly state: Exclude<KeyStateName, 'PendingImport'>
  /** `90d` */
  readonly rotation?: string | undefined
  readonly deletionProtection: boolean
  /** JSON text */
  readonly policy?: string | undefined
  /** `yyyy-MM-ddTHH:mm:ssZ` */
  readonly createdAt?: string | undefined
  /** oldest first; none makes material, or leaves an EXTERNAL key waiting for its own */
  readonly versions: readonly SeedKeyVersion[]
}

export interface SeedKeyVersion {
  /** 36 characters; follows from the key's id unless given */
  readonly id?: string | undefined
  /** raw for symmetric and HMAC keys, else the private key as PKCS #8 or SEC 1, DER */
  readonly material: Uint8Array
  readonly createdAt?: string | undefined
}

export interface SeedPolicy {
  readonly name: string
  /** JSON text */
  readonly document: string
}

export interface SeedUser {
  readonly name: string
  readonly accessKeys: readonly SeedAccessKey[]
  /** names, of policies of the seed or built in */
  readonly policies: readonly string[]
}

export interface SeedRole {
  readonly name: string
  /** JSON text */
  readonly trust: string
  readonly policies: readonly string[]
}

export interface SeedApplication {
  readonly name: string
  /** `RbacPermission/Template/…`; every one unless given */
  readonly permissions?: readonly string[] | undefined
  readonly resources: readonly string[]
  /** id or name of an instance, or `shared` for the public gateway */
  readonly instance?: string | undefined
  readonly clientKeys: readonly SeedClientKey[]
}

/** The public half of a ClientKey that a program holds. */
export interface SeedClientKey {
  /** `KAAP.…` */
  readonly id: string
  /** X.509, DER */
  readonly certificate: Uint8Array
}

export interface SeedSecret {
  readonly name: string
  readonly description: string
  /** key id or alias */
  readonly key?: string | undefined
  /** id or name of an instance */
  readonly instance?: string | undefined
  readonly tags: Readonly<Record<string, string>>
  /** JSON text */
  readonly policy?: string | undefined
  /** oldest first, at least one */
  readonly versions: readonly SeedSecretVersion[]
}

export interface SeedSecretVersion {
  readonly id: string
  readonly value: string
  readonly dataType: 'text' | 'binary'
  /** none: the newest is current, the one before it previous */
  readonly stages?: readonly string[] | undefined
}

/** Something of the seed cannot be. */
export class SeedError extends Error {
  override readonly name = 'SeedError'

  /** @param path - of the member of the seed, such as `keys[2].versions[0]` */
  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`${path}: ${reason}`, options)
  }
}
