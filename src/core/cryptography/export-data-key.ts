import type { ExportDataKey } from '../../api/cryptography.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { openBlob } from './blob-encryption.ts'
import { dataKeyOf } from './data-key.ts'
import { exportTarget, wrapFor } from './export-target.ts'

/**
 * Hands a data key to the holder of a private key. What is wrapped is the raw key, fit for import elsewhere.
 * @see KMS API 2016-01-20, ExportDataKey
 */
export async function exportDataKey(
  call: Call,
  input: Input<typeof ExportDataKey>,
): Promise<Result<typeof ExportDataKey>> {
  const target = exportTarget(input)
  const { keyId, keyVersionId, plaintext } = await openBlob(call, input.ciphertextBlob, input.encryptionContext)
  const dataKey = dataKeyOf(plaintext)
  try {
    return { keyId, keyVersionId, exportedDataKey: await wrapFor(call, target, dataKey) }
  } finally {
    plaintext.fill(0)
    dataKey.fill(0)
  }
}
