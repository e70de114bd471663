import type { Kms } from '../kms.ts'
import { newGuid, randomLetters } from '../random-text.ts'

/** A GUID for a default key, `key-` and 21 random letters for a key of an instance. Nothing in it tells time or place. */
export const newKeyId = (kms: Kms, instanceId: string | undefined): string =>
  instanceId === undefined ? newGuid(kms) : `key-${randomLetters(kms, 21)}`

/** 36 characters either way: a GUID for a default key, the key id and 10 letters for an instance key. */
export const newKeyVersionId = (kms: Kms, keyId: string, instanceId: string | undefined): string =>
  instanceId === undefined ? newGuid(kms) : `${keyId}-${randomLetters(kms, 10)}`
