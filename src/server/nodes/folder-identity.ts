import { readFileSync, statSync } from 'node:fs'

/**
 * Tells a folder from all others that this kernel knows: who holds its lock knows that no other process of the same
 * kernel does, so none that has said so before is there still. A copy, or the same path on another machine, is another folder.
 *
 * @returns undefined where kernels have no identity
 */
export function folderIdentity(folder: string): string | undefined {
  try {
    const { dev, ino } = statSync(folder)
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${dev}/${ino}`
  } catch {
    return undefined
  }
}
