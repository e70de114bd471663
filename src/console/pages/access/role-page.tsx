import { Button, Card, Skeleton } from 'antd'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
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
import { DangerDialog } from '../../parts/danger-dialog.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Facts } from '../../parts/facts.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { PolicyEditor } from '../../parts/policy-editor.tsx'
import { Time } from '../../parts/time.tsx'
import { useTold } from '../../parts/told.tsx'
import { queries, useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'
import { AttachedPolicies } from './attached-policies.tsx'

export function RolePage() {
  const say = useSay()
  const told = useTold()
  const navigate = useNavigate()
  const { roleName = '' } = useParams()
  const [isDeleting, setDeleting] = useState(false)
  const { data, error } = useAnswer(GetRole, { roleName })
  const policies = useAnswer(ListPoliciesForRole, { roleName })
  return (
    <>
      <PageHead
        title={roleName}
        actions={
          <Button danger onClick={() => setDeleting(true)}>
            {say('word.delete')}
          </Button>
        }
      />
      <div className="stack">
        <ErrorNote error={error} />
        {data ? (
          <>
            <Facts
              facts={[
                { name: 'ARN', value: <Copyable text={data.role.arn} /> },
                { name: say('word.description'), value: data.role.description || '–' },
                { name: say('iam.longestSession'), value: `${data.role.maxSessionDuration} s` },
                { name: say('word.created'), value: <Time value={data.role.createDate} /> },
              ]}
            />
            <Card size="small" title={say('iam.trust')}>
              <PolicyEditor
                key={data.role.assumeRolePolicyDocument}
                document={data.role.assumeRolePolicyDocument}
                kind="trust"
                save={async (document) => {
                  const { requestId } = await call(UpdateRole, { roleName, newAssumeRolePolicyDocument: document })
                  void queries.invalidateQueries()
                  told(say('key.saved'), requestId)
                }}
              />
            </Card>
          </>
        ) : (
          !error && <Skeleton active />
        )}
        <AttachedPolicies
          attached={policies.data?.policies.policy}
          error={policies.error}
          attach={(policy) => call(AttachPolicyToRole, { roleName, ...policy })}
          detach={(policy) => call(DetachPolicyFromRole, { roleName, ...policy })}
        />
      </div>
      {isDeleting && (
        <DangerDialog
          title={say('apps.delete', { name: roleName })}
          effect={say('iam.deleteRoleEffect')}
          typed={roleName}
          confirm={say('word.delete')}
          run={async () => {
            const { requestId } = await call(DeleteRole, { roleName })
            void queries.invalidateQueries()
            told(say('iam.deleted'), requestId)
            void navigate('/access?tab=roles')
          }}
          close={() => setDeleting(false)}
        />
      )}
    </>
  )
}
