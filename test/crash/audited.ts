import assert from 'node:assert/strict'
import { join } from 'node:path'
import { queryAudit } from '../../src/server/audit/query.ts'

/** That every acknowledged call has exactly one record of its answer, in one of the logs, and that it says Success. */
export function requireAudited(folders: readonly string[], requestIds: readonly string[]): void {
  const answers = new Map<string, unknown[]>()
  for (const data of folders) {
    for (const { phase, requestId, code } of queryAudit(join(data, 'audit'), {})) {
      if (phase === 'response') answers.set(String(requestId), [...(answers.get(String(requestId)) ?? []), code])
    }
  }
  for (const requestId of requestIds) assert.deepEqual(answers.get(requestId), ['Success'], `request ${requestId}`)
}
