import type { Call, Kms } from '../core/kms.ts'

/** A call that the server itself makes in the name of the account, which may do everything. */
export const accountCall = (kms: Kms, name: string): Call => ({
  kms,
  caller: {
    ...{ accountId: kms.settings.accountId, accessKeyId: '', authentication: 'Internal', policies: [] },
    ...{ sourceAddress: '', secureTransport: true },
    identity: { type: 'Account', id: kms.settings.accountId, name: 'root' },
  },
  operation: { name, actions: [] },
  requestId: '',
  audit: {},
})
