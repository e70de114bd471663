import type { Change } from '../core/store.ts'

/** What a change is about, and what it relies on. */
export interface Target {
  readonly kind: string
  readonly id: string
  /** the revision that must be stored; undefined: no such record */
  readonly expected: number | undefined
  readonly isWrite: boolean
}

export function targetOf(change: Change): Target {
  switch (change.type) {
    case 'insert':
      return { kind: change.record.kind, id: change.record.id, expected: undefined, isWrite: true }
    case 'update':
      return { kind: change.record.kind, id: change.record.id, expected: change.record.revision - 1, isWrite: true }
    case 'rekey':
      return { kind: change.record.kind, id: change.record.id, expected: change.record.revision, isWrite: true }
    case 'delete':
      return { kind: change.kind, id: change.id, expected: change.revision, isWrite: true }
    case 'once':
      return { kind: change.kind, id: change.id, expected: undefined, isWrite: true }
    case 'check':
      return { kind: change.kind, id: change.id, expected: change.revision, isWrite: false }
  }
}

export const nameOf = (kind: string, storedId: string): string => `${kind}\0${storedId}`
