import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { isAuthentic } from '../../src/core/sealing/authentic-record.ts'
import { decodeDeployment, readDeployment } from '../../src/core/sealing/deployment.ts'
import { keyFileSeal } from '../../src/core/sealing/key-seal.ts'
import { Keyring } from '../../src/core/sealing/keyring.ts'
import type { RootKey } from '../../src/core/sealing/root-key.ts'
import { UnsealFailure } from '../../src/core/sealing/seal.ts'
import { requireStored, unseal } from '../../src/core/sealing/unseal.ts'
import type { Store } from '../../src/core/store.ts'
import { encodeBase64 } from '../../src/crypto/base64.ts'
import { openStore } from '../../src/store/open-store.ts'
import { printedAccessKey } from '../kit/printed.ts'
import { requireAudited } from './audited.ts'
import { figures, Ledger, type Mark, verifyAt } from './ledger.ts'
import { keyhaven, type Place, type Production, ServerProcess } from './server-process.ts'
import { type Random, workUntilCut } from './workload.ts'

export interface RotationKillOptions {
  readonly rounds: number
  readonly random: Random
  readonly report: (line: string) => void
  /** URL of an empty PostgreSQL database; SQLite unless given */
  readonly store?: string
}

const workers = 4
/** To take over and to settle takes some four seconds; a kill may come anywhere in them, and a little after. */
const longestRotationMs = 4500
/** From the making of the new key file to a little after the one commit. */
const longestResealMs = 150

/**
 * Changes the root key under load and kills the server at a random moment of it, then the root secret, and kills it at a
 * random moment of that, round after round.
 *
 * @throws when something acknowledged is gone, two root secrets or none open it, or the root key is not changed in the
 * end; the data are left then
 */
export async function killRotations({ rounds, random, report, store }: RotationKillOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-root-key-'))
  report(`data in ${folder}`)
  const killing = new RootKeyKilling(await deploymentIn(folder, store), random, report)
  for (let round = 1; round <= rounds; round++) report(`round ${round}: ${await killing.round()}`)
  report(await killing.finish())
  rmSync(folder, { recursive: true, force: true })
}

interface ProductionPlace extends Place {
  readonly production: Production
}

async function deploymentIn(folder: string, store: string | undefined): Promise<ProductionPlace> {
  const data = join(folder, 'data')
  mkdirSync(join(folder, 'keys'), { mode: 0o700 })
  const production = { keyFile: join(folder, 'keys/0'), accessKeyId: '', accessKeySecret: '' }
  const printed = await keyhaven({ data, store, production }, 'init')
  const { accessKeyId, accessKeySecret } = printedAccessKey(printed)
  return { data, store, production: { ...production, accessKeyId, accessKeySecret } }
}

class RootKeyKilling {
  #place: ProductionPlace
  readonly #random: Random
  readonly #report: (line: string) => void
  readonly #ledger = new Ledger()
  /** what the next server is asked about */
  #verified: Mark = this.#ledger.mark
  readonly #outcomes = { rotations: 0, rotated: 0, reseals: 0, resealed: 0 }

  constructor(place: ProductionPlace, random: Random, report: (line: string) => void) {
    this.#place = place
    this.#random = random
    this.#report = report
  }

