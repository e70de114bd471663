import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Seen } from '../../store/engines/postgres-identity.ts'
import type { SeenMemory } from '../../store/engines/postgres-servers.ts'
import { writeAtomically } from '../files/write-atomically.ts'

/**
 * What this node has seen of the PostgreSQL that it uses, across its restarts: an old primary that is all that it finds
 * after one is known for what it is. Who wants to go back to an older copy removes the file.
 */
export function seenDatabase(folder: string): SeenMemory {
  const file = join(folder, 'database.json')
  return {
    read() {
      try {
        return JSON.parse(readFileSync(file, 'utf8')) as Seen
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
        throw error
      }
    },
    // several threads may have seen the same
    keep: (seen) => writeAtomically(file, `${JSON.stringify(seen)}\n`),
  }
}
