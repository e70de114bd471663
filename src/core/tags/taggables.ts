import { invalidParameter, KmsError, missingParameter } from '../errors.ts'
import type { Call } from '../kms.ts'
import type { Taggable } from './taggable.ts'
import { taggableCertificates } from './taggable-certificates.ts'
import { taggableKeys } from './taggable-keys.ts'
import { taggableSecrets } from './taggable-secrets.ts'

/** By ResourceType, for the operations with `ResourceId.N`. A family whose resources have tags is named here. */
export const taggables = { key: taggableKeys('id'), secret: taggableSecrets } as const

const namedKeys = { any: taggableKeys('any'), id: taggableKeys('id') }

/**
 * What the one of KeyId, SecretName and CertificateId names that a request has.
 *
 * @throws KmsError `MissingParameter` for none of them, `InvalidParameter` for several
 */
export function namedResource(
  names: {
    readonly keyId?: string | undefined
    readonly secretName?: string | undefined
    readonly certificateId?: string | undefined
  },
  keyNames: 'id' | 'any',
): { readonly taggable: Pick<Taggable, 'tagsOf' | 'retag'>; readonly id: string } {
  const given = [
    { taggable: namedKeys[keyNames], id: names.keyId ?? '' },
    { taggable: taggables.secret, id: names.secretName ?? '' },
    { taggable: taggableCertificates, id: names.certificateId ?? '' },
  ].filter(({ id }) => id !== '')
  const [only] = given
  if (!only) throw missingParameter('KeyId')
  if (given.length > 1) throw invalidParameter('KeyId', 'Exactly one resource is named.')
  return only
}

/** Operations with RegionId serve this region only. @throws KmsError `InvalidParameter` */
export function requireRegion(call: Call, regionId: string): void {
  if (regionId !== call.kms.settings.regionId) throw invalidParameter('RegionId')
}

const absences: ReadonlySet<string> = new Set(['Forbidden.KeyNotFound', 'Forbidden.ResourceNotFound'])

/** The operations with `ResourceId.N` have a code of their own for what does not exist. */
export async function asResourceId<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof KmsError && absences.has(error.code))) throw error
    throw new KmsError('InvalidResourceId.NotFound', { cause: error })
  }
}
