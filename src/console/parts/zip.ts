/** A ZIP archive of uncompressed files (APPNOTE 6.3.10, 4.3): one download instead of several. */
export function zip(files: readonly { readonly name: string; readonly content: string | Uint8Array }[]): Uint8Array {
  const parts: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let offset = 0
  for (const { name, content } of files) {
    const bytes = typeof content === 'string' ? utf8.encode(content) : content
    const common = commonHeader(utf8.encode(name), bytes)
    const local = concat([little(0x04034b50, 4), common, utf8.encode(name), bytes])
    directory.push(
      concat([
        little(0x02014b50, 4),
        little(versionMadeBy, 2),
        common,
        little(0, 2),
        little(0, 2),
        little(0, 2),
        little(privateFile, 4),
        little(offset, 4),
        utf8.encode(name),
      ]),
    )
    parts.push(local)
    offset += local.length
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0)
  const counts = [little(files.length, 2), little(files.length, 2)]
  const end = concat([little(0x06054b50, 4), little(0, 4), ...counts, little(size, 4), little(offset, 4), little(0, 2)])
  return concat([...parts, ...directory, end])
}

const utf8 = new TextEncoder()
/** Unix, 2.0: only then do the attributes hold a file mode */
const versionMadeBy = (3 << 8) | 20
/** readable by its owner only: there are secrets in it */
const privateFile = (0o100600 << 16) >>> 0
/** 1 January 1980, the first date that the format knows: an archive does not tell when it was made */
const firstDate = 0x21

/** What the headers before a file and in the directory share, after version made by: from version needed to extra length. */
function commonHeader(name: Uint8Array, bytes: Uint8Array): Uint8Array {
  const isUtf8 = 0x800
  const sizes = [little(crc32(bytes), 4), little(bytes.length, 4), little(bytes.length, 4)]
  return concat([
    little(20, 2),
    little(isUtf8, 2),
    little(0, 2),
    little(0, 2),
    little(firstDate, 2),
    ...sizes,
    little(name.length, 2),
    little(0, 2),
  ])
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}

const little = (value: number, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => Math.floor(value / 2 ** (8 * index)) % 256)

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let offset = 0
  for (const part of parts) {
    all.set(part, offset)
    offset += part.length
  }
  return all
}
