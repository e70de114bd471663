import { maxSecretValueBytes } from '../../api/secret-fields.ts'
import { decodeBase64, encodeBase64 } from '../../crypto/base64.ts'
import { decryptWith, encryptUnder } from '../cryptography/block-encryption.ts'
import { composeBlob, parseBlob } from '../cryptography/ciphertext-blob.ts'
import { invalidParameter, KmsError, resourceNotFound } from '../errors.ts'
import { authorizeKey, requireUsable, usableKey } from '../keys/find-key.ts'
import { type Key, type KeyVersion, keys, keyVersions } from '../keys/key.ts'
import { primaryVersion } from '../keys/key-version.ts'
import { serviceKey } from '../keys/service-key.ts'
import type { Call } from '../kms.ts'
import type { Stored } from '../records.ts'
import { type Secret, type SecretDataType, type SecretVersion, secretVersionId, secretVersions } from './secret.ts'
import { currentStage } from './stages.ts'

/**
 * The key that new values of a secret are sealed under: the one it names, for a caller who may generate data keys with
 * it, else the account's own for secrets. A secret of an instance is under a key of that instance: an alias that stands
 * for the key may have moved.
 *
 * @throws KmsError as `usableKey`: `Forbidden.NoPermission`, `Rejected.Disabled`, …; `InvalidParameter` of EncryptionKeyId
 */
export async function sealingKey(
  call: Call,
  secret: Pick<Secret, 'accountId' | 'encryptionKeyId' | 'instanceId'>,
): Promise<Stored<Key>> {
  const { encryptionKeyId, instanceId } = secret
  if (encryptionKeyId !== undefined) {
    const parameter = 'EncryptionKeyId'
    const key = await usableKey(call, encryptionKeyId, 'ENCRYPT/DECRYPT', { action: 'kms:GenerateDataKey', parameter })
    if (instanceId === undefined || key.body.instanceId === instanceId) return key
    throw invalidParameter(parameter, 'It is a key of the same instance.')
  }
  const key = await serviceKey(call.kms, secret.accountId, 'secrets')
  requireUsable(key, 'ENCRYPT/DECRYPT')
  call.audit.keyId = key.id
  return key
}

/** The key that the current value is under, for what the service itself does: no caller, so no permission. */
export async function sealingKeyOf(call: Call, secret: Stored<Secret>): Promise<Stored<Key>> {
  const { records } = call.kms
  const version = await storedVersion(call, secret, String(secret.body.content.stages[currentStage]))
  const blob = parseBlob(decodeBase64(version.body.value) ?? noBytes)
  const keyVersion = await records.get(keyVersions, blob?.keyVersionId ?? '')
  const key = keyVersion && (await records.get(keys, keyVersion.body.keyId))
  if (key === undefined) throw new KmsError('Forbidden.KeyNotFound')
  requireUsable(key, 'ENCRYPT/DECRYPT')
  return key
}

const noBytes = new Uint8Array(0)

/**
 * Seals a value for its place: it opens only as this version of this secret.
 *
 * @throws KmsError `InvalidParameter` of SecretData for more than 30720 bytes
 */
export async function sealValue(
  call: Call,
  key: Stored<Key>,
  place: { readonly secret: Pick<Secret, 'accountId' | 'uid'>; readonly versionId: string },
  value: { readonly data: string; readonly dataType: SecretDataType },
): Promise<SecretVersion> {
  const { accountId, uid } = place.secret
  const plaintext = Buffer.from(value.data, 'utf8')
  try {
    if (plaintext.length > maxSecretValueBytes) {
      throw invalidParameter('SecretData', `It holds more than ${maxSecretValueBytes} bytes.`)
    }
    const version = await primaryVersion(call, key)
    const sealed = await encryptUnder(call, key, version, plaintext, { aad: placeAad(accountId, uid, place.versionId) })
    const blob = composeBlob({ keyVersionId: sealed.keyVersionId, iv: sealed.iv, sealed: sealed.ciphertext })
    const { versionId } = place
    return { accountId, secretUid: uid, versionId, dataType: value.dataType, value: encodeBase64(blob) }
  } finally {
    plaintext.fill(0)
  }
}

