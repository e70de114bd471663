import { isIP, isIPv4 } from 'node:net'
import { DerReader, derTag, encodeDer } from '../../crypto/der.ts'

/*
 * Name constraints (RFC 5280 §4.2.1.10): the only names that certificates of a CA may have. Whoever trusts the CA trusts
 * it for these, and whoever steals its key can pretend to be nobody else.
 */

export const nameConstraintsOid = '2.5.29.30'
const oidBytes = Buffer.from('551d1e', 'hex')
const permittedTag = 0xa0
const dnsTag = 0x82
const addressTag = 0x87
const extensionsTag = 0xa3
/** 127.0.0.0/8: a machine talking to itself may listen on any of these */
const loopback = Buffer.from('7f000000ff000000', 'hex')

/** @returns the value of the extension that permits these names and no others */
export function encodeNameConstraints(names: readonly string[]): Uint8Array {
  const hosts = new Set(names.filter((name) => isIP(name) === 0).map(baseOf))
  const addresses = names.filter((name) => isIP(name) !== 0).map(addressBytes)
  const bases = [
    ...[...hosts].map((host) => encodeDer(dnsTag, Buffer.from(host, 'ascii'))),
    ...[loopback, ...addresses.map((address) => Buffer.concat([address, Buffer.alloc(address.length, 0xff)]))].map(
      (range) => encodeDer(addressTag, range),
    ),
  ]
  const subtrees = bases.map((base) => encodeDer(derTag.sequence, base))
  return encodeDer(derTag.sequence, encodeDer(permittedTag, ...subtrees))
}

export type Permits = (name: string) => boolean

/** @returns `undefined` when the certificate (DER) has no such extension: then it may sign for any name */
export function readNameConstraints(certificate: Uint8Array): Permits | undefined {
  const value = extensionValue(certificate)
  if (value === undefined) return undefined
  const permitted = new DerReader(
    contentOf(new DerReader(value), derTag.sequence).read(permittedTag) ?? new Uint8Array(0),
  )
  const [hosts, ranges]: [string[], Uint8Array[]] = [[], []]
  while (!permitted.isAtEnd) {
    const subtree = contentOf(permitted, derTag.sequence)
    const host = subtree.read(dnsTag)
    const range = host === undefined ? subtree.read(addressTag) : undefined
    if (host !== undefined) hosts.push(Buffer.from(host).toString('ascii'))
    if (range !== undefined) ranges.push(range)
  }
  return (name) =>
    isIP(name) === 0
      ? hosts.some((host) => isWithin(baseOf(name), host))
      : ranges.some((range) => isInRange(addressBytes(name), range))
}

/** A subtree of hosts is the host itself and all below it. */
const baseOf = (name: string): string => name.replace(/^\*\./, '').toLowerCase()
const isWithin = (name: string, host: string): boolean => name === host || name.endsWith(`.${host}`)

function isInRange(address: Uint8Array, range: Uint8Array): boolean {
  const mask = range.subarray(address.length)
  return range.length === 2 * address.length && address.every((byte, at) => (byte & (mask[at] ?? 0)) === range[at])
}

function addressBytes(address: string): Uint8Array {
  if (isIPv4(address)) return Uint8Array.from(address.split('.'), Number)
  // As a URL it is written in the shortest form, without an IPv4 part.
  const [front = '', back] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const missing = back === undefined ? 0 : 8 - groups(front).length - groups(back).length
  const all = [...groups(front), ...Array<string>(missing).fill('0'), ...groups(back ?? '')]
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex')
}

/** The value of the extension in the certificate, if it is there (RFC 5280 §4.1). */
function extensionValue(certificate: Uint8Array): Uint8Array | undefined {
  const toBeSigned = contentOf(contentOf(new DerReader(certificate), derTag.sequence), derTag.sequence)
  toBeSigned.read(0xa0)
  for (const tag of [derTag.integer, ...Array<number>(5).fill(derTag.sequence)]) toBeSigned.read(tag)
  const extensions = toBeSigned.read(extensionsTag)
  if (extensions === undefined) return undefined
  const list = contentOf(new DerReader(extensions), derTag.sequence)
  while (!list.isAtEnd) {
    const extension = contentOf(list, derTag.sequence)
    const isIt = Buffer.compare(extension.read(derTag.objectIdentifier) ?? new Uint8Array(0), oidBytes) === 0
    extension.read(0x01) // critical or not
    if (isIt) return extension.read(derTag.octetString)
  }
  return undefined
}

function contentOf(reader: DerReader, tag: number): DerReader {
  const content = reader.read(tag)
  if (content === undefined) throw new TypeError('not a certificate')
  return new DerReader(content)
}
