import { BlockList, isIP, isIPv4 } from 'node:net'

/**
 * The addresses of `ranges`, each an IPv4 or IPv6 address or a CIDR block.
 * @returns a test for one textual address; what is no address is in no range
 * @throws RangeError naming the entry that is neither an address nor a block
 */
export function addressRanges(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const range of ranges) add(list, range)
  return (text) => {
    const address = plainAddress(text)
    return isIP(address) !== 0 && list.check(address, family(address))
  }
}

function add(list: BlockList, range: string): void {
  const [, address = '', length] = /^([0-9A-Fa-f:.]+)(?:\/(\d{1,3}))?$/.exec(range) ?? []
  const bits = isIPv4(address) ? 32 : 128
  const prefix = length === undefined ? bits : Number(length)
  if (isIP(address) === 0 || prefix > bits)
    throw new RangeError(`${JSON.stringify(range)} is no IP address or CIDR block`)
  list.addSubnet(address, prefix, family(address))
}

const family = (address: string): 'ipv4' | 'ipv6' => (isIPv4(address) ? 'ipv4' : 'ipv6')

/** A dual-stack socket shows IPv4 peers as `::ffff:192.0.2.1`, and link-local ones with a zone. */
function plainAddress(text: string): string {
  const [address = ''] = text.split('%')
  return /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(address) ? address.slice(7) : address
}
