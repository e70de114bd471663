import { isIPv4, isIPv6, type Socket } from 'node:net'
import { canonicalAddress } from '../socket-ends.ts'

/** The header that a proxy puts before a connection that it passes on. */
export interface ProxyHeader {
  /** in bytes; what follows is the client's */
  readonly length: number
  /** the client's address; undefined when the proxy speaks for itself or does not know */
  readonly source: string | undefined
}

const signature1 = Buffer.from('PROXY ')
const signature2 = Buffer.from('\r\n\r\n\0\r\nQUIT\n')
/** PROXY protocol §2.1: a line of version 1 has at most 107 bytes */
const longestLine = 107
/** of version 2, addresses and extensions together; the protocol asks for 536 */
const longestBlock = 4096
const fixedBytes = 16

/**
 * Reads a header of either version.
 *
 * @returns undefined as long as more bytes are needed
 * @throws RangeError for what is no header
 * @see "The PROXY protocol", versions 1 and 2
 */
export function parseProxyHeader(bytes: Buffer): ProxyHeader | undefined {
  if (startsLike(bytes, signature2)) return bytes.length < fixedBytes ? undefined : binaryHeader(bytes)
  if (startsLike(bytes, signature1)) return textHeader(bytes)
  throw new RangeError('no PROXY header')
}

/** Whether the bytes that are there already agree with `signature`. */
function startsLike(bytes: Buffer, signature: Buffer): boolean {
  const length = Math.min(bytes.length, signature.length)
  return bytes.subarray(0, length).equals(signature.subarray(0, length))
}

const line = /^PROXY (?:UNKNOWN(?: [\x20-\x7e]*)?|(TCP4|TCP6) (\S+) (\S+) (\d{1,5}) (\d{1,5}))$/

function textHeader(bytes: Buffer): ProxyHeader | undefined {
  const text = bytes.subarray(0, longestLine).toString('latin1')
  const end = text.indexOf('\r\n')
  if (end < 0 && bytes.length < longestLine) return undefined
  const match = line.exec(text.slice(0, Math.max(end, 0)))
  if (match === null) throw new RangeError('no PROXY header')
  const [, family, source = '', destination = '', ...ports] = match
  if (family === undefined) return { length: end + 2, source: undefined }
  const isAddress = family === 'TCP4' ? isIPv4 : isPlainIPv6
  if (!isAddress(source) || !isAddress(destination) || ports.some((port) => Number(port) > 65_535))
    throw new RangeError('no PROXY header')
  return { length: end + 2, source: canonicalAddress(source) }
}

const isPlainIPv6 = (address: string): boolean => isIPv6(address) && !address.includes('%')

function binaryHeader(bytes: Buffer): ProxyHeader | undefined {
  const [command = 0, family = 0] = bytes.subarray(12)
  const block = bytes.readUInt16BE(14)
  if (command >> 4 !== 2 || (command & 15) > 1 || block > longestBlock) throw new RangeError('no PROXY header')
  const length = fixedBytes + block
  if (bytes.length < length) return undefined
  const isLocal = (command & 15) === 0
  return { length, source: isLocal ? undefined : sourceOf(family, bytes.subarray(fixedBytes, length)) }
}

/** Family and transport in one byte: TCP over IPv4 and IPv6 have addresses; unknown ones and UNIX sockets none for us. */
function sourceOf(family: number, block: Buffer): string | undefined {
  if (family === 0x11 && block.length >= 12) return block.subarray(0, 4).join('.')
  if (family === 0x21 && block.length >= 36)
    return canonicalAddress((block.toString('hex', 0, 16).match(/.{4}/g) ?? []).join(':'))
  if (family === 0x00 || family === 0x31) return undefined
  throw new RangeError('no PROXY header')
}

const patienceMs = 10_000

/**
 * Takes the header from the beginning of a connection.
 *
 * @returns the client's address; undefined when the proxy speaks for itself or does not know
 * @throws RangeError for what is no header, or none within ten seconds
 */
export function readProxyHeader(socket: Socket): Promise<string | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>()
  let bytes = Buffer.alloc(0)
  const read = (): void => {
    try {
      for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) bytes = Buffer.concat([bytes, chunk])
      const header = parseProxyHeader(bytes)
      if (header === undefined) return
      socket.off('readable', read)
      socket.unshift(bytes.subarray(header.length))
      resolve(header.source)
    } catch (error) {
      reject(error)
    }
  }
  const gone = (): void => reject(new RangeError('no PROXY header'))
  const timer = setTimeout(gone, patienceMs)
  socket.on('readable', read).once('error', gone).once('close', gone)
  return promise.finally(() => {
    clearTimeout(timer)
    socket.off('readable', read).off('error', gone).off('close', gone)
  })
}
