import { operations } from '../../api/operations.ts'
import type { Client } from '../../sdk/client.ts'
import { ClientError, ServiceError } from '../../sdk/errors.ts'
import type { InstanceConnection } from '../../sdk/instance-connection.ts'
import { instanceVersion } from '../../server/http/instance-messages.ts'
import type { Answer, Call, Contract } from './call.ts'
import { askInstance, instanceContract, instanceOperationOf } from './instance-call.ts'

/** What the contract says of a call; undefined for one that is only known elsewhere. */
export function contractOf({ action, version }: Pick<Call, 'action' | 'version'>): Contract | undefined {
  if (version !== instanceVersion) return operations.find(({ name, api }) => name === action && api.version === version)
  const operation = instanceOperationOf(action)
  return operation && instanceContract(operation)
}

/** A server that is asked through both of its gateways, as far as there are credentials for them. */
export interface Asked {
  readonly client: Client
  readonly instance?: InstanceConnection | undefined
}

/** Asks a server. @throws ClientError when it gives no answer */
export async function ask({ client, instance }: Asked, call: Call): Promise<Answer> {
  const { action, version, parameters } = call
  if (version === instanceVersion) {
    if (instance !== undefined) return askInstance(instance, call)
    throw new ClientError('configuration', 'No ClientKey is given for this server.')
  }
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
