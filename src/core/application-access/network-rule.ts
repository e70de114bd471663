import { addressRanges } from '../access/address-range.ts'
import { invalidParameter, resourceNotFound } from '../errors.ts'
import type { RecordReader, Stored } from '../records.ts'
import { recordKind } from '../records.ts'

/** From where applications may call. Record id = `<account>/<name>`. */
export interface NetworkRule {
  readonly accountId: string
  readonly name: string
  readonly type: 'Private'
  /** addresses and CIDR blocks, IPv4 or IPv6 */
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
  if (rule === undefined) throw resourceNotFound('network rule', name)
  return rule
}

/**
 * The service says "private addresses" and takes public ones: behind its own gateways they are what a caller has.
 * @throws KmsError `InvalidParameter` of `SourcePrivateIp` unless all are IP addresses or CIDR blocks
 */
export function checkAddresses(ranges: readonly string[]): void {
  try {
    addressRanges(ranges)
  } catch (error) {
    throw invalidParameter('SourcePrivateIp', error instanceof Error ? `${error.message}.` : undefined)
  }
}
