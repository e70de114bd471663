import { Alert, Card } from 'antd'
import { Link } from 'react-router'
import { queries } from '../queries.ts'
import { useSay } from '../text/language.tsx'
import { ErrorNote } from './error-note.tsx'
import { PolicyEditor } from './policy-editor.tsx'
import { useTold } from './told.tsx'

interface Props {
  readonly arn: string
  readonly title: string
  /** why there can be none; nothing where there is one */
  readonly none: string | undefined
  /** JSON text, once it is known */
  readonly policy: string | undefined
  readonly error: unknown
  readonly save: (policy: string) => Promise<{ readonly requestId: string }>
}

/** The policy of a key or secret, and the way to find out what it comes to. */
export function ResourcePolicy({ arn, title, none, policy, error, save }: Props) {
  const say = useSay()
  const told = useTold()
  const test = <Link to={`/access?tab=tester&resource=${encodeURIComponent(arn)}`}>{say('access.testWho')}</Link>
  if (none !== undefined) return <Alert type="info" showIcon title={none} action={test} />
  return (
    <Card size="small" title={title} extra={test}>
      <ErrorNote error={error} />
      {policy !== undefined && (
        <PolicyEditor
          key={policy}
          document={policy}
          kind="resource"
          save={async (changed) => {
            const { requestId } = await save(changed)
            void queries.invalidateQueries()
            told(say('key.saved'), requestId)
          }}
        />
      )}
    </Card>
  )
}
