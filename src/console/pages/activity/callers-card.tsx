import { Card, Spin, Table } from 'antd'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Time } from '../../parts/time.tsx'
import { useSay } from '../../text/language.tsx'
import { type Called, type Caller, useCallers, useCallsOf } from './callers.ts'

export function CallersCard({ called }: { readonly called: Called }) {
  const say = useSay()
  const { data, error, isPending } = useCallers(called)
  return (
    <Card size="small" title={say('impact.callers')}>
      <ErrorNote error={error} />
      <Table<Caller>
        size="small"
        loading={isPending}
        pagination={false}
        rowKey="caller"
        dataSource={[...(data ?? [])]}
        locale={{ emptyText: say('audit.noCallers') }}
        columns={[
          {
            title: say('audit.caller'),
            dataIndex: 'caller',
            render: (caller: string) => <span className="mono">{caller}</span>,
          },
          { title: say('audit.calls'), dataIndex: 'calls' },
          { title: say('audit.refused'), dataIndex: 'refused' },
          { title: say('audit.last'), dataIndex: 'last', render: (last: string) => <Time value={last} /> },
        ]}
      />
    </Card>
  )
}

/** The same in a line, for a dialog. */
export function RecentCallers({ called }: { readonly called: Called }) {
  const say = useSay()
  const { data, error } = useCallers(called)
  if (error) return error.message
  if (data === undefined) return <Spin size="small" />
  if (data.length === 0) return say('word.none')
  return (
    <ul style={{ margin: 0, paddingInlineStart: 16 }}>
      {data.slice(0, 5).map(({ caller, calls }) => (
        <li key={caller}>
          <span className="mono">{caller}</span>: {calls}
        </li>
      ))}
    </ul>
  )
}

/** What somebody did in that time, before it is no longer let in. */
export function CallsOf({ arn }: { readonly arn: string }) {
  const say = useSay()
  const { data, error } = useCallsOf(arn)
  if (error) return error.message
  if (data === undefined) return <Spin size="small" />
  if (data === null) return say('word.none')
  return (
    <>
      {say('impact.callsAndRefused', { calls: data.calls, refused: data.refused })}, {say('audit.last')}{' '}
      <Time value={data.last} />
    </>
  )
}
