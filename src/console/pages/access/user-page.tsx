import { useParams } from 'react-router'
import { AttachPolicyToUser, DeleteUser, DetachPolicyFromUser, GetUser, ListPoliciesForUser } from '../../../api/ram.ts'
import { call } from '../../call.ts'
import { Time } from '../../parts/time.tsx'
import { useAnswer } from '../../queries.ts'
import { session } from '../../sign-in/session.ts'
import { useSay } from '../../text/language.tsx'
import { useWatched } from '../../watched.ts'
import { AccessKeys } from './access-keys.tsx'
import { AttachedPolicies } from './attached-policies.tsx'
import { Identity } from './identity.tsx'

export function UserPage() {
  const say = useSay()
  const { userName = '' } = useParams()
  const { data, error } = useAnswer(GetUser, { userName })
  const policies = useAnswer(ListPoliciesForUser, { userName })
  const now = useWatched(session)
  const accountId = now.state === 'in' ? now.session.accountId : ''
  return (
    <Identity
      name={userName}
      arn={`acs:ram::${accountId}:user/${userName}`}
      error={error}
      facts={
        data && [
          { name: say('iam.userId'), value: data.user.userId },
          { name: say('iam.displayName'), value: data.user.displayName },
          { name: say('iam.comments'), value: data.user.comments },
          { name: say('word.created'), value: <Time value={data.user.createDate} /> },
        ]
      }
      deleteEffect={say('iam.deleteUserEffect')}
      list="/access"
      remove={() => call(DeleteUser, { userName })}
    >
      <AccessKeys userName={userName} />
      <AttachedPolicies
        attached={policies.data?.policies.policy}
        error={policies.error}
        attach={(policy) => call(AttachPolicyToUser, { userName, ...policy })}
        detach={(policy) => call(DetachPolicyFromUser, { userName, ...policy })}
      />
    </Identity>
  )
}
