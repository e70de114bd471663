import { isIPv4, type Socket, SocketAddress } from 'node:net'

/** The shortest spelling, which policies and logs use; IPv4 as such, also when the socket listens on both families. */
export function canonicalAddress(address: string): string {
  if (isIPv4(address)) return address
  const { address: shortest } = new SocketAddress({ address, family: 'ipv6' })
  return shortest.replace(/^::ffff:(?=\d+\.)/i, '')
}

/** Undefined when the connection is gone. */
export const peerOf = ({ remoteAddress }: Socket): string | undefined =>
  remoteAddress === undefined ? undefined : canonicalAddress(remoteAddress.split('%', 1)[0] ?? '')

/** Tells a connection from all others that are open. */
export const endsOf = ({ remoteAddress, remotePort, localAddress, localPort }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`
