import { closeSync, constants, fsyncSync, openSync } from 'node:fs'
import { open } from 'node:fs/promises'

/** Without this a name that is new, or gone, may be otherwise after power loss. */
export async function syncFolder(path: string): Promise<void> {
  // folders cannot be opened there
  if (process.platform === 'win32') return
  const handle = await open(path, 'r')
  await handle.sync().finally(() => handle.close())
}

/** The same, waiting for the disk. */
export function syncFolderNow(path: string): void {
  if (process.platform === 'win32') return
  const descriptor = openSync(path, constants.O_RDONLY)
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
