import * as api from '../../../api/sts.ts'
import { assumeRole } from '../../../core/sts/assume-role.ts'
import { getCallerIdentity } from '../../../core/sts/get-caller-identity.ts'
import { on } from '../pair.ts'

export const stsPairs = [on(api.AssumeRole, assumeRole), on(api.GetCallerIdentity, getCallerIdentity)]
