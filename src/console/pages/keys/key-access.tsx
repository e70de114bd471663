import { Alert, Card } from 'antd'
import { Link } from 'react-router'
import { GetKeyPolicy, SetKeyPolicy } from '../../../api/keys.ts'
import { call } from '../../call.ts'
import { ErrorNote } from '../../parts/error-note.tsx'
import { PolicyEditor } from '../../parts/policy-editor.tsx'
import { useTold } from '../../parts/told.tsx'
import { queries, useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'
import { CallersCard } from '../activity/callers-card.tsx'
import type { KeyMetadata } from './key-columns.tsx'

export function KeyAccess({ metadata: { keyId, arn, dKMSInstanceId } }: { readonly metadata: KeyMetadata }) {
  const say = useSay()
  const told = useTold()
  const { data, error } = useAnswer(GetKeyPolicy, { keyId }, { enabled: dKMSInstanceId !== undefined })
  return (
    <div className="stack">
      {dKMSInstanceId === undefined ? (
        <Alert
          type="info"
          showIcon
          title={say('access.defaultKey')}
          action={<Link to={`/access?tab=tester&resource=${encodeURIComponent(arn)}`}>{say('access.testWho')}</Link>}
        />
      ) : (
        <Card
          size="small"
          title={say('access.keyPolicy')}
          extra={<Link to={`/access?tab=tester&resource=${encodeURIComponent(arn)}`}>{say('access.testWho')}</Link>}
        >
          <ErrorNote error={error} />
          {data && (
            <PolicyEditor
              key={data.policy}
              document={data.policy}
              kind="resource"
              save={async (policy) => {
                const { requestId } = await call(SetKeyPolicy, { keyId, policy })
                void queries.invalidateQueries()
                told(say('key.saved'), requestId)
              }}
            />
          )}
        </Card>
      )}
      <CallersCard resource={keyId} />
    </div>
  )
}
