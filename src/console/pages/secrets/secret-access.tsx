import { Alert, Card } from 'antd'
import { Link } from 'react-router'
import { GetSecretPolicy, SetSecretPolicy } from '../../../api/secrets.ts'
import { call } from '../../call.ts'
import { ErrorNote } from '../../parts/error-note.tsx'
import { PolicyEditor } from '../../parts/policy-editor.tsx'
import { useTold } from '../../parts/told.tsx'
import { queries, useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'
import { CallersCard } from '../activity/callers-card.tsx'
import type { Secret } from './secret.ts'

export function SecretAccess({ secret: { secretName, arn, dKMSInstanceId } }: { readonly secret: Secret }) {
  const say = useSay()
  const told = useTold()
  const { data, error } = useAnswer(GetSecretPolicy, { secretName }, { enabled: dKMSInstanceId !== undefined })
  const test = <Link to={`/access?tab=tester&resource=${encodeURIComponent(arn)}`}>{say('access.testWho')}</Link>
  return (
    <div className="stack">
      {dKMSInstanceId === undefined ? (
        <Alert type="info" showIcon title={say('secrets.noPolicy')} action={test} />
      ) : (
        <Card size="small" title={say('secrets.policy')} extra={test}>
          <ErrorNote error={error} />
          {data && (
            <PolicyEditor
              key={data.policy}
              document={data.policy}
              kind="resource"
              save={async (policy) => {
                const { requestId } = await call(SetSecretPolicy, { secretName, policy })
                void queries.invalidateQueries()
                told(say('key.saved'), requestId)
              }}
            />
          )}
        </Card>
      )}
      <CallersCard resource={secretName} />
    </div>
  )
}
