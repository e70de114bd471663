import { useQuery } from '@tanstack/react-query'
import { Card, Spin, Table } from 'antd'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Time } from '../../parts/time.tsx'
import { useSay } from '../../text/language.tsx'
import { recordsOf } from './audit-records.ts'

interface CallerRow {
  readonly caller: string
  readonly calls: number
  readonly refused: number
  readonly last: string
}

const dayMs = 86_400_000
const lookedThrough = 1000

/** Who called with a resource in the last 30 days, by the audit log. */
function useCallers(resource: string) {
  return useQuery({
    queryKey: ['callers', resource],
    queryFn: async (): Promise<readonly CallerRow[]> => {
      const startTime = `${new Date(Date.now() - 30 * dayMs).toISOString().slice(0, 19)}Z`
      const rows = new Map<string, CallerRow>()
      for (const { principal = '–', code, count = 1, time } of await recordsOf(
        { resource, startTime },
        lookedThrough,
      )) {
        const row = rows.get(principal) ?? { caller: principal, calls: 0, refused: 0, last: time }
        const isRefused = code?.includes('NoPermission') === true
        rows.set(principal, { ...row, calls: row.calls + count, refused: row.refused + (isRefused ? count : 0) })
      }
      return [...rows.values()].sort((a, b) => b.calls - a.calls)
    },
  })
}

export function CallersCard({ resource }: { readonly resource: string }) {
  const say = useSay()
  const { data, error, isPending } = useCallers(resource)
  return (
    <Card size="small" title={say('impact.callers')}>
      <ErrorNote error={error} />
      <Table<CallerRow>
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
export function RecentCallers({ resource }: { readonly resource: string }) {
  const say = useSay()
  const { data, error } = useCallers(resource)
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
