/** Tar archives, read as Debian and npm write them, and written so that the same entries give the same bytes. */

export interface Entry {
  /** from the root, without a slash at either end */
  readonly path: string
  readonly kind: 'file' | 'folder' | 'symlink'
  /** permissions alone */
  readonly mode: number
  /** of user and group; 0 unless given */
  readonly owner?: number
  readonly content?: Uint8Array
  /** of a symbolic link */
  readonly target?: string
}

const block = 512
const typeFlags = { file: '0', folder: '5', symlink: '2' } as const

const isEnd = (header: Buffer): boolean => header.every((byte) => byte === 0)
const textAt = (header: Buffer, at: number, length: number): string => {
  const field = header.subarray(at, at + length)
  const end = field.indexOf(0)
  return field.toString('utf8', 0, end < 0 ? length : end)
}
const numberAt = (header: Buffer, at: number, length: number): number =>
  Number.parseInt(textAt(header, at, length).trim() || '0', 8)
const padded = (bytes: number): number => Math.ceil(bytes / block) * block
const normal = (path: string): string => path.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '')

/** What a PAX header says of the entry behind it: lines `<length> <name>=<value>`. */
const paxOf = (content: Buffer): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...content.toString('utf8').matchAll(/^\d+ ([^=]+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  )

/**
 * Files, folders and symbolic links; a hard link becomes a file of its own.
 *
 * @throws Error for what is none of these: devices have no place in an image
 */
export function readTar(archive: Buffer): Entry[] {
  const entries: Entry[] = []
  let names: { path?: string | undefined; linkpath?: string | undefined } = {}
  for (let at = 0; at + block <= archive.length; ) {
    const header = archive.subarray(at, at + block)
    if (isEnd(header)) break
    const size = numberAt(header, 124, 12)
    const content = archive.subarray(at + block, at + block + size)
    at += block + padded(size)
    const type = textAt(header, 156, 1) || '0'
    if (type === 'x') names = paxOf(content)
    else if (type === 'L') names = { ...names, path: textAt(content, 0, size) }
    else if (type === 'K') names = { ...names, linkpath: textAt(content, 0, size) }
    else if (type !== 'g') {
      entries.push(entryOf(header, type, content, names, entries))
      names = {}
    }
  }
  return entries.filter(({ path }) => path !== '')
}

function entryOf(
  header: Buffer,
  type: string,
  content: Buffer,
  names: { readonly path?: string | undefined; readonly linkpath?: string | undefined },
  before: readonly Entry[],
): Entry {
  const prefix = textAt(header, 257, 6) === 'ustar' ? textAt(header, 345, 155) : ''
  const path = normal(names.path ?? [prefix, textAt(header, 0, 100)].filter(Boolean).join('/'))
  const target = names.linkpath ?? textAt(header, 157, 100)
  const mode = numberAt(header, 100, 8) & 0o7777
  if (type === '0') return { path, kind: 'file', mode, content }
  if (type === '5') return { path, kind: 'folder', mode }
  if (type === '2') return { path, kind: 'symlink', mode: 0o777, target }
  const linked = before.find((entry) => entry.path === normal(target))
  if (type === '1' && linked?.kind === 'file') return { ...linked, path }
  throw new Error(`${path} is of a kind (${type}) that an image has no place for`)
}

/**
 * Entries in the order of their paths, each after the folders that it lies in, of which the missing ones are added. All
 * of them are of the time 0, so the archive depends on nothing but what is in it.
 *
 * @throws Error when two are at one path
 */
export function writeTar(entries: readonly Entry[]): Buffer {
  const all = new Map<string, Entry>()
  for (const entry of entries) {
    const there = all.get(entry.path)
    if (there !== undefined && !(there.kind === 'folder' && entry.kind === 'folder'))
      throw new Error(`there are two entries at ${entry.path}`)
    all.set(entry.path, entry)
  }
  for (const { path } of entries)
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end)
      if (!all.has(folder)) all.set(folder, { path: folder, kind: 'folder', mode: 0o755 })
    }
  const sorted = [...all.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
  return Buffer.concat([...sorted.flatMap(archived), Buffer.alloc(2 * block)])
}

function archived(entry: Entry): Uint8Array[] {
  const { content = Buffer.alloc(0) } = entry
  const padding = Buffer.alloc(padded(content.length) - content.length)
  return [headerOf(entry, content.length), content, padding]
}

function headerOf({ path, kind, mode, owner = 0, target = '' }: Entry, size: number): Buffer {
  const header = Buffer.alloc(block)
  const [prefix, name] = split(kind === 'folder' ? `${path}/` : path)
  const octal = (value: number, at: number, length: number): void =>
    void header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at)
  if (Buffer.byteLength(target) > 100) throw new Error(`${path} leads to a path too long for an archive`)
  header.write(name, 0)
  octal(mode, 100, 8)
  octal(owner, 108, 8)
  octal(owner, 116, 8)
  octal(size, 124, 12)
  octal(0, 136, 12)
  header.write(' '.repeat(8), 148)
  header.write(typeFlags[kind], 156)
  header.write(target, 157)
  header.write('ustar\x0000', 257)
  header.write(prefix, 345)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}

/** A long path is kept in two fields. */
function split(path: string): [prefix: string, name: string] {
  if (Buffer.byteLength(path) <= 100) return ['', path]
  for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
    const [prefix, name] = [path.slice(0, slash), path.slice(slash + 1)]
    if (name !== '' && Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(name) <= 100) return [prefix, name]
  }
  throw new Error(`${path} is too long for an archive`)
}
