import type { KmsErrorCode } from '../../api/errors.ts'
import { KmsError } from '../../core/errors.ts'
import { Conflict, StoreUnavailable } from '../../core/store.ts'

/** An error on its way between threads, which would arrive as none of our own. */
export interface PackedError {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  /** whatever plain values it had besides */
  readonly fields: Readonly<Record<string, string | number | boolean>>
  readonly cause: PackedError | undefined
}

export function packError(error: unknown): PackedError {
  if (!(error instanceof Error))
    return { name: typeof error, message: '', stack: undefined, fields: {}, cause: undefined }
  const { name, message, stack, cause } = error
  return { name, message, stack, fields: plainFields(error), cause: cause === undefined ? undefined : packError(cause) }
}

/** As what it was thrown: those who catch it tell errors apart by their classes. */
export function unpackError({ name, message, stack, fields, cause: packed }: PackedError): Error {
  const cause = packed && unpackError(packed)
  const { code, kind, id, isReadable, retryAfterMs } = fields
  if (name === 'KmsError') {
    const details = typeof retryAfterMs === 'number' ? { message, cause, retryAfterMs } : { message, cause }
    return new KmsError(code as KmsErrorCode, details)
  }
  if (name === 'Conflict') return new Conflict(String(kind), String(id))
  if (name === 'StoreUnavailable') return new StoreUnavailable(message, { cause, isReadable: isReadable === true })
  return Object.assign(new Error(message, { cause }), { ...fields, name, stack })
}

const plainFields = (error: Error): PackedError['fields'] =>
  Object.fromEntries(
    Object.entries(error).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value)),
  )
