import { BlockList, isIPv4 } from 'node:net'
import { addressRanges } from '../access/address-range.ts'
import { invalidParameter, KmsError } from '../errors.ts'
import type { RecordReader, Stored } from '../records.ts'
import { recordKind } from '../records.ts'

/** From where applications may call. Record id = `<account>/<name>`. */
export interface NetworkRule {
  readonly accountId: string
  readonly name: string
  readonly type: 'Private'
  /** IPv4 addresses and CIDR blocks */
  readonly sourcePrivateIp: readonly string[]
  readonly description: string
}

export const networkRules = recordKind<NetworkRule>({
  name: 'network-rule',
  indexes: (rule) => [['account', rule.accountId]],
})

export const networkRuleId = (accountId: string, name: string): string => `${accountId}/${name}`

/** @throws KmsError `Forbidden.ResourceNotFound` */
export async function findNetworkRule(
  reader: RecordReader,
  accountId: string,
  name: string,
): Promise<Stored<NetworkRule>> {
  const rule = await reader.get(networkRules, networkRuleId(accountId, name))
  if (rule === undefined) throw new KmsError('Forbidden.ResourceNotFound')
  return rule
}

/** RFC 1918, RFC 6598, loopback and link-local: addresses that are nobody's on the Internet. */
const privateBlocks = new BlockList()
privateBlocks.addSubnet('10.0.0.0', 8)
privateBlocks.addSubnet('172.16.0.0', 12)
privateBlocks.addSubnet('192.168.0.0', 16)
privateBlocks.addSubnet('100.64.0.0', 10)
privateBlocks.addSubnet('127.0.0.0', 8)
privateBlocks.addSubnet('169.254.0.0', 16)

/** @throws KmsError `InvalidParameter` of `SourcePrivateIp` unless all are private IPv4 addresses or blocks */
export function checkAddresses(ranges: readonly string[]): void {
  try {
    addressRanges(ranges)
  } catch (error) {
    throw invalidParameter('SourcePrivateIp', error instanceof Error ? `${error.message}.` : undefined)
  }
  const foreign = ranges.find((range) => !isPrivate(range))
  if (foreign !== undefined) throw invalidParameter('SourcePrivateIp', `"${foreign}" is no private IPv4 address.`)
}

/** A block is private when it lies in a private one: blocks do not overlap by halves, so its two ends tell. */
function isPrivate(range: string): boolean {
  const [address = '', length = '32'] = range.split('/')
  if (!isIPv4(address)) return false
  const first = address.split('.').reduce((value, octet) => value * 256 + Number(octet), 0)
  const size = 2 ** (32 - Number(length))
  const start = Math.floor(first / size) * size
  return [start, start + size - 1].every((end) => privateBlocks.check(dotted(end)))
}

const dotted = (value: number): string => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.')
