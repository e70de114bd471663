import { readdirSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import type { Result } from '../../api/operation.ts'
import type { VerifyAudit } from '../../api/oversight.ts'
import { formatTime } from '../../core/time.ts'
import { readLines } from '../audit/chain.ts'
import { segmentsAmong } from '../audit/folder.ts'
import { type Verification, VerifiedChain } from '../audit/verified-chain.ts'
import { type RootKeyChecks, readCheckpoints } from '../audit/verify.ts'

export interface VerificationOptions {
  readonly folder: string
  readonly checkpointFiles: readonly string[]
  /** the content of `audit.pub` */
  publicKey(): Promise<string>
  /** what only the root key can tell; asked while unsealed */
  checks(publicKey: string): Promise<RootKeyChecks>
  now(): Date
}

/** A verification is not begun again sooner: it reads the whole log. */
const freshMs = 60_000
/** Lines between which other calls get their turn. */
const linesPerTurn = 200

interface Run {
  readonly startedAt: Date
  chain: VerifiedChain | undefined
  found?: Verification | undefined
  failure?: string | undefined
  finishedAt?: Date | undefined
}

/** Verifies the log of this server, once at a time, beside the calls that it serves. */
export class AuditVerification {
  readonly #options: VerificationOptions
  #run: Run | undefined

  constructor(options: VerificationOptions) {
    this.#options = options
  }

  /** Begins anew unless it is under way or was finished a moment ago, and tells of it. */
  ask(): Result<typeof VerifyAudit> {
    const now = this.#options.now()
    const last = this.#run
    const isFresh = last && (last.finishedAt === undefined || now.getTime() - last.finishedAt.getTime() < freshMs)
    const run: Run = isFresh ? last : { startedAt: now, chain: undefined }
    if (!isFresh) void this.#verify(run)
    this.#run = run
    return described(run)
  }

  async #verify(run: Run): Promise<void> {
    try {
      const chain = await this.#chain()
      run.chain = chain
      run.found = chain.finish(await this.#follow(chain))
    } catch (error) {
      run.failure = error instanceof Error && 'code' in error ? `cannot be read (${error.code})` : 'cannot be verified'
    } finally {
      run.finishedAt = this.#options.now()
    }
  }

  /** What the store says is asked before the records are read: a server tells it before it signs. */
  async #chain(): Promise<VerifiedChain> {
    const { folder, checkpointFiles, checks, publicKey } = this.#options
    const key = await publicKey()
    const { signed, faults } = readCheckpoints(folder, key, checkpointFiles)
    const { seal, findAnchor } = await checks(key)
    return new VerifiedChain(signed, faults, { seal, anchor: await findAnchor() })
  }

  /** @returns the last segment */
  async #follow(chain: VerifiedChain): Promise<string> {
    const { folder } = this.#options
    const segments = segmentsAmong(readdirSync(folder))
    let lines = 0
    for (const segment of segments)
      for (const line of readLines(folder, segment)) {
        chain.take(line, segment === segments.at(-1))
        if (++lines % linesPerTurn === 0) await setImmediate()
      }
    return segments.at(-1) ?? folder
  }
}

function described({ startedAt, finishedAt, chain, found, failure }: Run): Result<typeof VerifyAudit> {
  const problems = [
    ...(failure === undefined ? [] : [`The audit log ${failure}.`]),
    ...(found?.faults ?? []).map(({ file, line, seq, problem }) => `${file}:${line} record ${seq ?? '?'} ${problem}`),
  ]
  return {
    state: finishedAt === undefined ? 'Running' : 'Finished',
    ...(finishedAt === undefined ? {} : { verdict: problems.length === 0 ? 'Intact' : 'Damaged' }),
    firstRecord: 1,
    lastRecord: chain?.size ?? 0,
    signedRecords: found?.signedRecords ?? 0,
    ...(found === undefined || chain === undefined ? {} : { rootHash: Buffer.from(chain.root).toString('base64') }),
    problems,
    startTime: formatTime(startedAt),
    ...(finishedAt === undefined ? {} : { endTime: formatTime(finishedAt) }),
  }
}
