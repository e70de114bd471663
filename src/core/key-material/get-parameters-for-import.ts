import type { GetParametersForImport } from '../../api/key-material.ts'
import type { Input, Result } from '../../api/operation.ts'
import { principalId } from '../access/principal.ts'
import { invalidParameter, KmsError } from '../errors.ts'
import { specOf, withNewMaterial } from '../keys/add-version.ts'
import { findKey } from '../keys/find-key.ts'
import type { Key } from '../keys/key.ts'
import type { Call } from '../kms.ts'
import type { RecordReader, Stored } from '../records.ts'
import { formatTime, secondsLater } from '../time.ts'
import {
  type ImportToken,
  importTokenSeconds,
  importTokens,
  newImportTokenId,
  writeImportToken,
} from './import-token.ts'
import { wrappings } from './wrapping.ts'

/**
 * Makes a wrapping key pair for one import. Each call gives another pair; earlier ones stay valid.
 *
 * @returns `publicKey`: Base64 of SubjectPublicKeyInfo in DER
 * @throws KmsError `Unsupported.Origin` unless the key has origin EXTERNAL; `InvalidParameter` of WrappingAlgorithm when
 * it does not go with the wrapping key or the key
 * @see KMS API 2016-01-20, GetParametersForImport
 */
export async function getParametersForImport(
  call: Call,
  input: Input<typeof GetParametersForImport>,
): Promise<Result<typeof GetParametersForImport>> {
  const { kms } = call
  await importableKey(call, input, kms.records)
  return withNewMaterial({ keySpec: input.wrappingKeySpec }, principalId(call.caller), ({ secret, publicKey = '' }) =>
    kms.records.transaction(async (transaction) => {
      const key = await importableKey(call, input, transaction)
      const id = newImportTokenId(kms)
      const token = newToken(call, key, input)
      await transaction.insert(importTokens, id, token, secret)
      const importToken = writeImportToken(kms, id, token)
      return { keyId: key.id, publicKey, importToken, tokenExpireTime: token.expiresAt }
    }),
  )
}

const newToken = (
  { kms }: Call,
  key: Stored<Key>,
  { wrappingKeySpec, wrappingAlgorithm }: Input<typeof GetParametersForImport>,
): ImportToken => ({
  accountId: key.body.accountId,
  keyId: key.id,
  wrappingKeySpec,
  wrappingAlgorithm,
  expiresAt: formatTime(secondsLater(kms.now(), importTokenSeconds)),
})

async function importableKey(
  call: Call,
  { keyId, wrappingKeySpec, wrappingAlgorithm }: Input<typeof GetParametersForImport>,
  reader: RecordReader,
): Promise<Stored<Key>> {
  const key = await findKey(call, keyId, { accepts: 'id', reader })
  if (key.body.origin !== 'EXTERNAL') throw new KmsError('Unsupported.Origin')
  const wrapping = wrappings.get(wrappingAlgorithm)
  // The service takes no SHA-1 for keys of instances.
  const isTooWeak = wrappingAlgorithm === 'RSAES_OAEP_SHA_1' && key.body.instanceId !== undefined
  if (wrapping?.wrappingKeySpec !== wrappingKeySpec || !wrapping.fits(specOf(key.body)) || isTooWeak) {
    throw invalidParameter('WrappingAlgorithm')
  }
  return key
}
