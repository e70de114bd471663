import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KmsError } from '../core/errors.ts'
import { recordKind } from '../core/records.ts'
import { rootKeyOf } from '../core/sealing/root-key.ts'
import { SealedRecords } from '../core/sealing/sealed-records.ts'
import { openStore } from '../store/open-store.ts'
import { machine } from './measure.ts'

/*
 * What it would cost to find out that an old copy of a single row was put back: every change would have to be noted in
 * one record that covers them all (several that stand apart would be put back together with the row). Compares changes
 * with and without such a note, one at a time and 32 at once.
 *
 *     npm run bench rollback -- [postgres://…]
 */

interface Probe {
  readonly accountId: string
  readonly text: string
}
const probes = recordKind<Probe>({ name: 'bench-probe', indexes: ({ accountId }) => [['account', accountId]] })
const roots = recordKind<{ readonly changes: number }>({ name: 'bench-root', indexes: () => [] })

const rounds = 5
const changesPerRun = 320

export async function run([url]: readonly string[]): Promise<void> {
  console.log(`${machine()}; ${changesPerRun} changes a run, ${rounds} interleaved rounds, median ms per change`)
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-bench-'))
  try {
    await compare('SQLite', { engine: 'sqlite', path: join(folder, 'bench.db') })
    if (url) await compare('PostgreSQL', { engine: 'postgres', url })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function compare(name: string, address: Parameters<typeof openStore>[0]): Promise<void> {
  const store = await openStore(address)
  const records = new SealedRecords({ store, randomBytes, onTampering: () => {}, cachedMs: undefined })
  records.keyring.unseal({ rootKey: rootKeyOf(randomBytes(32), 'bench') })
  const rootId = randomBytes(8).toString('hex')
  await records.transaction((transaction) => transaction.insert(roots, rootId, { changes: 0 }))
  try {
    for (const callers of [1, 32]) {
      const times: Record<'alone' | 'noted', number[]> = { alone: [], noted: [] }
      const count = { attempts: 0, refused: 0 }
      for (let round = 0; round < rounds; round++) {
        times.alone.push(await timed(callers, () => change(records)))
        const note = () => change(records, rootId, () => count.attempts++)
        const refusable = () => note().catch((error: unknown) => (isContention(error) ? count.refused++ : fail(error)))
        times.noted.push(await timed(callers, refusable))
      }
      const [alone, noted] = [median(times.alone), median(times.noted)]
      const changes = rounds * changesPerRun
      console.log(
        `${name}, ${callers} at once: ${alone.toFixed(2)} alone, ${noted.toFixed(2)} noted in one record (${(noted / alone).toFixed(1)} ×), ${(count.attempts / changes).toFixed(1)} attempts a change, ${count.refused} of ${changes} given up`,
      )
    }
  } finally {
    await store.close()
  }
}

/** Somebody else was faster too often in a row. */
const isContention = (error: unknown): boolean =>
  error instanceof KmsError && error.code === 'ServiceUnavailableTemporary'
const fail = (error: unknown): never => {
  throw error
}

const change = (records: SealedRecords, rootId?: string, attempted: () => unknown = () => {}): Promise<unknown> =>
  records.transaction(async (transaction) => {
    attempted()
    const id = randomBytes(16).toString('hex')
    await transaction.insert(probes, id, { accountId: '1', text: 'x'.repeat(400) })
    if (rootId === undefined) return
    const root = await transaction.get(roots, rootId)
    if (root) await transaction.update(roots, root, { changes: root.body.changes + 1 })
  })

/** Milliseconds per change. */
async function timed(callers: number, work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  let left = changesPerRun
  const caller = async (): Promise<void> => {
    while (left-- > 0) await work()
  }
  await Promise.all(Array.from({ length: callers }, caller))
  return (performance.now() - began) / changesPerRun
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
