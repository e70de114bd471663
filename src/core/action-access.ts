import { instanceOperations } from '../api/instance.ts'
import type { Access } from '../api/operation.ts'
import { operations } from '../api/operations.ts'

const accessOf: ReadonlyMap<string, Access> = new Map([
  ...instanceOperations.map(({ name, permission }) => [name, permission === 'none' ? 'look' : 'use'] as const),
  ...operations.map(({ name, access }) => [name, access] as const),
])

/** What an operation of either gateway is for; what is unknown does no more than look. */
export const actionAccess = (action: string): Access => accessOf.get(action) ?? 'look'
