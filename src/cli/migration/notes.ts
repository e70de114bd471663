import { ServiceError } from '../../sdk/errors.ts'
import { isAboutConnection } from '../failure.ts'

/** Something that is told at the end. */
export interface Note {
  /** such as `key 5c1e…` or `secret db/password` */
  readonly what: string
  /** what of it, such as `material`, or the operation that was refused */
  readonly part: string
  readonly why: string
}

/** What is not at the target as it is at the source, and why. */
export class Notes {
  /** refused by one of the servers: another run may bring it */
  readonly refused: Note[] = []
  /** what no server gives away, or is not moved */
  readonly staying: Note[] = []
  /** what is another thing at the target */
  readonly mapped: Note[] = []

  /** @returns undefined when the server refuses, which is noted. @throws what ends the whole: no answer, no valid credentials */
  async tried<Value>(what: string, part: string, work: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ServiceError) || error.retryable || isAboutConnection(error)) throw error
      this.refused.push({ what, part, why: `${error.code}: ${error.message}` })
      return undefined
    }
  }

  /** Whether something of it was refused, or this part of it. */
  hasRefused(what: string, part?: string): boolean {
    return this.refused.some((note) => note.what === what && (part === undefined || note.part === part))
  }
}
