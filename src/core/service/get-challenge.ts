import { createHmac } from 'node:crypto'
import type { Input, Result } from '../../api/operation.ts'
import type { GetChallenge } from '../../api/service.ts'
import { encodeBase64 } from '../../crypto/base64.ts'
import type { Call } from '../kms.ts'
import { secondsLater } from '../time.ts'
import { authorizeOnAccount } from './account-resource.ts'

/** The service publishes no lifetime; an attestation takes seconds. */
const lifetimeSeconds = 300

/**
 * A nonce for a confidential machine to attest. The token carries nonce, account and end of life under a MAC, so that
 * nothing has to be remembered: `base64url(JSON) . base64url(HMAC-SHA-256)`.
 *
 * @see KMS API 2016-01-20, GetChallenge
 */
export function getChallenge(call: Call, _input: Input<typeof GetChallenge>): Result<typeof GetChallenge> {
  authorizeOnAccount(call)
  const { kms, caller } = call
  const nonce = encodeBase64(kms.randomBytes(32))
  const expiresAt = secondsLater(kms.now(), lifetimeSeconds).toISOString()
  const claims = Buffer.from(JSON.stringify({ nonce, accountId: caller.accountId, expiresAt })).toString('base64url')
  const mac = createHmac('sha256', kms.sealing.derive('challenge')).update(claims).digest('base64url')
  return { challengeToken: `${claims}.${mac}`, nonce }
}
