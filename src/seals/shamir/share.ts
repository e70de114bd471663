import { createHash } from 'node:crypto'
import { fromBase32, toBase32 } from './base32.ts'

/** One of several that together are a root secret. */
export interface Share {
  /** how many of its set it takes */
  readonly threshold: number
  /** 8 hexadecimal digits: which shares belong together */
  readonly set: string
  /** what the sharing gave: the bytes of a point, its coordinate last */
  readonly point: Uint8Array
}

const prefix = 'KHS1'
const [setBytes, pointBytes, checksumBytes] = [4, 33, 4]
const length = 1 + setBytes + pointBytes + checksumBytes
/** characters between two dashes */
const groupLength = 5

/** A share as people keep it: `KHS1-`, then 14 groups of letters and digits, so that it can be read out and typed. */
export function writeShare({ threshold, set, point }: Share): string {
  const content = Buffer.concat([Buffer.from([threshold]), Buffer.from(set, 'hex'), point])
  const text = toBase32(Buffer.concat([content, checksumOf(content)]))
  const groups = text.match(new RegExp(`.{1,${groupLength}}`, 'g')) ?? []
  return [prefix, ...groups].join('-')
}

/**
 * Reads a share; capitals, spaces and dashes do not matter.
 *
 * @throws RangeError with one line that repeats nothing of it
 */
export function readShare(text: string): Share {
  const compact = text.replaceAll(/[\s\uFEFF-]/g, '').toUpperCase()
  if (!compact.startsWith(prefix)) throw new RangeError(`That is no share: one begins with ${prefix}.`)
  const bytes = fromBase32(compact.slice(prefix.length))
  if (bytes?.length !== length) throw new RangeError('The share is incomplete, or holds a character that none has.')
  const content = bytes.subarray(0, length - checksumBytes)
  if (!checksumOf(content).equals(bytes.subarray(content.length)))
    throw new RangeError('The share has a slip in it: its checksum does not fit.')
  return {
    threshold: content[0] ?? 0,
    set: content.subarray(1, 1 + setBytes).toString('hex'),
    point: Uint8Array.from(content.subarray(1 + setBytes)),
  }
}

const checksumOf = (content: Uint8Array): Buffer =>
  createHash('sha256').update(prefix).update(content).digest().subarray(0, checksumBytes)
