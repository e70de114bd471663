import type { Operation } from '../../api/operation.ts'
import { operations } from '../../api/operations.ts'
import type { Client } from '../../sdk/client.ts'
import { ServiceError } from '../../sdk/errors.ts'

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

/** What the contract says of a call; undefined for one that is only known elsewhere. */
export const operationOf = ({ action, version }: Call): Operation | undefined =>
  operations.find(({ name, api }) => name === action && api.version === version)

/** Asks a server. @throws ClientError when it gives no answer */
export async function ask(client: Client, call: Call): Promise<Answer> {
  const { action, version, parameters } = call
  const api = { product: 'Kms', version } as const
  try {
    const { body } = await client.call({
      ...{ api, action, parameters: new Map(Object.entries(parameters)) },
      idempotent: false,
    })
    return { status: 200, code: 'Success', body: body as Readonly<Record<string, unknown>> }
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    return { status: error.status, code: error.code, body: { Message: error.message } }
  }
}
