import type { PostgresPool, PostgresPoolClient } from 'kysely'
import pg from 'pg'
import type { PoolWatch } from './pool-watch.ts'
import type { ServerAddress } from './postgres-address.ts'
import {
  type Examined,
  epochOf,
  examine,
  NewerSchema,
  NotPrimary,
  reasonAgainst,
  requireKnownSchema,
  type Seen,
} from './postgres-identity.ts'
import { ConnectionPool, connectionSettings, NoConnection, NoPrimary, within } from './postgres-pool.ts'

export interface ServersOptions {
  readonly servers: readonly ServerAddress[]
  readonly maxConnections: number
  /** how long a connection may take to be made, and a statement to be answered */
  readonly patienceMs: number
  /** what was seen of the database in earlier lives of the process */
  readonly memory?: SeenMemory | undefined
  readonly warn: (text: string) => void
  /** told how the connections to the primary fare */
  readonly watch?: PoolWatch | undefined
}

/** Keeps what was seen of a database, so that an older copy of it is known for one. */
export interface SeenMemory {
  read(): Seen | undefined
  keep(seen: Seen): void
}

/** how often the primary has to show that it is one */
const watchMs = 1000
/** how long it may take to answer then, and a server that is asked what it is */
const answerMs = 2000
/** how often a primary is looked for while there is none */
const searchMs = 250
/** for so long a primary is believed to be the one that has not shown it since (SEC-57) */
const trustMs = 5000

/** The server that is used. */
interface Primary {
  readonly address: ServerAddress
  readonly pool: ConnectionPool
  /** is asked for nothing but proofs, so that no queue is in their way */
  readonly watch: pg.Client
}

interface Answer {
  readonly address: ServerAddress
  readonly client: pg.Client
  readonly examined: Examined
}

/**
 * The servers of one database, of which one is primary: it is found, watched, and left for another that takes its place.
 * It shows that it is the primary by a commit: one that is cut off from the standbys that its commits wait for cannot make
 * any, though it would go on to answer questions, with what was true before another took its place.
 */
export class PostgresServers implements PostgresPool {
  readonly #options: ServersOptions
  #seen: Seen | undefined
  #primary: Primary | undefined
  /** the server that was the primary last, also while there is none */
  #latest: ServerAddress | undefined
  #search: Promise<Primary> | undefined
  #proof: Promise<void> | undefined
  #provenAt = -trustMs
  #timer: NodeJS.Timeout | undefined
  readonly #ending = new AbortController()

  constructor(options: ServersOptions) {
    this.#options = options
    this.#seen = options.memory?.read()
  }

  get options(): object {
    return this.#primary?.pool.options ?? {}
  }

  /** Finds the primary for the first time. @throws NoConnection */
  async begin(): Promise<void> {
    await this.#find()
    this.#watchAgain(watchMs)
  }

  /** @throws NoConnection when no server is the primary, or can show it */
  async connect(): Promise<PostgresPoolClient> {
    const primary = await this.#trusted()
    try {
      return await primary.pool.connect()
    } catch (error) {
      if (isOutOfConnections(error) && primary === this.#primary) throw new NoConnection(error)
    }
    // There may be another one by now, or the same once more.
    const next = await this.#find()
    return next.pool.connect().catch((cause: unknown) => {
      throw new NoConnection(cause)
    })
  }

  async end(): Promise<void> {
    this.#ending.abort()
    clearTimeout(this.#timer)
    await Promise.allSettled([this.#proof, this.#search])
    const primary = this.#primary
    this.#primary = undefined
    if (primary === undefined) return
    void primary.watch.end()
    await primary.pool.end()
  }

  async #trusted(): Promise<Primary> {
    const primary = this.#primary ?? (await this.#find())
    if (this.#isTrusted) return primary
    await this.#prove(primary)
    return this.#primary ?? primary
  }

  get #isTrusted(): boolean {
    return performance.now() - this.#provenAt < trustMs
  }

  #watchAgain(afterMs: number): void {
    clearTimeout(this.#timer)
    if (this.#ending.signal.aborted) return
    this.#timer = setTimeout(() => void this.#look(), afterMs).unref()
  }

  async #look(): Promise<void> {
    // whoever needs a connection is told why there is none
    const isThere = await (this.#primary ? this.#prove(this.#primary) : this.#find()).then(
      () => true,
      () => false,
    )
    this.#watchAgain(isThere ? watchMs : searchMs)
  }

  /** Lets the primary show that it is one, or looks for another. @throws NoConnection when nothing is to be trusted */
  #prove(primary: Primary): Promise<void> {
    this.#proof ??= this.#askForProof(primary).finally(() => {
      this.#proof = undefined
    })
    return this.#proof
  }

