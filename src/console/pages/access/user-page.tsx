import { Button, Skeleton } from 'antd'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { AttachPolicyToUser, DeleteUser, DetachPolicyFromUser, GetUser, ListPoliciesForUser } from '../../../api/ram.ts'
import { call } from '../../call.ts'
import { DangerDialog } from '../../parts/danger-dialog.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Facts } from '../../parts/facts.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { Time } from '../../parts/time.tsx'
import { useTold } from '../../parts/told.tsx'
import { queries, useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'
import { AccessKeys } from './access-keys.tsx'
import { AttachedPolicies } from './attached-policies.tsx'

export function UserPage() {
  const say = useSay()
  const told = useTold()
  const navigate = useNavigate()
  const { userName = '' } = useParams()
  const [isDeleting, setDeleting] = useState(false)
  const { data, error } = useAnswer(GetUser, { userName })
  const policies = useAnswer(ListPoliciesForUser, { userName })
  return (
    <>
      <PageHead
        title={userName}
        actions={
          <Button danger onClick={() => setDeleting(true)}>
            {say('word.delete')}
          </Button>
        }
      />
      <div className="stack">
        <ErrorNote error={error} />
        {data ? (
          <Facts
            facts={[
              { name: say('iam.userId'), value: data.user.userId },
              { name: say('iam.displayName'), value: data.user.displayName || '–' },
              { name: say('iam.comments'), value: data.user.comments || '–' },
              { name: say('word.created'), value: <Time value={data.user.createDate} /> },
            ]}
          />
        ) : (
          !error && <Skeleton active />
        )}
        <AccessKeys userName={userName} />
        <AttachedPolicies
          attached={policies.data?.policies.policy}
          error={policies.error}
          attach={(policy) => call(AttachPolicyToUser, { userName, ...policy })}
          detach={(policy) => call(DetachPolicyFromUser, { userName, ...policy })}
        />
      </div>
      {isDeleting && (
        <DangerDialog
          title={say('apps.delete', { name: userName })}
          effect={say('iam.deleteUserEffect')}
          typed={userName}
          confirm={say('word.delete')}
          run={async () => {
            const { requestId } = await call(DeleteUser, { userName })
            void queries.invalidateQueries()
            told(say('iam.deleted'), requestId)
            void navigate('/access')
          }}
          close={() => setDeleting(false)}
        />
      )}
    </>
  )
}
