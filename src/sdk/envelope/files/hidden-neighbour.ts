import { createHash } from 'node:crypto'
import { basename, dirname, join } from 'node:path'

/** Bytes of the longest name that common file systems take. */
const longestName = 255

/**
 * `.NAME.ENDING` in the folder of a file. Of a name that leaves no room for the ending, its beginning and a hash stand
 * there.
 */
export function hiddenNeighbour(path: string, ending: string): string {
  const name = basename(path)
  const room = longestName - Buffer.byteLength(`..${ending}`)
  return join(dirname(path), `.${Buffer.byteLength(name) <= room ? name : shortened(name, room)}.${ending}`)
}

function shortened(name: string, room: number): string {
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 16)
  // As a stream, the decoder drops the character that the cut goes through.
  const start = new TextDecoder().decode(Buffer.from(name).subarray(0, room - hash.length - 1), { stream: true })
  return `${start}~${hash}`
}
