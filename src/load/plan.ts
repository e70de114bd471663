import type { SigningCredentials } from '../wire/rpc-signature.ts'
import type { Address } from './http-connection.ts'

/** An OpenAPI gateway and as whom to call it. */
export interface PublicTarget extends Address {
  readonly credentials: SigningCredentials
}

/** The gateway of an instance and the ClientKey that signs. */
export interface InstanceTarget extends Address {
  readonly clientKeyId: string
  /** PKCS #8, PEM */
  readonly privateKey: string
}

interface PlannedCommon {
  readonly operation: string
  /** share of the calls, relative to the others */
  readonly weight: number
}

/** A call of the OpenAPI gateway; `{n}` in a value is another number in each call. */
export interface PublicCall extends PlannedCommon {
  readonly gateway: 'public'
  readonly version: string
  readonly parameters: Readonly<Record<string, string>>
}

/** A call of the instance gateway: its message as it goes over the wire. */
export interface InstanceCall extends PlannedCommon {
  readonly gateway: 'instance'
  readonly message: Uint8Array
}

/** A call of a server that speaks neither protocol, with which one is compared. */
export interface PlainCall extends PlannedCommon {
  readonly gateway: 'plain'
  /** whole HTTP/1.1 request, sent as it is */
  readonly request: string
}

export type PlannedCall = PublicCall | InstanceCall | PlainCall

/** Everything one generator process has to know. It goes to it through a pipe, never on a command line. */
export interface Plan {
  readonly public?: PublicTarget | undefined
  readonly instance?: InstanceTarget | undefined
  readonly plain?: Address | undefined
  readonly calls: readonly PlannedCall[]
  /** of this process */
  readonly connections: number
  /** calls per second of this process */
  readonly ratePerSecond?: number | undefined
  readonly warmUpMs: number
  readonly durationMs: number
  readonly periodMs: number
  /** longest time for one call */
  readonly timeoutMs: number
  /** makes numbers unique over processes */
  readonly processName: string
  /** tell of every single call */
  readonly isDebugged: boolean
}
