/** What is in a ZIP archive of uncompressed files, by name (APPNOTE 6.3.10, 4.3.7). */
export function filesIn(archive: Buffer): ReadonlyMap<string, Buffer> {
  const files = new Map<string, Buffer>()
  for (let at = 0; archive.readUInt32LE(at) === 0x04034b50; ) {
    const [size, nameLength] = [archive.readUInt32LE(at + 22), archive.readUInt16LE(at + 26)]
    const begin = at + 30 + nameLength + archive.readUInt16LE(at + 28)
    files.set(archive.toString('utf8', at + 30, at + 30 + nameLength), archive.subarray(begin, begin + size))
    at = begin + size
  }
  return files
}
