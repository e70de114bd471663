import type { Input, Result } from '../../api/operation.ts'
import type { GetSecretLastUsage } from '../../api/secrets.ts'
import type { Call } from '../kms.ts'
import { describedLastUse } from '../last-use.ts'
import { findSecret } from './find-secret.ts'
import { secretLastUse } from './secret.ts'

/** Whoever may describe a secret may know this, also while it waits for deletion. */
export async function getSecretLastUsage(
  call: Call,
  { secretName }: Input<typeof GetSecretLastUsage>,
): Promise<Result<typeof GetSecretLastUsage>> {
  const { body } = await findSecret(call, secretName)
  return { secretName: body.name, ...(await describedLastUse(call.kms.lastUses, secretLastUse(body))) }
}
