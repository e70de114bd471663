import { encodeContext } from '../encryption-context.ts'
import type { DataKeyCache } from './cache.ts'
import type { DataKey, DataKeyRequest } from './data-key.ts'
import { generateDataKey } from './generate.ts'

/**
 * A data key for one message: from the cache if the caller has one and the size is known, else a fresh one.
 *
 * @throws EnvelopeError `InvalidArgument` or `TooLarge` for the context, `KeyUnavailable`
 */
export async function obtainDataKey(
  request: DataKeyRequest,
  use: { cache?: DataKeyCache | undefined; purpose: string; plaintextBytes?: number | undefined },
): Promise<DataKey> {
  // Checked before any call is made in its name.
  encodeContext(request.encryptionContext)
  return use.cache ? use.cache.dataKeyFor(request, use.purpose, use.plaintextBytes) : generateDataKey(request)
}
