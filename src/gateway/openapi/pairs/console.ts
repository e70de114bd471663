import * as api from '../../../api/console.ts'
import { createConsoleSession } from '../../../core/console/create-console-session.ts'
import { deleteConsoleSession } from '../../../core/console/delete-console-session.ts'
import { getConsoleSession } from '../../../core/console/get-console-session.ts'
import { listConsoleSessions } from '../../../core/console/list-console-sessions.ts'
import { on } from '../pair.ts'

export const consolePairs = [
  on(api.CreateConsoleSession, createConsoleSession),
  on(api.GetConsoleSession, getConsoleSession),
  on(api.DeleteConsoleSession, deleteConsoleSession),
  on(api.ListConsoleSessions, listConsoleSessions),
]
