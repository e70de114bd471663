/** What one party usually holds: a single IPv4 address, an IPv6 /64. */
export const networkOf = (sourceAddress: string): string =>
  sourceAddress.includes('.') ? sourceAddress : prefix64(sourceAddress)

function prefix64(address: string): string {
  const [before = '', after] = address.split('::')
  const head = before === '' ? [] : before.split(':')
  const tail = after === undefined || after === '' ? [] : after.split(':')
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0')
  return [...head, ...zeros, ...tail].slice(0, 4).join(':')
}
