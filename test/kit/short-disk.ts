/**
 * Fills a store until it is refused, reads, makes room, writes again, and prints what happened as JSON. Run by
 * store-outages.test.ts in a process for which the disk is short.
 *
 *     node short-disk.ts <folder> <what makes room: a command line for the shell>
 */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openStore } from '../../src/store/open-store.ts'
import { ids, insert } from './stored-records.ts'

const [folder = '', makeRoom = ''] = process.argv.slice(2)
const ballast = join(folder, 'ballast')
writeFileSync(ballast, new Uint8Array(500_000))
const store = await openStore({ engine: 'sqlite', path: join(folder, 'keyhaven.db') })
await store.commit([insert('key', 'a')])
let refusal: unknown
for (let n = 0; refusal === undefined && n < 1000; n++) {
  await store.commit([insert('filling', String(n), { body: 'x'.repeat(20_000) })]).catch((error: unknown) => {
    refusal = error
  })
}
const filled = (await ids(store, 'filling')).length
const read = await ids(store, 'key')
execFileSync('sh', ['-c', makeRoom], { env: { ...process.env, BALLAST: ballast, PID: String(process.pid) } })
await store.commit([insert('key', 'b'), insert('filling', 'after', { body: 'x'.repeat(20_000) })])
const after = { keys: await ids(store, 'key'), filled: (await ids(store, 'filling')).length }
await store.close()
process.stdout.write(JSON.stringify({ refusal: String(refusal), filled, read, after }))
