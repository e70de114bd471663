import { decodeBase64 } from '../../crypto/base64.ts'
import type { InstanceClient } from '../instance-client.ts'
import type { InstanceCallOptions } from '../instance-connection.ts'
import { contextAad } from './encryption-context.ts'
import { invalidParameter, missingParameter } from './errors.ts'
import type { ContextForm } from './options.ts'
import type { TextEncoding } from './text-encoding.ts'

/** One call of the public gateway's, on its way to the instance gateway. */
export interface TransferCall {
  readonly instance: InstanceClient
  /** as they would be sent to the public gateway */
  readonly parameters: ReadonlyMap<string, string>
  readonly encoding: TextEncoding
  readonly contextForm: ContextForm
  readonly isLowVersion: boolean
  /** for the next request: signal, retry, and the time that is left of the whole call's */
  options(): InstanceCallOptions
}

/** Wire names, as the public gateway would answer. */
export type ResponseBody = Readonly<Record<string, unknown>>

export interface Handler {
  /** the parameters that it knows; a call with others cannot be carried out here */
  readonly parameters: readonly string[]
  readonly run: (call: TransferCall) => Promise<ResponseBody>
}

/** @throws ServiceError `MissingParameter` */
export function text(call: TransferCall, name: string): string {
  const value = call.parameters.get(name)
  if (value === undefined) throw missingParameter(name)
  return value
}

/** @throws ServiceError `MissingParameter`; `InvalidParameter` if it is not Base64 */
export function bytes(call: TransferCall, name: string): Uint8Array {
  const decoded = decodeBase64(text(call, name))
  if (decoded === undefined) throw invalidParameter(name)
  return decoded
}

/** @throws ServiceError `InvalidParameter` if the context is not a JSON object of text */
export function aad(call: TransferCall): Uint8Array | undefined {
  const context = call.parameters.get('EncryptionContext')
  return context === undefined ? undefined : contextAad(parsedContext(context), call.contextForm, call.encoding)
}

function parsedContext(context: string): Readonly<Record<string, string>> {
  const parsed = parsedJson(context)
  const isMap = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
  if (isMap && Object.values(parsed).every((value) => typeof value === 'string'))
    return parsed as Readonly<Record<string, string>>
  throw invalidParameter('EncryptionContext')
}

function parsedJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
