import { mkdir } from 'node:fs/promises'
import { ChunkWorkers, EnvelopeError } from '../../sdk/envelope/index.ts'
import type { Context } from '../context.ts'
import { CliError, failureLine } from '../failure.ts'
import type { Shown } from '../output.ts'
import { printable } from '../text-width.ts'
import { Progress } from './progress.ts'
import type { Plan, Task } from './task.ts'

interface TaskTools {
  readonly workers: ChunkWorkers
  readonly onProgress: (doneBytes: number) => void
}

const filesAtOnce = 8
const smallBytes = 1 << 20

/** What became of a file, as it is printed. */
type TaskReport = Readonly<Record<string, Shown>>

/**
 * Does every task of a plan with the same threads. The failure of one of several files is reported and the others go on;
 * the program still fails at the end. What was left out is counted on standard error.
 *
 * @param threads - undefined for as many as suit the machine
 * @throws CliError `someFailed`; a single file's own error
 */
export async function runTasks(
  context: Context,
  plan: Plan,
  threads: number | undefined,
  work: (task: Task, tools: TaskTools) => Promise<TaskReport>,
): Promise<void> {
  const { output, io } = context
  const { tasks, isList } = plan
  const reportFailure = (label: string, error: unknown): void => {
    failures += 1
    io.stderr.write(`keyhaven: ${printable(label)}: ${failureLine(error)}\n`)
  }
  const reports: TaskReport[] = []
  let failures = 0
  await makeFolders(plan)
  for (const { label, error } of plan.failures) reportFailure(label, error)
  const progress = new Progress(
    io.stderr,
    tasks.reduce((sum, { bytes }) => sum + bytes, 0),
  )
  const workers = new ChunkWorkers(threads)
  const settle = ({ label, bytes }: Task, outcome: PromiseSettledResult<TaskReport>): void => {
    progress.clear()
    if (outcome.status === 'fulfilled') {
      reports.push(outcome.value)
      if (!output.isJson) output.record(outcome.value, outcome.value)
    } else {
      if (!isList || isStop(outcome.reason)) throw outcome.reason
      reportFailure(label, outcome.reason)
    }
    progress.finish(bytes)
  }
  try {
    await inOrder(
      tasks,
      areApart(tasks) ? filesAtOnce : 1,
      (task) => work(task, { workers, onProgress: progress.file(task.label) }),
      settle,
    )
  } finally {
    await workers.close()
    if (output.isJson && (isList || reports.length > 0)) output.json(isList ? reports : reports[0])
  }
  if (plan.leftOut.length > 0) io.stderr.write(`keyhaven: left out: ${counted(plan.leftOut)}\n`)
  if (failures > 0)
    throw new CliError('someFailed', `${failures} of ${tasks.length + plan.failures.length} files failed`)
}

/**
 * Works on up to `atOnce` small files at once and tells of each in the order they have: small files wait for the disk most
 * of the time, and waiting together costs less. A large one uses all threads by itself. Nothing is under way any more
 * when this returns or throws; after a throw of `settle` nothing new is begun.
 */
async function inOrder(
  tasks: readonly Task[],
  atOnce: number,
  work: (task: Task) => Promise<TaskReport>,
  settle: (task: Task, outcome: PromiseSettledResult<TaskReport>) => void,
): Promise<void> {
  const underWay: { readonly task: Task; readonly outcome: Promise<PromiseSettledResult<TaskReport>> }[] = []
  const settleUntil = async (most: number): Promise<void> => {
    for (let first = underWay[0]; first && underWay.length > most; [first] = underWay) {
      settle(first.task, await first.outcome)
      underWay.shift()
    }
  }
  try {
    for (const task of tasks) {
      const isAlone = task.bytes > smallBytes || underWay.some(({ task: { bytes } }) => bytes > smallBytes)
      await settleUntil(isAlone ? 0 : atOnce - 1)
      underWay.push({ task, outcome: settled(work(task)) })
    }
    await settleUntil(0)
  } finally {
    await Promise.all(underWay.map(({ outcome }) => outcome))
  }
}

/** Whether no file is written that another task reads or writes: then their order makes no difference. */
function areApart(tasks: readonly Task[]): boolean {
  return new Set(tasks.flatMap(({ source, target }) => [source, target])).size === 2 * tasks.length
}

async function settled<Value>(work: Promise<Value>): Promise<PromiseSettledResult<Value>> {
  const [outcome] = await Promise.allSettled([work])
  return outcome
}

/** As closed as those they are made after; their owner must be able to write into them. */
async function makeFolders({ folders }: Plan): Promise<void> {
  for (const { path, mode } of folders) await mkdir(path, { recursive: true, mode: mode | 0o700 })
}

/** `2 links, 1 named *.cipher` */
function counted(reasons: readonly string[]): string {
  const groups = Map.groupBy(reasons, (reason) => reason)
  return [...groups]
    .map(([reason, { length }]) => `${length} ${reason}${reason === 'link' && length > 1 ? 's' : ''}`)
    .join(', ')
}

function isStop(error: unknown): boolean {
  return error instanceof EnvelopeError && error.code === 'Aborted'
}
