import { type Call, type Kms, ownCall } from '../core/kms.ts'

/** A call that the server itself makes in the name of the account, which may do everything. */
export const accountCall = (kms: Kms, name: string): Call => ownCall(kms, kms.settings.accountId, name)
