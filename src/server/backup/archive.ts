import { createHash, createSecretKey, type Hash, type KeyObject } from 'node:crypto'
import type { StoredRecord } from '../../core/store.ts'
import { decodeBase64, encodeBase64 } from '../../crypto/base64.ts'
import { CryptoFailure } from '../../crypto/failure.ts'
import { hkdfSha256 } from '../../crypto/kdf.ts'
import { openChunks, sealChunks } from '../../crypto/sealed-chunks.ts'
import { ConfigError } from '../config/load.ts'

/*
 * A backup is one file: "KHBACKUP", the length of the header (4 bytes, big-endian), the header in JSON, and a stream of
 * sealed chunks (crypto/sealed-chunks.ts). Its key is derived from the root key with the hash of everything before it as
 * salt, so a header that was changed opens nothing. Inside are frames of kind (1 byte), length (4) and content: `o` opens
 * an entry by its path, `d` is content of it, `c` closes it, and `m`, last of all, is the manifest in JSON.
 */

const magic = Buffer.from('KHBACKUP')
const maxHeaderBytes = 1024 * 1024
const maxFrameBytes = 64 * 1024 * 1024

/** What a backup says of itself before it is opened; proven by opening it. */
export interface Header {
  readonly format: 1
  /** UTC */
  readonly createdAt: string
  /** random, 16 bytes, Base64 */
  readonly id: string
  readonly schema: number
  /** the deployment record of the moment, which the root secret of then opens */
  readonly deployment: StoredRecord
  /** name of the audit log, if it had one */
  readonly origin: string | undefined
}

/** What it holds, and up to where. */
export interface Manifest {
  readonly records: number
  /** of the audit log, as many as the database had signed */
  readonly auditRecords: number
  readonly entries: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[]
}

/** A part of the archive: the records, or a file. */
export interface Entry {
  readonly path: string
  readonly content: AsyncIterable<Uint8Array>
}

export const encodeRecord = ({ sealed, mac, ...rest }: StoredRecord): string =>
  JSON.stringify({ ...rest, sealed: sealed && encodeBase64(sealed), mac: encodeBase64(mac) })

export function decodeRecord(line: string): StoredRecord {
  const { sealed, mac, ...rest } = JSON.parse(line)
  return { ...rest, sealed: sealed === undefined ? undefined : bytesOf(sealed), mac: bytesOf(mac) }
}

const bytesOf = (text: string): Uint8Array => decodeBase64(text) ?? new Uint8Array()

export function encodeHeader({ deployment, ...rest }: Header): Buffer {
  const json = Buffer.from(JSON.stringify({ ...rest, deployment: encodeRecord(deployment) }))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(json.length)
  return Buffer.concat([magic, length, json])
}

/** @param derived - 32 bytes of the root key, for backups alone */
export function archiveKey(derived: Uint8Array, header: Uint8Array): KeyObject {
  const bytes = hkdfSha256(derived, createHash('sha256').update(header).digest(), 'archive', 32)
  const key = createSecretKey(bytes)
  bytes.fill(0)
  return key
}

export async function* sealEntries(
  key: KeyObject,
  entries: AsyncIterable<Entry>,
  facts: () => Omit<Manifest, 'entries'>,
): AsyncGenerator<Uint8Array> {
  yield* sealChunks(key, framesOf(entries, facts))
}

async function* framesOf(entries: AsyncIterable<Entry>, facts: () => Omit<Manifest, 'entries'>) {
  const listed: Manifest['entries'][number][] = []
  for await (const { path, content } of entries) {
    yield frame('o', Buffer.from(path))
    const hash = createHash('sha256')
    let bytes = 0
    for await (const chunk of content) {
      hash.update(chunk)
      bytes += chunk.length
      yield frame('d', chunk)
    }
    yield frame('c', new Uint8Array())
    listed.push({ path, bytes, sha256: hash.digest('base64') })
  }
  yield frame('m', Buffer.from(JSON.stringify({ ...facts(), entries: listed })))
}

function frame(kind: string, content: Uint8Array): Buffer {
  const head = Buffer.alloc(5)
  head.write(kind, 'latin1')
  head.writeUInt32BE(content.length, 1)
  return Buffer.concat([head, content])
}

