import { ServiceError } from '../sdk/errors.ts'

interface LastUsage {
  readonly lastUsedDate?: string | undefined
  readonly lastUsedOperation?: string | undefined
  readonly trackingStartDate: string
}

/** What is asked besides; undefined from a service that does not know the operation, or does not tell this caller. */
export async function ifTold<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof ServiceError && error.status < 500 && !error.throttled) return undefined
    throw error
  }
}

/** The last use in one line; empty when it was not told. */
export function shownLastUse(usage: LastUsage | undefined): string {
  if (usage === undefined) return ''
  const { lastUsedDate, lastUsedOperation, trackingStartDate } = usage
  return lastUsedDate === undefined ? `none since ${trackingStartDate}` : `${lastUsedDate} by ${lastUsedOperation}`
}
