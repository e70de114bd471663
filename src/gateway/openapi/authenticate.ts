import { timingSafeEqual } from 'node:crypto'
import type { Caller } from '../../core/access/caller.ts'
import { principalId } from '../../core/access/principal.ts'
import { type ClientKeyCredential, findClientKey, requireNetwork } from '../../core/callers/client-keys.ts'
import { type Credential, findCredential, matchesToken } from '../../core/callers/credentials.ts'
import { KmsError } from '../../core/errors.ts'
import { instanceScope } from '../../core/instances/instance-scope.ts'
import type { Kms } from '../../core/kms.ts'
import { Once } from '../../core/once.ts'
import { type SigningSecret, signingSecret } from '../../crypto/signing-secret.ts'
import { type HttpRequest, peerFacts } from '../http.ts'
import { instanceOfHost } from '../instance-host.ts'
import type { Claim, Proof } from './claim.ts'
import { FailedAttempts } from './failed-attempts.ts'
import type { OpenapiMemory } from './memory.ts'
import { ReplayCache } from './replay-cache.ts'
import { clockWindowMs, requestTime } from './timestamp.ts'

export interface AuthenticationSettings {
  /** refuse signature version 1.0, whose clients know SHA-1 only (SEC-36) */
  readonly requireAcs3?: boolean | undefined
  /** refuse requests without a nonce; ACS3 always has one, `@alicloud/kms-sdk` never */
  readonly requireNonce?: boolean | undefined
  /**
   * until when a former process served requests that this one does not remember: what is older and changes state could
   * be a repetition, and is refused (SEC-35)
   */
  readonly servedUntil?: Date | undefined
  /** other processes serve the same deployment: what changes state is told from its repetition by the store, too */
  readonly isShared?: boolean | undefined
  /** what the dates of requests are compared with; the clock of the rules unless given */
  readonly wall?: (() => Date) | undefined
}

/** What the answer to a wrong signature may tell. */
export interface Attempt {
  readonly request: HttpRequest
  readonly claim: Claim
  /** changes state, so that its repetition is refused even without a nonce */
  readonly mutates: boolean
  /** whether to show the server's string to sign, by which a client tells a wrong secret from a wrong canonical form */
  mayExplain(): boolean
  /** called when the claimed AccessKey turns out to exist, whatever comes of it; not for guesses that have to wait */
  known(accessKeyId: string): void
}

/** A claim that was proven, and the time that it carries. */
export interface Proven {
  readonly caller: Caller
  /** milliseconds since 1970 */
  readonly time: number
}

/** Clocks of honest clients may be this much behind when the server comes back. */
const restartToleranceMs = 5000

/** Proves claims against the stored AccessKeys. Holds what must be remembered between requests. */
export class Authenticator {
  readonly #kms: Kms
  readonly #settings: AuthenticationSettings
  readonly #wall: () => Date
  readonly #replays: ReplayCache
  readonly #failures: FailedAttempts
  readonly #dummySecret: SigningSecret
  readonly #monotonicMs: () => number

  constructor(kms: Kms, settings: AuthenticationSettings, monotonicMs: () => number, memory: OpenapiMemory) {
    this.#kms = kms
    this.#monotonicMs = monotonicMs
    this.#settings = settings
    this.#wall = settings.wall ?? (() => kms.now())
    this.#replays = new ReplayCache(memory.replays)
    this.#failures = new FailedAttempts(memory.failures)
    this.#dummySecret = signingSecret(Buffer.from(kms.randomBytes(24)).toString('base64'))
  }

