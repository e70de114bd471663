/** PEM (RFC 7468): 64-character lines, `\n` line ends, a final newline. */
export function encodePem(label: string, der: Uint8Array): string {
  const text = Buffer.from(der.buffer, der.byteOffset, der.byteLength).toString('base64')
  const lines = text.match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

/** The bytes of the first block with this label; undefined if there is none or its Base64 is malformed. */
export function decodePem(label: string, pem: string): Uint8Array | undefined {
  const begin = `-----BEGIN ${label}-----`
  const start = pem.indexOf(begin)
  const end = pem.indexOf(`-----END ${label}-----`, start)
  if (start === -1 || end === -1) return undefined
  const text = pem.slice(start + begin.length, end).replace(/\s/g, '')
  const bytes = Buffer.from(text, 'base64')
  return text !== '' && bytes.toString('base64') === text ? bytes : undefined
}
