import type { GenerateAndExportDataKey } from '../../api/cryptography.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { makeDataKey } from './data-key.ts'
import { exportTarget, wrapFor } from './export-target.ts'

/** @see KMS API 2016-01-20, GenerateAndExportDataKey */
export async function generateAndExportDataKey(
  call: Call,
  input: Input<typeof GenerateAndExportDataKey>,
): Promise<Result<typeof GenerateAndExportDataKey>> {
  const target = exportTarget(input)
  const { plaintext, ...sealed } = await makeDataKey(call, input)
  try {
    return { ...sealed, exportedDataKey: await wrapFor(call, target, plaintext) }
  } finally {
    plaintext.fill(0)
  }
}
