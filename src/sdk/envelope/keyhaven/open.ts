import type { ByteReader } from '../byte-reader.ts'
import { wipe } from '../data-keys/data-key.ts'
import { recoverDataKey } from '../data-keys/recover.ts'
import { requireContext } from '../encryption-context.ts'
import { authenticationFailed } from '../errors.ts'
import type { DecryptOptions } from '../options.ts'
import { requireCipher } from '../require-cipher.ts'
import { type DecryptionSummary, summaryOf } from '../summaries.ts'
import type { Opened } from '../verbs.ts'
import { openBody } from './body.ts'
import type { ChunkCipher } from './chunk.ts'
import { envelopeKeys, isKeyOf, type ParsedHeader } from './header.ts'
import { readHeader } from './read-header.ts'
import type { Suite } from './suite.ts'

/** An authentic header and the means to open chunks in any order; the holder wipes `cipher.chunkKey`. */
export interface UnlockedEnvelope {
  readonly summary: DecryptionSummary
  readonly header: ParsedHeader
  readonly cipher: ChunkCipher & { readonly suite: Suite }
  readonly chunkBytes: number
}

/**
 * Recovers the data key of a parsed header and checks commitment and header with it.
 *
 * @throws EnvelopeError `ContextMismatch`, `KeyUnavailable`, `AuthenticationFailed`
 */
export async function unlockEnvelope(header: ParsedHeader, options: DecryptOptions): Promise<UnlockedEnvelope> {
  const { kms, cache, signal } = options
  const { encryptionContext, suite, chunkBytes } = header
  requireCipher(suite.cipher)
  requireContext(encryptionContext, options.encryptionContext)
  const request = { kms, cache, signal, encryptionContext }
  const recovered = await recoverDataKey(
    header.wrappedKeys,
    request,
    (key) => isKeyOf(header, key),
    authenticationFailed,
  )
  const { chunkKey, headerKey } = envelopeKeys(header, recovered.plaintext)
  wipe(recovered.plaintext, headerKey)
  const summary = {
    format: 'keyhaven',
    algorithm: suite.algorithm,
    key: summaryOf(recovered.wrappedKey),
    encryptionContext,
  } as const
  return { summary, header, cipher: { suite, chunkKey }, chunkBytes }
}

/** Opens a `keyhaven` envelope as a sequence. */
export async function openKeyhaven(reader: ByteReader, options: DecryptOptions): Promise<Opened> {
  const unlocked = await unlockEnvelope(await readHeader(reader), options)
  return { summary: unlocked.summary, bytes: plaintextOf(reader, unlocked, options.signal) }
}

async function* plaintextOf(
  reader: ByteReader,
  { cipher, chunkBytes }: UnlockedEnvelope,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    yield* openBody(reader, cipher, chunkBytes, signal)
  } finally {
    wipe(cipher.chunkKey)
    await reader.close()
  }
}