/**
 * Opens a value, once the caller may decrypt with the key it is sealed under. An application that signs with a
 * ClientKey needs the permission for the secret alone, as its policies grant use of keys and of secrets apart.
 *
 * @param isShown - false when the value stays here, to be compared: then the key needs no permission
 * @throws KmsError `Forbidden.NoPermission`; `Forbidden.KeyNotFound`; `Rejected.Disabled`, `Rejected.PendingDeletion`,
 * `Rejected.PendingImport`; `InternalFailure` when what is stored does not open
 */
export async function openValue(
  call: Call,
  secret: Stored<Secret>,
  version: Stored<SecretVersion>,
  { isShown = true }: { readonly isShown?: boolean } = {},
): Promise<string> {
  const { accountId, secretUid, versionId } = version.body
  const blob = parseBlob(decodeBase64(version.body.value) ?? noBytes)
  if (blob === undefined) throw new KmsError('InternalFailure', { cause: new Error('a secret value is no ciphertext') })
  const keyVersion = await call.kms.records.get(keyVersions, blob.keyVersionId)
  const stored = keyVersion && (await call.kms.records.get(keys, keyVersion.body.keyId))
  const key = readableKey(call, secret, stored, isShown)
  if (keyVersion === undefined) throw new KmsError('Forbidden.KeyNotFound')
  requireUsable(key, 'ENCRYPT/DECRYPT')
  const aad = placeAad(accountId, secretUid, versionId)
  const plaintext = await openBlob(call, key, keyVersion, { ...blob, aad })
  try {
    return Buffer.from(plaintext).toString('utf8')
  } finally {
    plaintext.fill(0)
  }
}

async function openBlob(
  call: Call,
  key: Stored<Key>,
  version: Stored<KeyVersion>,
  { iv, aad, sealed }: { readonly iv: Uint8Array; readonly aad: Uint8Array; readonly sealed: Uint8Array },
): Promise<Uint8Array> {
  try {
    return (await decryptWith(call, { key, version }, sealed, { iv, aad })).plaintext
  } catch (cause) {
    // No caller gave this ciphertext, so a wrong one is nothing that a parameter could mend.
    if (cause instanceof KmsError && cause.code === 'InvalidParameter') throw new KmsError('InternalFailure', { cause })
    throw cause
  }
}

function readableKey(
  call: Call,
  { body: { encryptionKeyId } }: Stored<Secret>,
  key: Stored<Key> | undefined,
  isShown: boolean,
): Stored<Key> {
  const isApplication = call.caller.identity.type === 'ApplicationAccessPoint'
  if (isShown && encryptionKeyId !== undefined && !isApplication)
    return authorizeKey(call, key, { action: 'kms:Decrypt' })
  if (key === undefined) throw new KmsError('Forbidden.KeyNotFound')
  call.audit.keyId = key.id
  return key
}

/** Holds no `=`, so that no encryption context, which is made of `key=value`, can mean the same bytes. */
const placeAad = (accountId: string, uid: string, versionId: string): Uint8Array =>
  Buffer.from(`keyhaven secret ${accountId} ${uid} ${Buffer.from(versionId, 'utf8').toString('hex')}`, 'latin1')

/** @throws KmsError `Forbidden.ResourceNotFound` */
export async function storedVersion(
  call: Call,
  secret: Stored<Secret>,
  versionId: string,
  reader = call.kms.records as Pick<typeof call.kms.records, 'get'>,
): Promise<Stored<SecretVersion>> {
  const version = await reader.get(secretVersions, secretVersionId(secret.body, versionId))
  if (version === undefined) throw resourceNotFound('secret version', versionId)
  return version
}
