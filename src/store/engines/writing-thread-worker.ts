import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { openToWrite } from './sqlite-file.ts'
import { SqliteWriter } from './sqlite-writer.ts'
import { failureOf } from './thread-failure.ts'
import type { FromThread, Outcome, ThreadData, ToThread } from './writing-thread.ts'

/** The other end of writing-thread.ts: commits what comes over any of its lines, and waits for the disk as long as it takes. */
const { path, files } = workerData as ThreadData
const database = openToWrite(path, files)
const writer = new SqliteWriter({ database, files, close: () => database.close() })
writer.scrub()

if (parentPort) serve(parentPort)

function serve(line: MessagePort): void {
  let outcomes: Outcome[] = []
  // those of a group are known in the same turn, and go together
  const send = (): void => {
    line.postMessage(outcomes satisfies FromThread)
    outcomes = []
  }
  const tell = (outcome: Outcome): void => {
    if (outcomes.push(outcome) === 1) process.nextTick(send)
  }
  line.on('message', (message: ToThread) => {
    if (message === 'close') return void close()
    if ('line' in message) return serve(message.line)
    for (const { id, changes } of message) {
      writer.commit(changes).then(
        () => tell({ id }),
        (error: unknown) => tell({ id, failure: failureOf(error) }),
      )
    }
  })
}

async function close(): Promise<void> {
  await writer.close()
  process.exit()
}
