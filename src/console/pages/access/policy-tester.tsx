import { Alert, Card, Select, Table } from 'antd'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import type { ResponseOf } from '../../../api/operation.ts'
import { operations } from '../../../api/operations.ts'
import { SimulateAccess } from '../../../api/oversight.ts'
import { OperationForm } from '../../form/operation-form.tsx'
import { SameElsewhere } from '../../parts/same-elsewhere.tsx'
import { session } from '../../sign-in/session.ts'
import { useSay } from '../../text/language.tsx'
import { useWatched } from '../../watched.ts'

type Verdict = ResponseOf<typeof SimulateAccess>
type Decider = Verdict['matched'][number]

const actions = [...new Set(operations.flatMap((operation) => operation.actions))].sort()

/** Why is this denied: asks what the server would decide, and by which statement. */
export function PolicyTester() {
  const say = useSay()
  const [parameters] = useSearchParams()
  const own = useWatched(session)
  const [last, setLast] = useState<{ readonly verdict: Verdict; readonly input: Parameters<typeof remember>[1] }>()
  function remember(
    verdict: Verdict,
    input: { readonly caller: string; readonly operation: string; readonly resource: string },
  ): void {
    setLast({ verdict, input })
  }
  return (
    <div className="two-columns">
      <Card size="small">
        <OperationForm
          operation={SimulateAccess}
          fields={['Caller', 'Operation', 'Resource', 'SourceAddress']}
          initial={{
            Caller: parameters.get('caller') ?? (own.state === 'in' ? own.session.arn : ''),
            Operation: parameters.get('operation') ?? 'kms:Encrypt',
            Resource: parameters.get('resource') ?? '',
            SourceAddress: parameters.get('source') ?? undefined,
          }}
          overrides={{
            Operation: { control: <Select showSearch options={actions.map((value) => ({ value, label: value }))} /> },
          }}
          submit={say('iam.test')}
          done={remember}
        />
      </Card>
      {last && (
        <Card size="small" title={say('iam.verdict')}>
          <div className="stack" aria-live="polite">
            <Alert
              showIcon
              type={last.verdict.decision === 'Allow' ? 'success' : 'error'}
              title={say(
                `iam.${last.verdict.decision === 'Allow' ? 'Allow' : last.verdict.decision === 'ExplicitDeny' ? 'ExplicitDeny' : 'ImplicitDeny'}`,
              )}
              description={last.verdict.decidedBy && <Statement decider={last.verdict.decidedBy} />}
            />
            <Table<Decider>
              size="small"
              pagination={false}
              rowKey={({ policyType, policyName, statementIndex }) => `${policyType} ${policyName} ${statementIndex}`}
              dataSource={[...last.verdict.matched]}
              locale={{ emptyText: say('iam.noMatch') }}
              columns={[
                { title: say('iam.policyType'), dataIndex: 'policyType' },
                { title: say('iam.policy'), dataIndex: 'policyName' },
                { title: say('iam.statement'), render: (_, row) => row.sid ?? row.statementIndex },
                { title: say('iam.effect'), dataIndex: 'effect' },
              ]}
            />
            <SameElsewhere operation={SimulateAccess} input={last.input} />
          </div>
        </Card>
      )}
    </div>
  )
}

function Statement({ decider: { policyType, policyName, statementIndex, sid } }: { readonly decider: Decider }) {
  const say = useSay()
  return <>{say('iam.decidedBy', { policy: `${policyType} ${policyName}`, statement: sid ?? statementIndex })}</>
}
