/** Base64 of bytes, and back. The command line may not import the primitives of crypto/. */
export const encodeText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/** @returns undefined if the text is not strict Base64 */
export function decodeText(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? new Uint8Array(bytes) : undefined
}

/**
 * As the service reads it: white space counts for nothing, since `fold` and `base64` wrap lines.
 *
 * @returns undefined if the text is anything else
 */
export const decodeWrappedText = (text: string): Uint8Array | undefined => decodeText(text.replaceAll(/[\t\n\r ]/g, ''))
