import type { Fields } from '../../api/field.ts'

/** One call, whoever is asked. */
export interface Call {
  readonly action: string
  readonly version: string
  readonly parameters: Readonly<Record<string, string>>
}

/** What became of it. */
export interface Answer {
  readonly status: number
  /** `Success`, or the error code */
  readonly code: string
  /** of the answer, without what every error has besides its message */
  readonly body: Readonly<Record<string, unknown>>
}

/** What the fields of a call and its answer are. */
export interface Contract {
  readonly request: Fields
  readonly response: Fields
}