  /**
   * Verifies one claim, in the order of SEC-33: nothing is remembered or looked up for the caller before its signature
   * holds. An unknown AccessKey costs the same HMAC as a known one.
   *
   * @throws KmsError `InvalidTimeStamp.…`, `InvalidAccessKeyId.NotFound`, `SignatureDoesNotMatch`,
   * `InvalidAccessKeyId.Inactive`, `…SecurityToken…`, `InvalidSignatureMethod`, `MissingSignatureNonce`;
   * `Rejected.Throttling` for a wrong signature after many
   */
  async authenticate(attempt: Attempt): Promise<Proven> {
    const { claim, request } = attempt
    const now = this.#kms.now()
    const time = requestTime(claim.timestamp, this.#wall())
    const { proof } = claim
    if (proof.by === 'ClientKey') return this.#byClientKey(attempt, proof, time)
    const credential = await findCredential(this.#kms, claim.accessKeyId)
    const isGenuine = isSameSignature(claim.signature, proof.signatureWith(credential?.secret ?? this.#dummySecret))
    if (!credential) throw new KmsError('InvalidAccessKeyId.NotFound')
    if (!isGenuine) throw this.#refuseGuess(attempt)
    attempt.known(claim.accessKeyId)
    checkCredential(credential, claim, now)
    this.#checkScheme(credential, claim)
    const scope = this.#hostScope(request, credential)
    return { caller: { ...credential.caller, ...(scope && (await scope)), ...peerFacts(request) }, time }
  }

  /**
   * An application signs with its ClientKey, in the shape of signature version 1.0. There is nothing to guess about an
   * RSA signature, so wrong ones are neither slowed down nor written down.
   */
  async #byClientKey(attempt: Attempt, proof: Extract<Proof, { by: 'ClientKey' }>, time: number): Promise<Proven> {
    const { claim, request } = attempt
    const now = this.#kms.now().getTime()
    const credential = await findClientKey(this.#kms, claim.accessKeyId)
    if (!credential) throw new KmsError('InvalidAccessKeyId.NotFound')
    if (!proof.isSignedBy(credential.publicKey)) throw mismatch(attempt)
    attempt.known(claim.accessKeyId)
    const isValid = now >= credential.notBefore.getTime() && now < credential.notAfter.getTime()
    if (!isValid) throw new KmsError('InvalidAccessKeyId.Inactive')
    if (claim.nonce === undefined && this.#settings.requireNonce) throw new KmsError('MissingSignatureNonce')
    const scope = this.#hostScope(request, credential)
    const caller = { ...credential.caller, ...(scope && (await scope)), ...peerFacts(request) }
    requireNetwork(credential, caller)
    return { caller, time }
  }

  /** At the host of an instance, only what belongs to the instance is known. */
  #hostScope(
    request: HttpRequest,
    { caller }: Pick<Credential, 'caller'> | ClientKeyCredential,
  ): Promise<Partial<Caller>> | undefined {
    const instanceId = instanceOfHost(request)
    return instanceId === undefined ? undefined : instanceScope(this.#kms, caller.accountId, instanceId)
  }

  /** Of AccessKeys that exist only: there is nothing to guess about others, and they are without number. */
  #refuseGuess(attempt: Attempt): KmsError {
    const { claim, request, known } = attempt
    const retryAfterMs = this.#failures.failed(claim.accessKeyId, request.sourceAddress, this.#monotonicMs())
    if (retryAfterMs > 0) return new KmsError('Rejected.Throttling', { retryAfterMs })
    known(claim.accessKeyId)
    return mismatch(attempt)
  }

  #checkScheme(credential: Credential, claim: Claim): void {
    if (claim.scheme === 'V1' && (this.#settings.requireAcs3 || credential.requireAcs3)) {
      throw new KmsError('InvalidSignatureMethod', {
        message: 'Specified signature method is not supported. This AccessKey needs ACS3-HMAC-SHA256.',
      })
    }
    if (claim.nonce === undefined && this.#settings.requireNonce) throw new KmsError('MissingSignatureNonce')
  }

  /**
   * Refuses what was seen before, and remembers what was not; only calls that are let in, so that nobody fills the memory
   * faster than calls are let in. Without a nonce the signature stands for it, and only what changes state is remembered.
   *
   * @returns what keeps other processes from taking a repetition, if there are any
   * @throws KmsError `SignatureNonceUsed`; `InvalidTimeStamp.Expired` for what could have been seen
   */
  refuseReplay({ claim, mutates }: Attempt, { caller, time }: Proven): Once | undefined {
    const { servedUntil, isShared } = this.#settings
    if (mutates && servedUntil && time < servedUntil.getTime() - restartToleranceMs)
      throw new KmsError('InvalidTimeStamp.Expired')
    if (claim.nonce === undefined && !mutates) return undefined
    const principal = principalId(caller)
    const mark = claim.nonce === undefined ? `signature ${claim.signature}` : `nonce ${claim.nonce}`
    const clocks = { wallMs: this.#wall().getTime(), monotonicMs: this.#monotonicMs() }
    const expires = time + clockWindowMs
    const outcome = this.#replays.remember(principal, `${claim.accessKeyId} ${mark}`, expires, clocks)
    if (outcome === 'seen') throw new KmsError('SignatureNonceUsed')
    if (outcome === 'forgotten') throw new KmsError('InvalidTimeStamp.Expired')
    if (!mutates || !isShared) return undefined
    // twice the window: the clock of another process may be behind
    const until = expires + 2 * clockWindowMs
    return new Once({ mark: `${principal} ${claim.accessKeyId} ${mark}`, at: clocks.wallMs, until })
  }

  /** An operator says that the clock is right. */
  trustClock(): void {
    this.#replays.trustClock()
  }
}

/**
 * What the AccessKey itself says, once the caller has shown to know its secret.
 *
 * @throws KmsError `InvalidAccessKeyId.Inactive`; `MissingSecurityToken`, `InvalidSecurityToken.…`
 */
function checkCredential(credential: Credential, claim: Claim, now: Date): void {
  if (credential.status !== 'Active') throw new KmsError('InvalidAccessKeyId.Inactive')
  const { session } = credential
  const token = claim.securityToken
  if (session === undefined) {
    if (token !== undefined) throw new KmsError('InvalidSecurityToken.MismatchWithAccessKey')
    return
  }
  if (token === undefined) throw new KmsError('MissingSecurityToken')
  if (!matchesToken(session, token)) throw new KmsError('InvalidSecurityToken.MismatchWithAccessKey')
  if (session.expiresAt.getTime() <= now.getTime()) throw new KmsError('InvalidSecurityToken.Expired')
}

/** In constant time; both are short ASCII texts, and their length is no secret. */
export function isSameSignature(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given, 'utf8'), Buffer.from(expected, 'utf8')]
  return a.length === b.length && timingSafeEqual(a, b)
}

function mismatch({ claim, mayExplain }: Attempt): KmsError {
  // A security token is a secret, and it is among what was signed.
  const message = claim.securityToken === undefined && mayExplain() ? claim.explain() : claim.redactedExplanation
  return new KmsError('SignatureDoesNotMatch', { message })
}
