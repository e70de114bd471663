import { setImmediate } from 'node:timers/promises'
import type { Result } from '../../api/operation.ts'
import type { VerifyAudit } from '../../api/oversight.ts'
import { formatTime } from '../../core/time.ts'
import { type Verification, VerifiedChain } from '../audit/verified-chain.ts'
import { isHandedOverMeanwhile, openFiles, type RootKeyChecks } from '../audit/verify.ts'

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
  firstRecord: number
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
    const run: Run = isFresh ? last : { startedAt: now, chain: undefined, firstRecord: 1 }
    if (!isFresh) void this.#verify(run)
    this.#run = run
    return described(run)
  }

  async #verify(run: Run): Promise<void> {
    try {
      await this.#read(run, 1)
    } catch (error) {
      run.failure = error instanceof Error && 'code' in error ? `cannot be read (${error.code})` : 'cannot be verified'
    } finally {
      run.finishedAt = this.#options.now()
    }
  }

  async #read(run: Run, attempt: number): Promise<void> {
    const { folder, checkpointFiles, checks } = this.#options
    const publicKey = await this.#options.publicKey()
    const { seal, findAnchor } = await checks(publicKey)
    try {
      const opened = openFiles({ folder, publicKey, checkpointFiles })
      // Asked before the records are read: a server tells the store before it signs.
      const chain = new VerifiedChain(opened, opened.beginning, { seal, anchor: await findAnchor() })
      run.chain = chain
      run.firstRecord = opened.beginning.end.seq
      let lines = 0
      for (const { placed, inLast } of opened.lines) {
        chain.take(placed, inLast)
        if (++lines % linesPerTurn === 0) await setImmediate()
      }
      run.found = chain.finish(opened.lastFile)
    } catch (error) {
      if (!isHandedOverMeanwhile(error, attempt)) throw error
      await this.#read(run, attempt + 1)
    }
  }
}

function described({ startedAt, finishedAt, chain, firstRecord, found, failure }: Run): Result<typeof VerifyAudit> {
  const problems = [
    ...(failure === undefined ? [] : [`The audit log ${failure}.`]),
    ...(found?.faults ?? []).map(({ file, line, seq, problem }) => `${file}:${line} record ${seq ?? '?'} ${problem}`),
  ]
  return {
    state: finishedAt === undefined ? 'Running' : 'Finished',
    ...(finishedAt === undefined ? {} : { verdict: problems.length === 0 ? 'Intact' : 'Damaged' }),
    firstRecord,
    lastRecord: chain?.size ?? 0,
    signedRecords: found?.signedRecords ?? 0,
    ...(found === undefined || chain === undefined ? {} : { rootHash: Buffer.from(chain.root).toString('base64') }),
    problems,
    startTime: formatTime(startedAt),
    ...(finishedAt === undefined ? {} : { endTime: formatTime(finishedAt) }),
  }
}
