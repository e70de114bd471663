import { useQuery } from '@tanstack/react-query'
import { Card, Skeleton, Table, Tag } from 'antd'
import { Link } from 'react-router'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Time } from '../../parts/time.tsx'
import { useSay } from '../../text/language.tsx'
import { type Concern, findConcerns } from './concerns.ts'

export function NeedsAttention() {
  const say = useSay()
  const { data, error, isPending } = useQuery({ queryKey: ['concerns'], queryFn: findConcerns, staleTime: 60_000 })
  return (
    <Card size="small" title={say('overview.attention')}>
      <ErrorNote error={error ?? data?.failure} />
      {isPending ? (
        <Skeleton active />
      ) : (
        <Table<Concern>
          size="small"
          pagination={{ pageSize: 10, hideOnSinglePage: true }}
          rowKey={({ kind, name }) => `${kind} ${name}`}
          dataSource={[...(data?.found ?? [])]}
          locale={{ emptyText: say('overview.nothing') }}
          columns={[
            {
              title: say('overview.what'),
              render: (_, { kind, isUrgent }) => (
                <Tag color={isUrgent ? 'error' : 'warning'}>{say(`concern.${kind}`)}</Tag>
              ),
            },
            { title: say('word.name'), render: (_, { name, to }) => <Link to={to}>{name}</Link> },
            { title: say('overview.when'), render: (_, { time }) => <Time value={time} /> },
          ]}
        />
      )}
    </Card>
  )
}
