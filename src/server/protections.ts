import { secureHeapUsed } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { url as inspectorUrl } from 'node:inspector'

/** What an open RSA key of 4096 bits takes of the secure heap, and what `materialCount` of them take: a power of two. */
const keyBytes = 1792
const neededHeap = 2 ** 25
const heapFlag = `--secure-heap=${neededHeap}`

/**
 * Looks which protections of the process are missing (SEC-26), each in a few words with what brings it about.
 * docs/guides/operations.md has a service unit with all of them. Node's own permission model is not among them: under
 * it there is no fsync, and without that nothing is durable.
 */
export function missingProtections(): string[] {
  const heapBytes = secureHeapUsed()?.total ?? 0
  const checks: [boolean, string][] = [
    [process.getuid?.() === 0, 'runs as root'],
    [coreDumpsAllowed(), 'core dumps are allowed (ulimit -c 0)'],
    [inspectorUrl() !== undefined, 'a debugger can attach (--inspect)'],
    [!process.execArgv.includes('--disable-sigusr1'), 'a signal can start the debugger (--disable-sigusr1)'],
    [heapBytes === 0, `no secure heap (${heapFlag})`],
    [
      heapBytes > 0 && heapBytes < neededHeap,
      `the secure heap is full with ${Math.floor(heapBytes / keyBytes)} open keys, and then no call succeeds (${heapFlag})`,
    ],
    [process.env.NODE_OPTIONS !== undefined, 'NODE_OPTIONS is set'],
    [swapIsOn(), 'swap is on (MemorySwapMax=0, or encrypt it)'],
  ]
  return checks.filter(([isMissing]) => isMissing).map(([, what]) => what)
}

function coreDumpsAllowed(): boolean {
  const line = read('/proc/self/limits').match(/^Max core file size\s+(\S+)/m)
  return line !== null && line[1] !== '0'
}

const swapIsOn = (): boolean => /^SwapTotal:\s+[1-9]/m.test(read('/proc/meminfo'))

/** Only Linux tells; elsewhere nothing is known and nothing claimed. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
