import { type ClientKeyCredential, findClientKey, ofAccessPoint } from '../callers/client-keys.ts'
import { account, type CallerTemplate, findCredential, ofUser, policiesOfRole } from '../callers/credentials.ts'
import { invalidParameter, resourceNotFound } from '../errors.ts'
import type { Call, Kms } from '../kms.ts'

export interface Simulated {
  readonly who: CallerTemplate & { readonly instanceId?: string | undefined }
  /** of an application: from where it is let in */
  readonly networks?: ClientKeyCredential['networks']
}

const forms = {
  root: /^acs:ram::(\d+):root$/,
  user: /^acs:ram::(\d+):user\/([\w.@-]{1,128})$/,
  role: /^acs:ram::(\d+):role\/([\w.-]{1,64})$/,
  application: /^acs:kms::(\d+):applicationaccesspoint\/([\w.-]{1,64})$/,
}

/**
 * Who somebody of the caller's account is when it calls, with the policies of now.
 *
 * @throws KmsError `InvalidParameter` of Caller; `Forbidden.ResourceNotFound`
 */
export async function simulatedCaller(call: Call, name: string): Promise<Simulated> {
  const { kms } = call
  const { accountId } = call.caller
  const isArn = name.startsWith('acs:')
  if (isArn && !Object.values(forms).some((form) => form.test(name))) throw invalidParameter('Caller')
  const found = isArn ? await byArn(call, name) : await byId(kms, name)
  if (found?.who.accountId !== accountId) throw resourceNotFound('caller', name)
  return found
}

async function byId(kms: Kms, id: string): Promise<Simulated | undefined> {
  const credential = await findCredential(kms, id)
  if (credential !== undefined) return { who: credential.caller }
  const clientKey = await findClientKey(kms, id)
  return clientKey && { who: clientKey.caller, networks: clientKey.networks }
}

async function byArn({ kms, caller }: Call, arn: string): Promise<Simulated | undefined> {
  const { accountId } = caller
  const common = { accountId, accessKeyId: '', authentication: 'AccessKey' } as const
  const named = (form: RegExp): string | undefined => {
    const [, owner, name = ''] = form.exec(arn) ?? []
    return owner === accountId ? name : undefined
  }
  if (named(forms.root) !== undefined) return { who: { ...common, ...account(accountId) } }
  const user = named(forms.user)
  const known = user === undefined ? undefined : await ofUser(kms.records, accountId, user)
  if (known !== undefined) return { who: { ...common, ...known } }
  const role = named(forms.role)
  const rights = role === undefined ? undefined : await policiesOfRole(kms.records, accountId, role)
  if (role !== undefined && rights !== undefined) {
    const identity = { type: 'AssumedRoleUser', id: `${rights.id}:simulated`, role, session: 'simulated' } as const
    return { who: { ...common, authentication: 'StsToken', identity, policies: rights.policies } }
  }
  const name = named(forms.application)
  const application =
    name === undefined
      ? undefined
      : await ofAccessPoint(kms, kms.records, { accountId, name, clientKeyId: 'simulated' })
  return application && { who: application.caller, networks: application.networks }
}
