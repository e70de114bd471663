import { codeName } from '../../src/api/field.ts'
import type { Input, Operation, RequestOf } from '../../src/api/operation.ts'
import type { Caller, Identity } from '../../src/core/access/caller.ts'
import { parseIdentityPolicy } from '../../src/core/access/policy.ts'
import { KmsError } from '../../src/core/errors.ts'
import type { AuditNotes, Call, Kms } from '../../src/core/kms.ts'

/** The account that the deployment belongs to. */
export function accountCaller(kms: Kms, accountId = kms.settings.accountId): Caller {
  return {
    accountId,
    identity: { type: 'Account', id: accountId, name: 'root' },
    accessKeyId: 'LTAItest',
    authentication: 'AccessKey',
    policies: [],
    sourceAddress: '192.0.2.1',
    secureTransport: true,
  }
}

/** A RAM user with the given statements in one policy; with none it may do nothing. */
export function userCaller(
  kms: Kms,
  statements: readonly { Effect?: 'Allow' | 'Deny'; Action: string | string[]; Resource: string | string[] }[] = [],
  accountId = kms.settings.accountId,
): Caller {
  const identity: Identity = { type: 'RAMUser', id: '200000000000000001', name: 'someone' }
  const document = { Version: '1', Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })) }
  const policies = statements.length === 0 ? [] : [parseIdentityPolicy(JSON.stringify(document))]
  return { ...accountCaller(kms, accountId), identity, policies }
}

/** Runs operations as a caller would, past the gateway: defaults are filled in as it does. */
export interface Actor {
  <O extends Operation, Out>(
    operation: O,
    behaviour: (call: Call, input: Input<O>) => Out,
    input: RequestOf<O>,
  ): Promise<Awaited<Out>>
  /** what the last call noted for the audit */
  readonly notes: () => AuditNotes
}

export function actor(kms: Kms, caller: Caller = accountCaller(kms)): Actor {
  let notes: AuditNotes = {}
  const run = async <O extends Operation, Out>(
    operation: O,
    behaviour: (call: Call, input: Input<O>) => Out,
    input: RequestOf<O>,
  ): Promise<Awaited<Out>> => {
    notes = {}
    const call: Call = { kms, caller, operation, requestId: '00000000-0000-4000-8000-000000000000', audit: notes }
    return await behaviour(call, { ...defaultsOf(operation), ...input } as Input<O>)
  }
  return Object.assign(run, { notes: () => notes })
}

const defaultsOf = (operation: Operation): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(operation.request)
      .filter(([, field]) => field.presence === 'default')
      .map(([name, field]) => [codeName(name), field.default]),
  )

/** `ok`, or the code that work was refused with. */
export async function answerOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'ok'
  } catch (error) {
    if (error instanceof KmsError) return error.code
    throw error
  }
}
