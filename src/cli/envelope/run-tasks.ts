import { ChunkWorkers, EnvelopeError } from '../../sdk/envelope/index.ts'
import type { Context } from '../context.ts'
import { CliError, failureLine } from '../failure.ts'
import type { Shown } from '../output.ts'
import { Progress } from './progress.ts'
import type { Task } from './task.ts'

export interface TaskTools {
  readonly workers: ChunkWorkers
  readonly onProgress: (doneBytes: number) => void
}

/** What became of a file, as it is printed. */
export type TaskReport = Readonly<Record<string, Shown>>

/**
 * Does every task with the same threads. The failure of one of several files is reported and the others go on; the
 * program still fails at the end.
 *
 * @param threads - undefined for as many as suit the machine
 * @throws CliError `someFailed`; a single file's own error
 */
export async function runTasks(
  context: Context,
  tasks: readonly Task[],
  threads: number | undefined,
  work: (task: Task, tools: TaskTools) => Promise<TaskReport>,
): Promise<void> {
  const { output, io } = context
  const workers = new ChunkWorkers(threads)
  const progress = new Progress(
    io.stderr,
    tasks.reduce((sum, { bytes }) => sum + bytes, 0),
  )
  const reports: TaskReport[] = []
  let failures = 0
  try {
    for (const task of tasks) {
      try {
        const report = await work(task, { workers, onProgress: progress.file(task.label) })
        reports.push(report)
        progress.clear()
        if (!output.isJson) output.record(report, report)
      } catch (error) {
        progress.clear()
        if (tasks.length === 1 || isStop(error)) throw error
        failures += 1
        io.stderr.write(`keyhaven: ${task.label}: ${failureLine(error)}\n`)
      }
      progress.finish(task.bytes)
    }
  } finally {
    await workers.close()
  }
  if (output.isJson) output.json(tasks.length === 1 ? reports[0] : reports)
  if (failures > 0) throw new CliError('someFailed', `${failures} of ${tasks.length} files failed`)
}

function isStop(error: unknown): boolean {
  return error instanceof EnvelopeError && error.code === 'Aborted'
}
