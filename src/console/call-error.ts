interface CallErrorDetails {
  readonly code: string
  readonly message: string
  /** HTTP status; 0 when there was no answer */
  readonly status: number
  readonly requestId?: string
  /** wire name of the parameter at fault, when the text names one */
  readonly parameter?: string | undefined
  readonly cause?: unknown
}

/** A call that failed: the server's own code and text, or one of the console's for what never got there. */
export class CallError extends Error {
  readonly code: string
  readonly status: number
  readonly requestId: string
  readonly parameter: string | undefined

  constructor({ code, message, status, requestId = '', parameter, cause }: CallErrorDetails) {
    super(message, { cause })
    this.name = 'CallError'
    this.code = code
    this.status = status
    this.requestId = requestId
    this.parameter = parameter
  }

  /** The server cannot be reached, or can do nothing just now; it comes back by itself. */
  get isOutage(): boolean {
    return this.code === 'ServerAway' || this.code === 'ServiceUnavailableTemporary'
  }

  get isSessionEnd(): boolean {
    return this.code === 'InvalidConsoleSession'
  }
}
