/**
 * What an encryption context becomes on the instance gateway, which takes bytes (AAD) only:
 * - `digest`: SHA-256 of the sorted pairs, 32 bytes, as the Java and Go clients and the service itself do
 * - `pythonHex`: the same digest as 64 hexadecimal letters, as the Python client does
 * - `pythonJson`: the JSON text, in the order of the map, as the Python client does in low-version mode
 */
export type ContextForm = 'digest' | 'pythonHex' | 'pythonJson'

/** How text becomes bytes on the instance gateway; for a client, or for one call. */
export interface TextOptions {
  /** character encoding of plaintext and context: `UTF-8` unless given; `GBK`, `GB18030`, `Big5`, … */
  readonly encoding?: string | undefined
  /** `digest` unless given; the others read what Python programs wrote */
  readonly contextForm?: ContextForm | undefined
}

/** How calls of the public gateway's operations are carried out by an instance gateway. */
export interface TransferOptions extends TextOptions {
  /** uses the operations that an instance had first: the initial version of a key, also of keys that aren't AES */
  readonly forceLowVersionCryptoTransfer?: boolean | undefined
}
