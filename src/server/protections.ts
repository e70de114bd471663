import { secureHeapUsed } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { url as inspectorUrl } from 'node:inspector'
import { join } from 'node:path'

/** What an open RSA key of 4096 bits takes of the secure heap, and what `materialCount` of them take: a power of two. */
const keyBytes = 1792
const neededHeap = 2 ** 25
const heapFlag = `--secure-heap=${neededHeap}`

/**
 * Looks which protections of the process are missing (SEC-26), each in a few words with what brings it about.
 * The service unit below deploy/systemd/ has all of them. Node's own permission model is not among them: under it there
 * is no fsync, and without that nothing is durable.
 *
 * @param read - the text of a file of the system
 */
export function missingProtections(read: (path: string) => string = textOf): string[] {
  const heapBytes = secureHeapUsed()?.total ?? 0
  const checks: [boolean, string][] = [
    [process.getuid?.() === 0, 'runs as root'],
    [coreDumpsAllowed(read), 'core dumps are allowed (ulimit -c 0)'],
    [inspectorUrl() !== undefined, 'a debugger can attach (--inspect)'],
    [!process.execArgv.includes('--disable-sigusr1'), 'a signal can start the debugger (--disable-sigusr1)'],
    [heapBytes === 0, `no secure heap (${heapFlag})`],
    [
      heapBytes > 0 && heapBytes < neededHeap,
      `the secure heap is full with ${Math.floor(heapBytes / keyBytes)} open keys, and then no call succeeds (${heapFlag})`,
    ],
    [process.env.NODE_OPTIONS !== undefined, 'NODE_OPTIONS is set'],
    [maySwap(read), 'swap is on (MemorySwapMax=0, or encrypt it)'],
  ]
  return checks.filter(([isMissing]) => isMissing).map(([, what]) => what)
}

function coreDumpsAllowed(read: (path: string) => string): boolean {
  const line = read('/proc/self/limits').match(/^Max core file size\s+(\S+)/m)
  return line !== null && line[1] !== '0'
}

/** A machine may have swap that the control group (v2) of the process is kept from. */
function maySwap(read: (path: string) => string): boolean {
  if (!/^SwapTotal:\s+[1-9]/m.test(read('/proc/meminfo'))) return false
  const [, group] = /^0::(\/.*)$/m.exec(read('/proc/self/cgroup')) ?? []
  return group === undefined || read(join('/sys/fs/cgroup', group, 'memory.swap.max')).trim() !== '0'
}

/** Only Linux tells; elsewhere nothing is known and nothing claimed. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
