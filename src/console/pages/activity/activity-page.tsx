import { Alert, Button, Card, Spin } from 'antd'
import { useState } from 'react'
import { GetServiceStatus, VerifyAudit } from '../../../api/oversight.ts'
import { Copyable } from '../../parts/copyable.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Facts } from '../../parts/facts.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { Time } from '../../parts/time.tsx'
import { useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'
import { AuditTable } from './audit-table.tsx'

export function ActivityPage() {
  const say = useSay()
  const [isVerifying, setVerifying] = useState(false)
  const node = useAnswer(GetServiceStatus, {}).data?.node
  return (
    <>
      <PageHead
        title={say('menu.activity')}
        lead={`${say('audit.lead')}${node === undefined ? '' : ` ${say('audit.ofNode', { node })}`}`}
        actions={<Button onClick={() => setVerifying(true)}>{say('audit.verify')}</Button>}
      />
      {isVerifying && <Verification />}
      <AuditTable name="activity" />
    </>
  )
}

const askAgainMs = 1000

/** Has the server go through the whole chain, and says what it found. */
function Verification() {
  const say = useSay()
  const [isRunning, setRunning] = useState(true)
  const { data, error } = useAnswer(VerifyAudit, {}, { everyMs: isRunning && askAgainMs })
  const isFinished = data?.state === 'Finished'
  if (isFinished && isRunning) setRunning(false)
  if (error) return <ErrorNote error={error} />
  if (!(data && isFinished)) return <Spin description={say('audit.verifying')} />
  const isIntact = data.verdict === 'Intact'
  return (
    <Card size="small" style={{ marginBottom: 12 }}>
      <div className="stack">
        <Alert
          type={isIntact ? 'success' : 'error'}
          showIcon
          title={say(isIntact ? 'audit.intact' : 'audit.damaged')}
          description={
            data.problems.length > 0 && (
              <ul>
                {data.problems.map((problem) => (
                  <li key={problem} lang="en">
                    {problem}
                  </li>
                ))}
              </ul>
            )
          }
        />
        <Facts
          facts={[
            { name: say('audit.range'), value: `${data.firstRecord ?? 0} – ${data.lastRecord ?? 0}` },
            { name: say('audit.verifiedAt'), value: <Time value={data.endTime} /> },
            { name: say('audit.root'), value: data.rootHash ? <Copyable text={data.rootHash} /> : '–' },
          ]}
        />
      </div>
    </Card>
  )
}
