/**
 * Envelope encryption: data of any size is encrypted here with a data key that the KMS protects. The formats are
 * described in docs/reference/envelope-format.md.
 */
export { DataKeyCache, type DataKeyCacheLimits } from './data-keys/cache.ts'
export { type DecryptResult, type DecryptStreamOptions, decrypt, decryptStream } from './decrypt.ts'
export { describeEnvelope } from './describe.ts'
export { type EncryptResult, type EncryptStreamOptions, encrypt, encryptStream } from './encrypt.ts'
export type { EncryptionContext } from './encryption-context.ts'
export { type SdkAlgorithmName, sdkAlgorithmNames } from './encryption-sdk/algorithm.ts'
export type { EnvelopeKms, Recipient } from './envelope-kms.ts'
export { EnvelopeError, type EnvelopeErrorCode } from './errors.ts'
export { ChunkWorkers } from './files/chunk-workers.ts'
export { decryptFile } from './files/decrypt-file.ts'
export { encryptFile } from './files/encrypt-file.ts'
export { type ByteRange, EnvelopeFile } from './files/envelope-file.ts'
export { inspectFile } from './files/inspect-file.ts'
export type { DecryptFileOptions, EncryptFileOptions, FileOptions } from './files/options.ts'
export { type RewrapSummary, rewrapFile } from './files/rewrap-file.ts'
export { type EnvelopeFormat, envelopeFormats } from './formats.ts'
export type { EnvelopeAlgorithm } from './keyhaven/suite.ts'
export type { DecryptOptions, EncryptOptions, RewrapOptions } from './options.ts'
export { type RewrapResult, rewrapEnvelope, rewrapStream } from './rewrap-envelope.ts'
export type { DecryptionSummary, EncryptionSummary, EnvelopeDescription, KeySummary } from './summaries.ts'