/** What is met when an archive is read, in order. */
export type Met =
  | { readonly type: 'open'; readonly path: string }
  | { readonly type: 'data'; readonly bytes: Uint8Array }
  | { readonly type: 'close' }
  | { readonly type: 'end'; readonly manifest: Manifest }

/** @throws ConfigError when it is not as it was written, wherever that shows */
export async function* openEntries(key: KeyObject, sealed: AsyncIterable<Uint8Array>): AsyncGenerator<Met> {
  const check = new ManifestCheck()
  let manifest: Manifest | undefined
  try {
    for await (const { kind, content } of frames(openChunks(key, sealed))) {
      if (manifest) throw damaged()
      const met = check.take(kind, content)
      if (met.type === 'end') manifest = met.manifest
      else yield met
    }
  } catch (error) {
    throw error instanceof CryptoFailure ? damaged(error) : error
  }
  if (!manifest) throw damaged()
  yield { type: 'end', manifest }
}

/** Compares the entries with what the manifest says of them. */
class ManifestCheck {
  readonly #seen: Manifest['entries'][number][] = []
  #open: { readonly path: string; readonly hash: Hash; bytes: number } | undefined

  take(kind: string, content: Uint8Array): Met {
    const open = this.#open
    if (kind === 'o' && !open) {
      const path = Buffer.from(content).toString()
      this.#open = { path, hash: createHash('sha256'), bytes: 0 }
      return { type: 'open', path }
    }
    if (kind === 'd' && open) {
      open.hash.update(content)
      open.bytes += content.length
      return { type: 'data', bytes: content }
    }
    if (kind === 'c' && open) {
      this.#seen.push({ path: open.path, bytes: open.bytes, sha256: open.hash.digest('base64') })
      this.#open = undefined
      return { type: 'close' }
    }
    if (kind !== 'm' || open) throw damaged()
    const manifest: Manifest = JSON.parse(Buffer.from(content).toString())
    if (JSON.stringify(manifest.entries) !== JSON.stringify(this.#seen)) throw damaged()
    return { type: 'end', manifest }
  }
}

async function* frames(stream: AsyncIterable<Uint8Array>) {
  let held = Buffer.alloc(0)
  for await (const chunk of stream) {
    held = Buffer.concat([held, chunk])
    for (;;) {
      if (held.length < 5) break
      const length = held.readUInt32BE(1)
      if (length > maxFrameBytes) throw damaged()
      if (held.length < 5 + length) break
      yield { kind: held.toString('latin1', 0, 1), content: held.subarray(5, 5 + length) }
      held = held.subarray(5 + length)
    }
  }
  if (held.length > 0) throw damaged()
}

export const damaged = (cause?: unknown): ConfigError => {
  const error = new ConfigError('the backup is damaged or was altered')
  error.cause = cause
  return error
}

/** What stands before the sealed part, and that part. */
export interface OpenedArchive {
  readonly header: Header
  /** as it stands in the file, for its key */
  readonly headerBytes: Uint8Array
  readonly sealed: AsyncIterable<Uint8Array>
}

/** @throws ConfigError when it is no backup */
export async function readHeader(stream: AsyncIterable<Uint8Array>): Promise<OpenedArchive> {
  const chunks = stream[Symbol.asyncIterator]()
  let held = Buffer.alloc(0)
  const until = async (length: number): Promise<void> => {
    while (held.length < length) {
      const { done, value } = await chunks.next()
      if (done) throw new ConfigError('this is no backup of Keyhaven')
      held = Buffer.concat([held, value])
    }
  }
  await until(magic.length + 4)
  const length = held.readUInt32BE(magic.length)
  if (!held.subarray(0, magic.length).equals(magic) || length > maxHeaderBytes)
    throw new ConfigError('this is no backup of Keyhaven')
  const end = magic.length + 4 + length
  await until(end)
  const headerBytes = held.subarray(0, end)
  const rest = held.subarray(end)
  async function* sealed(): AsyncGenerator<Uint8Array> {
    yield rest
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value
  }
  return { header: parseHeader(headerBytes.subarray(magic.length + 4)), headerBytes, sealed: sealed() }
}

function parseHeader(json: Buffer): Header {
  try {
    const header = JSON.parse(json.toString())
    if (header.format !== 1) throw new ConfigError(`the backup has the format ${header.format} of another release`)
    return { ...header, deployment: decodeRecord(header.deployment) }
  } catch (error) {
    throw error instanceof ConfigError ? error : damaged(error)
  }
}
