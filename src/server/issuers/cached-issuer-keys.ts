import { type Issuer, type IssuerKeys, IssuerUnavailable } from '../../core/issuer-keys.ts'
import type { Jwk } from '../../crypto/jws.ts'

export interface CachedIssuerKeysOptions {
  /** finds out what the keys of an issuer are now; throws IssuerUnavailable */
  readonly load: (issuer: Issuer) => Promise<readonly Jwk[]>
  readonly monotonicMs: () => number
  /** told when the keys of an issuer cannot be had, and when they can again */
  readonly report: (issuerUrl: string, failure: IssuerUnavailable | undefined) => void
}

/** Known keys are asked for anew after this long … */
const freshMs = 5 * 60_000
/** … and serve for this long while the issuer is away. */
const keptMs = 60 * 60_000
/** Whoever sends made-up tokens must not make this server ask more often. */
const betweenAttemptsMs = 10_000
const mostIssuers = 1000

interface Known {
  keys: readonly Jwk[]
  /** by the monotonic clock; long ago before the first time */
  fetchedAt: number
  attemptedAt: number
  failure: IssuerUnavailable | undefined
  /** the question that is under way */
  asking: Promise<void> | undefined
}

/** The keys of issuers, kept for a while, so that they are asked seldom however many tokens come. */
export class CachedIssuerKeys implements IssuerKeys {
  readonly #options: CachedIssuerKeysOptions
  readonly #known = new Map<string, Known>()

  constructor(options: CachedIssuerKeysOptions) {
    this.#options = options
  }

  async keysOf(issuer: Issuer, kid: string | undefined): Promise<readonly Jwk[]> {
    const known = this.#entry(issuer)
    const isKnown = kid === undefined || known.keys.some((key) => key.kid === kid)
    if (isKnown && this.#passedSince(known.fetchedAt) < freshMs) return known.keys
    if (known.asking !== undefined || this.#passedSince(known.attemptedAt) >= betweenAttemptsMs)
      await this.#refresh(issuer, known)
    if (this.#passedSince(known.fetchedAt) < keptMs) return known.keys
    const { failure } = known
    throw new IssuerUnavailable(`the keys of ${issuer.issuerUrl} cannot be had`, {
      ...(failure === undefined ? {} : { fault: failure.fault }),
      cause: failure,
    })
  }

  #passedSince(moment: number): number {
    return this.#options.monotonicMs() - moment
  }

  #entry(issuer: Issuer): Known {
    const name = JSON.stringify([issuer.issuerUrl, issuer.fingerprints])
    const found = this.#known.get(name)
    if (found !== undefined) return found
    const [oldest] = this.#known.keys()
    if (this.#known.size >= mostIssuers && oldest !== undefined) this.#known.delete(oldest)
    const never = Number.NEGATIVE_INFINITY
    const made: Known = { keys: [], fetchedAt: never, attemptedAt: never, failure: undefined, asking: undefined }
    this.#known.set(name, made)
    return made
  }

  /** One question at a time, however many tokens wait for its answer. */
  #refresh(issuer: Issuer, known: Known): Promise<void> {
    known.asking ??= this.#ask(issuer, known).finally(() => {
      known.asking = undefined
    })
    return known.asking
  }

  async #ask(issuer: Issuer, known: Known): Promise<void> {
    const { load, monotonicMs, report } = this.#options
    known.attemptedAt = monotonicMs()
    try {
      known.keys = await load(issuer)
      known.fetchedAt = monotonicMs()
      if (known.failure !== undefined) report(issuer.issuerUrl, undefined)
      known.failure = undefined
    } catch (error) {
      const failure = error instanceof IssuerUnavailable ? error : new IssuerUnavailable('', { cause: error })
      if (known.failure === undefined) report(issuer.issuerUrl, failure)
      known.failure = failure
    }
  }
}
