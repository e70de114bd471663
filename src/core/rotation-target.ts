/**
 * What a rotation needs of the system that a managed secret opens: a database, a server, a hook. Core decides what
 * happens when and keeps the record; a target carries it out. Every step may be run again after a crash.
 */
export interface RotationTarget {
  /**
   * The value that the secret is to have next. Made, and kept sealed, before anything is changed.
   * @returns what GetSecretValue will answer, up to 30720 bytes
   */
  prepare(state: RotationState): Promise<string>
  /**
   * Makes the system accept `next`. Run again with the same value, it does no harm.
   * @throws RotationFailure
   */
  apply(state: RotationState, next: string): Promise<void>
  /**
   * Whether the system accepts a value now.
   * @throws RotationFailure when that cannot be found out
   */
  accepts(state: RotationState, value: string): Promise<boolean>
}

/** A secret in the middle of its rotation. Values are what GetSecretValue answers; they never leave but to the target. */
export interface RotationState {
  readonly accountId: string
  readonly secretName: string
  readonly secretType: string
  /** ExtendedConfig as it was given, parsed */
  readonly config: Readonly<Record<string, unknown>>
  readonly current: string
  /** of the version labelled ACSPrevious, once there is one */
  readonly previous?: string | undefined
  /** of the secret that CustomData.AdminSecret names */
  readonly admin?: string | undefined
  /** the name of the hook that a secret of our own extension rotates by */
  readonly hook?: string | undefined
}

/** A target did not do what was asked. The text must not hold a value; it goes to the log and to the caller. */
export class RotationFailure extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'RotationFailure'
  }
}

/** Finds what carries out the rotation of a secret; undefined when nothing here can. */
export type FindTarget = (state: Omit<RotationState, 'current'>) => RotationTarget | undefined
