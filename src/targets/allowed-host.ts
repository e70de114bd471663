import { BlockList, isIP } from 'node:net'

/**
 * Whether the server may connect to an address to rotate a secret there. Whoever may create secrets names the address,
 * so it is the operator who says which ones are meant: `host:port`, `host:*`, or `10.0.0.0/8:5432`.
 */
export function isAllowedHost(allowed: readonly string[], host: string, port: number): boolean {
  return allowed.some((entry) => {
    const at = entry.lastIndexOf(':')
    const [name, portText] = [entry.slice(0, at).replace(/^\[|\]$/g, ''), entry.slice(at + 1)]
    return (portText === '*' || Number(portText) === port) && matches(name, host)
  })
}

function matches(name: string, host: string): boolean {
  const [network = '', prefix] = name.split('/')
  if (prefix === undefined) return name.toLowerCase() === host.toLowerCase()
  const family = isIP(host)
  if (family === 0 || isIP(network) !== family) return false
  const list = new BlockList()
  list.addSubnet(network, Number(prefix), family === 6 ? 'ipv6' : 'ipv4')
  return list.check(host, family === 6 ? 'ipv6' : 'ipv4')
}
