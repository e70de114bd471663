import { EnvelopeError } from '../errors.ts'

/**
 * Turns an error of the file system into one line that says what could not be done to which file. Other errors stay
 * what they are.
 */
export function fileFailure(action: string, path: string, cause: unknown): unknown {
  if (!(cause instanceof Error) || !('syscall' in cause)) return cause
  return new EnvelopeError('FileFailed', `cannot ${action} ${path}: ${reasonOf(cause)}`, { cause })
}

/** Node writes `ENOSPC: no space left on device, write`; the words in the middle are what people read. */
function reasonOf({ message }: Error): string {
  return /^[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] ?? message
}