  /** @returns how the deployment stands */
  async round(): Promise<string> {
    await this.#killDuring((server) => this.#rotate(server))
    await this.#killDuring((server) => this.#reseal(server))
    const [version, state] = await this.#withStore(async (store) => {
      const { rootKeyVersion = 0 } = (await readDeployment(store)) ?? {}
      const { rotation } = decodeDeployment(await requireStored(store))
      return [rootKeyVersion, rotation ? ', another is taking over' : '']
    })
    return `root key ${version}${state}, ${figures(this.#ledger.since())} so far`
  }

  /** Lets a rotation come to its end. @returns what came of all of them */
  async finish(): Promise<string> {
    const former = await this.#present()
    const server = new ServerProcess(this.#place)
    try {
      await server.ready()
      const said = (await keyhaven(this.#place, 'rotate-root-key')).trim()
      await this.#requireGone(former)
      await verifyAt(server, this.#ledger.since())
      await server.kill()
      const audit = (await keyhaven(this.#place, 'audit', 'verify', '--with-root-key')).trim()
      requireAudited([this.#place.data], this.#ledger.requestIds)
      return [said, audit, `nothing lost: ${this.#kills}; ${figures(this.#ledger.since())}`].join('\n')
    } finally {
      await server.kill()
    }
  }

  get #kills(): string {
    const { rotations, rotated, reseals, resealed } = this.#outcomes
    return [
      `${rotations} kills during rotate-root-key, ${rotated} of them after its end`,
      `${reseals} during reseal, ${resealed} of them after its commit`,
    ].join(', ')
  }

  /** Puts a server under load, has it killed, and leaves what it acknowledged for its successor to be asked about. */
  async #killDuring(change: (server: ServerProcess) => Promise<void>): Promise<void> {
    const server = new ServerProcess(this.#place)
    try {
      await server.ready()
      await verifyAt(server, this.#ledger.since(this.#verified))
      this.#verified = this.#ledger.mark
      // What the kill before cut off is gone on with; until that has ended, neither the key nor its seal is changed. Load
      // makes it take longer, and there is more for the next one then.
      await until(server, () => !server.output.includes(goneOnWith) || server.output.includes(takenOver))
      const client = server.client()
      const load = Array.from({ length: workers }, () => workUntilCut(client, this.#ledger, this.#random))
      await Promise.race([change(server), failureOf(load)])
      await Promise.all(load)
      await client.close()
    } catch (error) {
      this.#report(`what the server had printed:\n${server.output}`)
      throw error
    } finally {
      await server.kill()
    }
  }

  async #rotate(server: ServerProcess): Promise<void> {
    const command = new Command(this.#place, 'rotate-root-key')
    // On a busy machine the command takes longer to start than the whole change takes.
    await until(server, () => command.hasEnded || server.output.includes('a new root key takes over'))
    command.requireNoFailure()
    await wait(this.#random() * longestRotationMs)
    await server.kill()
    await command.ended
    this.#outcomes.rotations++
    if (server.output.includes(takenOver)) this.#outcomes.rotated++
  }

  async #reseal(server: ServerProcess): Promise<void> {
    const { production } = this.#place
    const next = join(production.keyFile, `../${this.#outcomes.reseals + 1}`)
    const command = new Command(this.#place, 'reseal', '--new-key-file', next)
    await until(server, () => command.hasEnded || existsSync(next))
    command.requireNoFailure()
    await wait(this.#random() * longestResealMs)
    await server.kill()
    await command.ended
    this.#outcomes.reseals++
    const opening: string[] = []
    for (const keyFile of [production.keyFile, next]) if (await this.#opens(keyFile)) opening.push(keyFile)
    assert.equal(opening.length, 1, 'one root secret opens it')
    if (opening[0] !== next) return
    this.#outcomes.resealed++
    this.#place = { ...this.#place, production: { ...production, keyFile: next } }
  }

  /** Nothing is authentic under the former root key, former key files open nothing, and what they opened is nowhere. */
  async #requireGone({ rootKey, wrapped }: Former): Promise<void> {
    const keyring = new Keyring()
    keyring.unseal({ rootKey })
    await this.#withStore(async (store) => {
      const { records } = await store.scan(0, 1_000_000)
      const left = records.filter((record) => isAuthentic(keyring, record))
      assert.deepEqual(left, [])
      assert.equal(decodeDeployment(await requireStored(store)).rotation, undefined)
    })
    const { data, store, production } = this.#place
    const keys = join(production.keyFile, '..')
    for (const name of readdirSync(keys))
      assert.equal(await this.#opens(join(keys, name)), join(keys, name) === production.keyFile, `key file ${name}`)
    if (store !== undefined) return
    for (const name of readdirSync(data).filter((file) => file.startsWith('keyhaven.db')))
      assert.ok(!readFileSync(join(data, name)).includes(wrapped), `the former root key is still in ${name}`)
  }

  #present(): Promise<Former> {
    const { data, production } = this.#place
    return this.#withStore(async (store) => {
      const { rootKey } = await unseal(store, await keyFileSeal(production.keyFile, data))
      const { wrapped } = decodeDeployment(await requireStored(store))
      return { rootKey, wrapped: encodeBase64(wrapped.ciphertext) }
    })
  }

  async #opens(keyFile: string): Promise<boolean> {
    try {
      await this.#withStore(async (store) => unseal(store, await keyFileSeal(keyFile, this.#place.data)))
      return true
    } catch (error) {
      if (error instanceof UnsealFailure && error.reason === 'wrong-secret') return false
      throw error
    }
  }

  async #withStore<T>(use: (store: Store) => Promise<T>): Promise<T> {
    const { data, store: url } = this.#place
    const store = await openStore(
      url === undefined ? { engine: 'sqlite', path: join(data, 'keyhaven.db') } : { engine: 'postgres', url },
    )
    try {
      return await use(store)
    } finally {
      await store.close()
    }
  }
}

/** A root key, and how it stood in the database. */
interface Former {
  readonly rootKey: RootKey
  readonly wrapped: string
}

const takenOver = 'the new root key has taken over; the former one is gone'
const goneOnWith = 'the change of the root key is gone on with'

/** A command that the server may be killed under. */
class Command {
  readonly ended: Promise<void>
  #hasEnded = false
  #failure: unknown

  constructor(place: Place, ...words: string[]) {
    this.ended = keyhaven(place, ...words)
      .then(
        () => undefined,
        (error) => {
          this.#failure = error
        },
      )
      .finally(() => {
        this.#hasEnded = true
      })
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  requireNoFailure(): void {
    if (this.#failure) throw this.#failure
  }
}

async function until(server: ServerProcess, isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    server.requireRunning()
    await wait(2)
  }
}

/** Rejects when a worker fails, and never resolves: that a worker has ended means nothing. */
const failureOf = (load: readonly Promise<void>[]): Promise<never> =>
  new Promise((_, reject) => {
    Promise.all(load).catch(reject)
  })
