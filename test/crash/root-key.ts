import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { readDeployment } from '../../src/core/sealing/deployment.ts'
import { unseal } from '../../src/core/sealing/unseal.ts'
import { developmentSeal } from '../../src/server/root-secret.ts'
import { openStore } from '../../src/store/open-store.ts'
import { requireAudited } from './audited.ts'
import { figures, Ledger, verify } from './ledger.ts'
import { keyhaven, type Place, ServerProcess } from './server-process.ts'
import { type Random, workUntilCut } from './workload.ts'

export interface RotationKillOptions {
  readonly rounds: number
  readonly random: Random
  readonly report: (line: string) => void
}

const workers = 4
/** To take over and to settle takes some four seconds; a kill may come anywhere in them, and a little after. */
const longestMs = 4500

/**
 * Changes the root key under load, kills the server at a random moment of it, and starts it again, round after round.
 *
 * @throws when something acknowledged is gone, or the root key is not changed in the end; the data are left then
 */
export async function killRotations({ rounds, random, report }: RotationKillOptions): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'keyhaven-root-key-'))
  report(`data in ${data}`)
  const place: Place = { data }
  const ledger = new Ledger()
  for (let round = 1; round <= rounds; round++) {
    const before = ledger.mark
    await killOnce(place, ledger, random)
    const added = ledger.since(before)
    report(`round ${round}: root key ${await rootKeyVersion(place)}, ${figures(added)} survived`)
  }
  const server = new ServerProcess(place)
  await server.ready()
  const former = await rootKeyOf(place)
  report((await keyhaven(place, 'rotate-root-key')).trim())
  assert.notDeepEqual(await rootKeyOf(place), former)
  const client = server.client()
  await verify(client, ledger.since())
  await client.close()
  await server.kill()
  report((await keyhaven(place, 'audit', 'verify', '--with-root-key')).trim())
  requireAudited([data], ledger.requestIds)
  report(`nothing lost in ${rounds} kills: ${figures(ledger.since())}`)
  rmSync(data, { recursive: true, force: true })
}

async function killOnce(place: Place, ledger: Ledger, random: Random): Promise<void> {
  const before = ledger.mark
  const server = new ServerProcess(place)
  await server.ready()
  const client = server.client()
  const load = Array.from({ length: workers }, () => workUntilCut(client, ledger, random))
  let said: string | undefined
  const rotating = keyhaven(place, 'rotate-root-key')
    .catch(() => 'cut off')
    .then((outcome) => {
      said = outcome
    })
  // On a busy machine the command takes longer to start than the whole change takes; and what a start has gone on with
  // may have ended by then.
  while (said === undefined && !server.log.includes('a new root key takes over')) await wait(5)
  if (said === 'cut off') throw new Error('no change of the root key began')
  await Promise.race([wait(random() * longestMs), ...load])
  await server.kill()
  await Promise.all([...load, rotating])
  await client.close()
  const next = new ServerProcess(place)
  await next.ready()
  const asking = next.client()
  await verify(asking, ledger.since(before))
  await asking.close()
  await next.kill()
}

const keyOf = ({ data }: Place) => developmentSeal(readFileSync(join(data, 'dev.key'), 'utf8').trim())

async function withStore<T>({ data }: Place, use: (store: Awaited<ReturnType<typeof openStore>>) => Promise<T>) {
  const store = await openStore({ engine: 'sqlite', path: join(data, 'keyhaven.db') })
  try {
    return await use(store)
  } finally {
    await store.close()
  }
}

const rootKeyVersion = (place: Place) =>
  withStore(place, async (store) => (await readDeployment(store))?.rootKeyVersion ?? 0)

const rootKeyOf = (place: Place) =>
  withStore(place, async (store) => (await unseal(store, keyOf(place))).rootKey.secret.export())