  async #askForProof(primary: Primary): Promise<void> {
    const askedAt = performance.now()
    try {
      await within(primary.watch, answerMs, this.#proofOf(primary.watch))
      this.#provenAt = askedAt
    } catch (reason) {
      if (reason instanceof NewerSchema) this.#leave()
      await this.#find().catch((error: unknown) => {
        // it may only be slow
        if (!this.#isTrusted) this.#leave()
        throw error
      })
    }
  }

  async #proofOf(client: pg.Client): Promise<void> {
    const examined = await examine(client)
    const reason = reasonAgainst(examined, this.#seen)
    if (reason !== undefined) throw new NotPrimary(reason)
    await this.#proveOf(client, examined)
  }

  /** Has it commit something. @throws when it cannot, is not the one that was seen before, or is kept in a newer way */
  async #proveOf(client: pg.Client, examined: Examined): Promise<void> {
    await requireKnownSchema(client, examined)
    try {
      await this.#remember(client, examined)
      await client.query(`select pg_logical_emit_message(true, 'keyhaven', '')`)
    } catch (error) {
      // That its disk is full, or that it is to take no writes, is an answer of its own.
      if (!(error instanceof pg.DatabaseError && takesNoWrites.has(error.code ?? ''))) throw error
    }
  }

  async #remember(client: pg.Client, examined: Examined): Promise<void> {
    const { system, timeline } = examined
    const seen = this.#seen
    if (this.#provenAt > 0 && seen?.system !== system) throw new NotPrimary('is another database than the one in use')
    const epoch = await epochOf(client, examined)
    const isSame = seen?.system === system && seen.timeline === timeline
    if (isSame && seen.epoch === epoch) return
    if (isSame && seen.epoch !== undefined) throw new NotPrimary('became primary apart from the one that was seen')
    this.#seen = { system, timeline, ...(epoch === undefined ? {} : { epoch }) }
    this.#options.memory?.keep(this.#seen)
  }

  /** Asks all servers which of them is the primary. A search that began before the question may have come too early. */
  async #find(): Promise<Primary> {
    const earlier = await this.#search?.catch(() => undefined)
    if (earlier) return earlier
    this.#search ??= this.#choose().finally(() => {
      this.#search = undefined
    })
    return this.#search
  }

  async #choose(): Promise<Primary> {
    const reasons = new Map<string, unknown>()
    const answers = await this.#askAll(reasons)
    try {
      for (const answer of answers.toSorted((one, other) => other.examined.timeline - one.examined.timeline)) {
        const { address, examined } = answer
        const reason = reasonAgainst(examined, this.#seen, ...answers.map((other) => other.examined))
        if (reason === undefined) {
          try {
            return await this.#take(answer)
          } catch (error) {
            reasons.set(address.name, error)
          }
        } else reasons.set(address.name, new NotPrimary(reason))
      }
    } finally {
      for (const { client } of answers) if (client !== this.#primary?.watch) void client.end()
    }
    throw new NoConnection(reasons.size === 1 ? [...reasons.values()][0] : new NoPrimary(reasons))
  }

  /** Returns early when one became primary since: nothing that others say can count more. */
  async #askAll(reasons: Map<string, unknown>): Promise<Answer[]> {
    const answers: Answer[] = []
    const found = Promise.withResolvers<void>()
    const ending = new AbortController()
    const asked = this.#options.servers.map(async (address) => {
      const client = new pg.Client(connectionSettings(address.url, answerMs))
      client.on('error', () => undefined)
      try {
        await client.connect()
        const examined = await within(client, answerMs, examine(client))
        if (ending.signal.aborted) return void client.end()
        answers.push({ address, client, examined })
        const { system, timeline = 0 } = this.#seen ?? {}
        if (!examined.isStandby && examined.system === system && examined.timeline > timeline) found.resolve()
      } catch (error) {
        if (!ending.signal.aborted) reasons.set(address.name, error)
        void client.end()
      }
    })
    await Promise.race([Promise.all(asked), found.promise])
    ending.abort()
    return answers
  }

  async #take({ address, client, examined }: Answer): Promise<Primary> {
    const { maxConnections, patienceMs, warn, watch } = this.#options
    const askedAt = performance.now()
    await within(client, answerMs, this.#proveOf(client, examined))
    const former = this.#primary
    const isSame = former?.address === address
    if (!isSame) this.#leave()
    if (this.#latest && this.#latest !== address)
      warn(`is at ${address.name} now, and no longer at ${this.#latest.name}.`)
    this.#latest = address
    const check = async (connection: pg.ClientBase): Promise<void> => {
      const reason = reasonAgainst(await examine(connection), this.#seen)
      if (reason !== undefined) throw new NotPrimary(reason)
    }
    const pool = isSame
      ? former.pool
      : new ConnectionPool({ url: address.url, maxConnections, patienceMs, check, watch })
    this.#primary = { address, pool, watch: client }
    this.#provenAt = askedAt
    if (isSame) void former.watch.end()
    // What breaks this connection may have broken the server.
    client.once('end', () => this.#primary?.watch === client && this.#watchAgain(0))
    return this.#primary
  }

  #leave(): void {
    const primary = this.#primary
    this.#primary = undefined
    void primary?.watch.end()
    primary?.pool.abandon()
  }
}

// read_only_sql_transaction, disk_full
const takesNoWrites: ReadonlySet<string> = new Set(['25006', '53100'])

const isOutOfConnections = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('timeout exceeded')
