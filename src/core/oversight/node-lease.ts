import { setTimeout as pause } from 'node:timers/promises'
import { type RecordReader, type Records, recordKind, type Stored, type Transaction } from '../records.ts'
import { formatTime, secondsLater, secondsPerDay } from '../time.ts'
import { all } from './events.ts'

/** A server of the deployment. Record id = its name. */
export interface Node {
  /** drawn at random by each process */
  readonly process: string
  /** of the data directory: two processes that hold the same one are never there at once */
  readonly place: string | undefined
  readonly host: string
  readonly version: string
  readonly startedAt: string
  /** when it was last heard of, by its own clock */
  readonly seenAt: string
  readonly hasEnded: boolean
  /** fingerprints of settings that are not as usual, and that all servers should have alike */
  readonly settings?: Readonly<Record<string, string>> | undefined
  /** calls a second that it was asked for lately, by limit, where they are many */
  readonly use?: Readonly<Record<string, number>> | undefined
}

/** Another server that is heard of. */
export interface OtherNode extends Node {
  readonly name: string
}

// Every name that there was leaves a record, each pod one by its host name: looked through are those that have not ended.
export const nodes = recordKind<Node>({
  name: 'node',
  indexes: ({ hasEnded }) => (hasEnded ? [] : [['state', 'present']]),
  isSeldomRead: true,
})

/** how often a server is heard of */
export const renewMs = 2000
/** One that is not heard of for so long is gone. Measured by who waits for it, so that no two clocks are compared. */
const usualLeaseMs = 3 * renewMs
const lookMs = 200
/** so often a server may not have been heard of between two renewals of another */
const silencesAllowed = 3
/** for so long a server is remembered that is not heard of, also one that has ended */
const rememberedSeconds = secondsPerDay

/** Another server has the name. */
export class NameTaken extends Error {}

export interface LeaseOptions {
  readonly records: Records
  readonly name: string
  readonly self: Pick<Node, 'process' | 'place' | 'host' | 'version' | 'settings'>
  /** how long a server may be silent; three times as long as it is silent by itself unless given */
  readonly leaseMs?: number
  now(): Date
}

/** The name of a server, which no two have at once: audit logs, metrics and leases of work go by it. */
export class NodeLease {
  readonly #options: LeaseOptions
  #startedAt = ''
  /** of the others: what was last seen, and how often that was the same */
  #others: ReadonlyMap<string, { readonly revision: number; readonly silences: number }> = new Map()

  constructor(options: LeaseOptions) {
    this.#options = options
  }

  /** Waits for the end of the lease of a server that seems to be gone. @throws NameTaken when it is not */
  async take(): Promise<void> {
    const { records, name } = this.#options
    await this.#forgetGone()
    const found = await records.get(nodes, name)
    if (found && !this.#mayReplace(found)) await this.#requireGone(found)
    this.#startedAt = formatTime(this.#options.now())
    await records.transaction(async (transaction) => {
      const present = await transaction.get(nodes, name)
      if (present && present.revision !== found?.revision) throw this.#taken(present)
      await put(transaction, name, present, this.#node())
    })
  }

  /** @throws NameTaken when another server has waited for the end of the lease */
  renew(use?: Node['use']): Promise<void> {
    return this.#write({ ...this.#node(), use })
  }

  release(): Promise<void> {
    return this.#write({ ...this.#node(), hasEnded: true })
  }

  /** The other servers that are there. Whoever asks after each renewal hears them in between. */
  async others(): Promise<readonly OtherNode[]> {
    const { records, name } = this.#options
    const present = (await presentNodes(records)).filter(({ id }) => id !== name)
    const before = this.#others
    this.#others = new Map(
      present.map(({ id, revision }) => {
        const known = before.get(id)
        return [id, { revision, silences: known?.revision === revision ? known.silences + 1 : 0 }]
      }),
    )
    return present
      .filter(({ id }) => (this.#others.get(id)?.silences ?? 0) < silencesAllowed)
      .map(({ id, body }) => ({ ...body, name: id }))
  }

  async #write(node: Node): Promise<void> {
    const { records, name } = this.#options
    await records.transaction(async (transaction) => {
      const present = await transaction.get(nodes, name)
      // Nobody has the name when its record was deleted meanwhile.
      if (present && present.body.process !== node.process) throw this.#taken(present)
      await put(transaction, name, present, node)
    })
  }

  /**
   * Deletes others that were not heard of for long. Two clocks are compared here, and either may be wrong: who is there all
   * the same has its record again by its next renewal.
   */
  async #forgetGone(): Promise<void> {
    const { records, name, now } = this.#options
    const since = formatTime(secondsLater(now(), -rememberedSeconds))
    const isGone = ({ id, body }: Stored<Node>): boolean => id !== name && body.seenAt < since
    const gone = (await Array.fromAsync(all({ records }, nodes, {}))).filter(isGone)
    for (const { id } of gone) {
      await records.transaction(async (transaction) => {
        const stored = await transaction.get(nodes, id)
        if (stored && isGone(stored)) await transaction.delete(nodes, stored)
      })
    }
  }

  #mayReplace({ body }: Stored<Node>): boolean {
    const { process, place } = this.#options.self
    return body.hasEnded || body.process === process || (place !== undefined && body.place === place)
  }

  async #requireGone(found: Stored<Node>): Promise<void> {
    const { records, name, leaseMs = usualLeaseMs } = this.#options
    for (const started = performance.now(); performance.now() - started < leaseMs; await pause(lookMs)) {
      const present = await records.get(nodes, name)
      if (present && present.revision !== found.revision && !present.body.hasEnded) throw this.#taken(present)
    }
  }

  #node(): Node {
    const { self, now } = this.#options
    return { ...self, startedAt: this.#startedAt, seenAt: formatTime(now()), hasEnded: false }
  }

  #taken({ body: { host, startedAt } }: Stored<Node>): NameTaken {
    const { name } = this.#options
    return new NameTaken(
      `another server has the name ${name} on ${host} since ${startedAt}: each needs one of its own (--node)`,
    )
  }
}

async function put(
  transaction: Transaction,
  name: string,
  present: Stored<Node> | undefined,
  node: Node,
): Promise<void> {
  if (present) await transaction.update(nodes, present, node)
  else await transaction.insert(nodes, name, node)
}

/** The servers that have not ended with a word. */
export const presentNodes = (records: RecordReader): Promise<readonly Stored<Node>[]> =>
  Array.fromAsync(all({ records }, nodes, { state: ['present'] }))
