import { Link } from 'react-router'
import { instanceOperations } from '../../../api/instance.ts'
import { operations } from '../../../api/operations.ts'
import { roleOfSession } from '../../../api/session-arn.ts'
import { useSay } from '../../text/language.tsx'
import type { AuditRecord } from './audit-records.ts'

/** From a call that was refused to the statement that refused it: the policy tester, filled in. */
export function WhyRefused({ record }: { readonly record: AuditRecord }) {
  const say = useSay()
  const question = questionOf(record)
  return (
    question && <Link to={`/access?${new URLSearchParams({ tab: 'tester', ...question })}`}>{say('audit.why')}</Link>
  )
}

function questionOf({ code, principal, keyId, resource = keyId, action, source }: AuditRecord) {
  const operation =
    operations.find(({ name }) => name === action)?.actions[0] ??
    instanceOperations.find(({ name }) => name === action)?.action
  if (!code?.includes('NoPermission') || !principal || !resource || operation === undefined) return undefined
  return { caller: roleOfSession(principal), operation, resource, ...(source === undefined ? {} : { source }) }
}
