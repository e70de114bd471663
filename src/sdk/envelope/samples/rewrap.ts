import { encodeBase64 } from '../../../crypto/base64.ts'
import { rewrapBlob } from '../data-keys/rewrap-blob.ts'
import type { RewrapOptions } from '../options.ts'
import type { Rewrapped } from '../verbs.ts'
import { once } from '../whole.ts'
import { formatLineEnvelope } from './lines.ts'
import { formatV2Object } from './object.ts'
import { parseSample } from './parse.ts'

/** The same file with another first line, or the same object with another `encryptedDataKey`. */
export async function rewrapSample(envelope: Uint8Array, options: RewrapOptions): Promise<Rewrapped> {
  const sample = parseSample(envelope)
  const key = await rewrapBlob(sample.ciphertextBlob, options)
  const { ciphertextBlob } = key
  const rewrapped =
    sample.form === 'object'
      ? formatV2Object({ ...sample, encryptedDataKey: encodeBase64(ciphertextBlob) })
      : formatLineEnvelope({ ...sample, ciphertextBlob })
  return { keys: [key], bytes: once(rewrapped) }
}
