import { createHash, randomFillSync } from 'node:crypto'
import { closeSync, createReadStream, ftruncateSync, openSync, writeSync } from 'node:fs'

const portionBytes = 1 << 22

/** A file of random bytes; with holes, every second stretch of 64 MiB is left out, so that most of it takes no space. */
export function generate(path: string, bytes: number, settings: { readonly withHoles: boolean }): void {
  const portion = new Uint8Array(portionBytes)
  const file = openSync(path, 'wx')
  for (let position = 0; position < bytes; position += portionBytes) {
    if (settings.withHoles && (position >> 26) % 2 === 1) continue
    writeSync(file, randomFillSync(portion), 0, Math.min(portionBytes, bytes - position), position)
  }
  ftruncateSync(file, bytes)
  closeSync(file)
}

export async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const portion of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(portion as Uint8Array)
  return hash.digest('hex')
}
