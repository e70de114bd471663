import { Card } from 'antd'
import { useParams } from 'react-router'
import {
  AttachPolicyToRole,
  DeleteRole,
  DetachPolicyFromRole,
  GetRole,
  ListPoliciesForRole,
  UpdateRole,
} from '../../../api/ram.ts'
import { call } from '../../call.ts'
import { Copyable } from '../../parts/copyable.tsx'
import { PolicyEditor } from '../../parts/policy-editor.tsx'
import { Time } from '../../parts/time.tsx'
import { useTold } from '../../parts/told.tsx'
import { queries, useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'
import { AttachedPolicies } from './attached-policies.tsx'
import { Identity } from './identity.tsx'

export function RolePage() {
  const say = useSay()
  const told = useTold()
  const { roleName = '' } = useParams()
  const { data, error } = useAnswer(GetRole, { roleName })
  const policies = useAnswer(ListPoliciesForRole, { roleName })
  const trust = data?.role.assumeRolePolicyDocument
  return (
    <Identity
      name={roleName}
      arn={data?.role.arn ?? ''}
      error={error}
      facts={
        data && [
          { name: 'ARN', value: <Copyable text={data.role.arn} /> },
          { name: say('word.description'), value: data.role.description },
          { name: say('iam.longestSession'), value: `${data.role.maxSessionDuration} s` },
          { name: say('word.created'), value: <Time value={data.role.createDate} /> },
        ]
      }
      deleteEffect={say('iam.deleteRoleEffect')}
      list="/access?tab=roles"
      remove={() => call(DeleteRole, { roleName })}
    >
      {trust !== undefined && (
        <Card size="small" title={say('iam.trust')}>
          <PolicyEditor
            key={trust}
            document={trust}
            kind="trust"
            save={async (document) => {
              const { requestId } = await call(UpdateRole, { roleName, newAssumeRolePolicyDocument: document })
              void queries.invalidateQueries()
              told(say('key.saved'), requestId)
            }}
          />
        </Card>
      )}
      <AttachedPolicies
        attached={policies.data?.policies.policy}
        error={policies.error}
        attach={(policy) => call(AttachPolicyToRole, { roleName, ...policy })}
        detach={(policy) => call(DetachPolicyFromRole, { roleName, ...policy })}
      />
    </Identity>
  )
}
