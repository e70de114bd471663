import { open } from 'node:fs/promises'

/** Without this a name that is new, or gone, may be otherwise after power loss. */
export async function syncFolder(path: string): Promise<void> {
  // folders cannot be opened there
  if (process.platform === 'win32') return
  const handle = await open(path, 'r')
  await handle.sync().finally(() => handle.close())
}
