import { Button, Input, Tag } from 'antd'
import type { ResponseOf } from '../../../api/operation.ts'
import { ListEvents } from '../../../api/oversight.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { useListState } from '../../parts/list-state.ts'
import { NextStep, NothingFits } from '../../parts/next-step.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { Time } from '../../parts/time.tsx'
import { useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'

type Row = ResponseOf<typeof ListEvents>['events'][number]

const colours: Readonly<Record<string, string>> = {
  Critical: 'error',
  CRITICAL: 'error',
  Warning: 'warning',
  WARN: 'warning',
}

export function EventsPage() {
  const say = useSay()
  const list = useListState(['type'])
  const { pageNumber, pageSize, setPage } = list
  const input = { pageNumber, pageSize, ...(list.filters.type ? { type: list.filters.type } : {}) }
  const { data, error, isPending, refetch } = useAnswer(ListEvents, input, { keepPrevious: true })
  return (
    <>
      <PageHead title={say('menu.events')} lead={say('events.lead')} />
      <DataTable<Row>
        name="events"
        rows={data?.events}
        rowKey={({ eventId }) => eventId}
        error={error}
        isLoading={isPending}
        retry={refetch}
        filters={
          <Input.Search
            key={list.filters.type ?? ''}
            allowClear
            aria-label={say('word.type')}
            placeholder={say('word.type')}
            style={{ width: 260 }}
            defaultValue={list.filters.type}
            onSearch={(text) => list.setFilter('type', text.trim())}
          />
        }
        empty={list.hasFilters ? <NothingFits clear={list.clearFilters} /> : <NextStep text={say('events.none')} />}
        paging={{ pageNumber, pageSize, total: data?.totalCount ?? 0, setPage }}
        columns={[
          { key: 'time', title: say('audit.time'), render: ({ time }) => <Time value={time} /> },
          {
            key: 'level',
            title: say('events.level'),
            render: ({ level }) => <Tag color={colours[level] ?? 'default'}>{level}</Tag>,
          },
          {
            key: 'type',
            title: say('word.type'),
            render: ({ type }) => (
              <Button type="link" size="small" style={{ padding: 0 }} onClick={() => list.setFilter('type', type)}>
                {type}
              </Button>
            ),
          },
          {
            key: 'resource',
            title: say('audit.resource'),
            render: ({ resource }) => <span className="mono">{resource || '–'}</span>,
          },
          { key: 'message', title: say('events.message'), render: ({ message }) => <span lang="en">{message}</span> },
        ]}
      />
    </>
  )
}
