import { type Log, openLog } from '../log.ts'
import type { ServerIo } from './io.ts'

/** Where commands tell what a server would write to its log, as far as it is worth a warning. */
export const warningsTo = ({ stderr }: ServerIo): Log =>
  openLog(
    'text',
    'warn',
    () => new Date(),
    (line) => stderr.write(line),
  )
