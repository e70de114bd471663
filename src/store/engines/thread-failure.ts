import { Conflict } from '../../core/store.ts'
import { FileGone } from './sqlite-failures.ts'

/** What is left of an error on its way between threads. */
export type ThreadFailure =
  | { readonly type: 'conflict'; readonly kind: string; readonly id: string }
  | { readonly type: 'gone' }
  | { readonly type: 'range'; readonly message: string }
  | { readonly type: 'other'; readonly message: string; readonly code: unknown; readonly errcode: unknown }

export function failureOf(error: unknown): ThreadFailure {
  if (error instanceof Conflict) return { type: 'conflict', kind: error.kind, id: error.id }
  if (error instanceof FileGone) return { type: 'gone' }
  if (error instanceof RangeError) return { type: 'range', message: error.message }
  if (!(error instanceof Error)) return { type: 'other', message: String(error), code: undefined, errcode: undefined }
  const { message, code, errcode }: Error & { readonly code?: unknown; readonly errcode?: unknown } = error
  return { type: 'other', message, code, errcode }
}

export function errorOf(failure: ThreadFailure): Error {
  switch (failure.type) {
    case 'conflict':
      return new Conflict(failure.kind, failure.id)
    case 'gone':
      return new FileGone()
    case 'range':
      return new RangeError(failure.message)
    case 'other':
      return Object.assign(new Error(failure.message), { code: failure.code, errcode: failure.errcode })
  }
}
