import { type Records, recordKind, type Sealing, type Stored } from '../../core/records.ts'
import type { Filter } from '../../core/store.ts'
import type { SubKeyLabel } from '../../core/sub-key-labels.ts'
import { randomBytes } from '../../crypto/random.ts'
import { AuditDamaged } from './damage.ts'

/**
 * What the store says of an audit log: how far it had come, and the root over all of it. Authenticated like every
 * record, and out of reach of somebody who can write to the folder of the log alone.
 */
export interface Anchor {
  /** name of the log in its checkpoints; the id of the record */
  readonly origin: string
  /** name of the server that writes it */
  readonly node: string
  /** of the last checkpoint */
  readonly size: number
  /** 32 bytes, Base64 */
  readonly root: string
  /** UTC, when the checkpoint was signed */
  readonly at: string
  /** a loss that an operator has accepted, until the log itself holds a record of it */
  readonly accepted?: AcceptedLoss
  /** the log was given up for another one, which goes on without its records */
  readonly givenUp?: AcceptedLoss
}

export interface AcceptedLoss {
  readonly at: string
  readonly reason: string
  /** what was found */
  readonly problem: string
}

/** The sealed secret is what records of the log are authenticated with; that of earlier releases is derived. */
export const anchors = recordKind<Anchor>({ name: 'audit-log', indexes: ({ node }) => [['node', node]] })

export interface AnchorsOptions {
  readonly records: Records
  readonly sealing: Pick<Sealing, 'open' | 'derive'>
  /** of the server that asks */
  readonly node: string
  /** name that a new log of this server gets */
  readonly origin: string
  /** other servers keep logs of their own in the same store */
  readonly isShared: boolean
}

/** What the store knows of the logs of this deployment, as far as this server is concerned. */
export class Anchors {
  readonly #options: AnchorsOptions
  /** what this server has read or written, or tried to: what may be stored of its log */
  #own: Anchor[] = []
  /** of logs that the store knows nothing of yet, by origin */
  readonly #newKeys = new Map<string, Uint8Array>()

  constructor(options: AnchorsOptions) {
    this.#options = options
  }

  get node(): string {
    return this.#options.node
  }

  /**
   * Finds what is said of a log, and that no other one was to be expected in its place.
   *
   * @param origin - what the folder says of itself, if it does
   * @returns `undefined` when the store knows of none
   * @throws AuditDamaged
   */
  async find(origin: string | undefined): Promise<Anchor | undefined> {
    const all = await this.#all()
    const named = all.find((anchor) => anchor.origin === origin) ?? (await this.get(origin))
    if (named?.givenUp) throw new AuditDamaged(`the audit log ${named.origin} was given up at ${named.givenUp.at}`)
    const current = all.filter(({ givenUp }) => givenUp === undefined)
    const mine = origin === undefined ? current[0] : named
    const other = current.find((anchor) => anchor.origin !== mine?.origin)
    if (other) throw new AuditDamaged(`${whose(other)} is not in its folder`)
    this.#own = mine ? [mine] : []
    return mine
  }

  /** What is said of one log, whoever writes it. */
  async get(origin: string | undefined): Promise<Anchor | undefined> {
    return origin === undefined ? undefined : (await this.#options.records.get(anchors, origin))?.body
  }

  /** What records of a log are authenticated with, 32 bytes; that of a new log is stored by `keep`. */
  async chainKey(origin: string): Promise<Uint8Array> {
    const { records, sealing } = this.#options
    const stored = await records.get(anchors, origin)
    if (stored?.sealed) return sealing.open(anchors, stored)
    return stored ? sealing.derive(`audit-chain/${origin}`) : this.#newKey(origin)
  }

  /** What a new root key has to keep: the keys of logs that were derived from a former one. */
  async derivedLabels(): Promise<SubKeyLabel[]> {
    const found = await this.#records({})
    return found.filter(({ sealed }) => sealed === undefined).map(({ id }): SubKeyLabel => `audit-chain/${id}`)
  }

  /** @returns the name of a log that is not yet known */
  async newOrigin(): Promise<string> {
    const { origin } = this.#options
    const known = new Set((await this.#all()).map((anchor) => anchor.origin))
    for (let count = 1; ; count++) {
      const name = count === 1 ? origin : `${origin}/${count}`
      if (!known.has(name) && !(await this.get(name))) return name
    }
  }

  /**
   * Stores what is now to be said of this server's log.
   *
   * @throws AuditDamaged when the store says what this server did not: then another one writes under the same name
   */
  async keep(anchor: Omit<Anchor, 'node'>): Promise<void> {
    const { records, node } = this.#options
    const next = { ...anchor, node }
    const known = this.#own
    // whether a commit that failed went through is not known
    this.#own = [...known, next]
    await records.transaction(async (transaction) => {
      const stored = await transaction.get(anchors, anchor.origin)
      const isOurs = stored ? [...known, next].some((own) => isSame(own, stored.body)) : known.length === 0
      if (!isOurs) throw new AuditDamaged(`another server writes the audit log ${anchor.origin}`)
      if (stored) await transaction.update(anchors, stored, next)
      else await transaction.insert(anchors, anchor.origin, next, this.#newKeys.get(anchor.origin))
    })
    this.#own = [next]
    this.#newKeys.delete(anchor.origin)
  }

  /**
   * Gives up the logs of this server for a new one.
   *
   * @param origin - what the folder says of itself, if it does
   */
  async giveUp(origin: string | undefined, loss: AcceptedLoss, successor: Omit<Anchor, 'node'>): Promise<void> {
    const { records, node } = this.#options
    const all = await this.#all()
    const named = all.some((anchor) => anchor.origin === origin) ? undefined : await this.get(origin)
    await records.transaction(async (transaction) => {
      for (const { origin: id } of named ? [...all, named] : all) {
        const stored = await transaction.get(anchors, id)
        if (stored && stored.body.givenUp === undefined)
          await transaction.update(anchors, stored, { ...stored.body, givenUp: loss })
      }
      const key = this.#newKey(successor.origin)
      await transaction.insert(anchors, successor.origin, { ...successor, node }, key)
    })
  }

  #newKey(origin: string): Uint8Array {
    const key = this.#newKeys.get(origin) ?? randomBytes(32)
    this.#newKeys.set(origin, key)
    return Uint8Array.from(key)
  }

  /** Those of this server; where no other server keeps one, all. */
  async #all(): Promise<readonly Anchor[]> {
    const { node, isShared } = this.#options
    return (await this.#records(isShared ? { node: [node] } : {})).map(({ body }) => body)
  }

  async #records(filter: Filter): Promise<readonly Stored<Anchor>[]> {
    const found: Stored<Anchor>[] = []
    for (let offset = 0; ; offset += pageSize) {
      const { items } = await this.#options.records.list(anchors, filter, { offset, limit: pageSize })
      found.push(...items)
      if (items.length < pageSize) return found
    }
  }
}

const pageSize = 200

const isSame = (one: Anchor, other: Anchor): boolean =>
  one.size === other.size && one.root === other.root && one.node === other.node && one.at === other.at

const whose = ({ origin, node, size, at }: Anchor): string =>
  `the audit log ${origin} of ${node} with the ${size} records that were signed at ${at}`
