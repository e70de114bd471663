import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { consoleSettings } from './session.ts'

/**
 * Refuses what a setting withholds from the console, whatever policies allow. What is about the account itself names no
 * user and is called by the account.
 *
 * @throws KmsError `Forbidden.NoPermission`, `NoPermission`
 */
export function refuseWithheld({ kms, caller, operation }: Call, input: Readonly<Record<string, unknown>>): void {
  if (caller.consoleSession === undefined) return
  const { deny } = consoleSettings(kms)
  const isOwn = caller.identity.type === 'Account' && input.userName === undefined
  if (!deny.includes(operation.name) && !(isOwn && deny.includes(`root:${operation.name}`))) return
  const [action = ''] = operation.actions
  const message = `${operation.name} is withheld from the console by the setting consoleDeny. Call it from elsewhere.`
  throw new KmsError(/^(ram|sts):/.test(action) ? 'NoPermission' : 'Forbidden.NoPermission', { message })
}
