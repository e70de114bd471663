import { Alert, Card, Skeleton, Table, Tag } from 'antd'
import type { ResponseOf } from '../../../api/operation.ts'
import { GetServiceStatus } from '../../../api/oversight.ts'
import { CliLine } from '../../parts/cli-line.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Facts } from '../../parts/facts.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { Time } from '../../parts/time.tsx'
import { useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'
import { StateStrip } from '../overview/state-strip.tsx'

type Status = ResponseOf<typeof GetServiceStatus>

export function SystemPage() {
  const say = useSay()
  const { data, error } = useAnswer(GetServiceStatus, {})
  return (
    <>
      <PageHead title={say('menu.system')} />
      <div className="stack">
        <StateStrip />
        <ErrorNote error={error} />
        {!data && !error && <Skeleton active />}
        {data && <Running status={data} />}
        <Card size="small" title={say('system.operator')}>
          <p>{say('system.operatorText')}</p>
          <CliLine command="keyhaven seal" />
          <CliLine command="keyhaven unseal" />
          <CliLine command="keyhaven backup keyhaven.backup" />
          <CliLine command="keyhaven restore keyhaven.backup --data ./restored" />
          <CliLine command="keyhaven server --print-config" />
        </Card>
        {data && <SettingsTable settings={data.settings} />}
      </div>
    </>
  )
}

function Running({ status }: { readonly status: Status }) {
  const say = useSay()
  return (
    <>
      {status.store.engine === 'postgresql' && <Alert type="info" showIcon title={say('system.otherNodes')} />}
      {status.mode === 'development' && <Alert type="warning" showIcon title={say('system.development')} />}
      <Facts
        facts={[
          { name: say('system.version'), value: status.version },
          { name: say('system.mode'), value: status.mode },
          { name: say('system.node'), value: status.node },
          { name: say('system.started'), value: <Time value={status.startTime} /> },
          { name: say('system.region'), value: status.regionId },
          { name: say('system.account'), value: status.accountId },
          { name: say('system.seal'), value: status.seal },
          { name: say('system.store'), value: status.store.engine },
          { name: say('system.auditRecords'), value: status.audit.records },
          { name: say('system.auditVerified'), value: <Time value={status.audit.signedTime} /> },
          status.audit.handedOverRecords !== undefined && {
            name: say('system.handedOver'),
            value: (
              <>
                {status.audit.handedOverRecords}{' '}
                {status.audit.handOverProblem && <Tag color="error">{say('system.handOverProblem')}</Tag>}
              </>
            ),
          },
          status.audit.receivers.length > 0 && {
            name: say('system.receivers'),
            value: status.audit.receivers.map((receiver) => <Receiver key={receiver.name} receiver={receiver} />),
          },
          { name: say('system.clock'), value: <Time value={status.clock.time} /> },
          {
            name: say('system.certificates'),
            value: status.certificates.map(({ name, endTime }) => (
              <div key={name}>
                {name}: <Time value={endTime} />
              </div>
            )),
          },
        ]}
      />
    </>
  )
}

function Receiver({ receiver }: { readonly receiver: Status['audit']['receivers'][number] }) {
  const say = useSay()
  const { name, lagRecords, problem } = receiver
  return (
    <div>
      {name}: {lagRecords === 0 ? say('system.hasAll') : `${say('system.lacks')} ${lagRecords}`}{' '}
      {problem !== undefined && <Tag color="error">{problem}</Tag>}
    </div>
  )
}

function SettingsTable({ settings }: { readonly settings: Status['settings'] }) {
  const say = useSay()
  return (
    <Card size="small" title={say('system.settings')}>
      <Table
        size="small"
        pagination={false}
        rowKey="name"
        dataSource={[...settings]}
        columns={[
          {
            title: say('word.name'),
            dataIndex: 'name',
            render: (name: string) => <code className="mono">{name}</code>,
          },
          {
            title: say('form.value'),
            dataIndex: 'value',
            render: (value: string) => <span className="mono">{value}</span>,
          },
          {
            title: '',
            dataIndex: 'isDefault',
            render: (isDefault: boolean) => !isDefault && <Tag color="processing">{say('system.changed')}</Tag>,
          },
        ]}
      />
    </Card>
  )
}
