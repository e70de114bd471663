import { Alert, Button, Tag } from 'antd'
import { Link } from 'react-router'
import type { ResponseOf } from '../../../api/operation.ts'
import { GetServiceStatus, ListEvents } from '../../../api/oversight.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { ChoiceFilter } from '../../parts/filters.tsx'
import { useListState } from '../../parts/list-state.ts'
import { NextStep, NothingFits } from '../../parts/next-step.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { Time } from '../../parts/time.tsx'
import { useAnswer } from '../../queries.ts'
import { eventMessage } from '../../text/event-messages.ts'
import { useLanguage, useSay } from '../../text/language.tsx'
import { eventTypes, eventTypeText, pageOf } from './event-types.ts'

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
  const shownType = (type: string): string => {
    const text = eventTypeText(type)
    return text ? say(text) : type
  }
  return (
    <>
      <PageHead title={say('menu.events')} lead={say('events.lead')} />
      <WebhooksNote />
      <DataTable<Row>
        name="events"
        rows={data?.events}
        rowKey={({ eventId }) => eventId}
        error={error}
        isLoading={isPending}
        retry={refetch}
        filters={
          <ChoiceFilter
            list={list}
            filter="type"
            label={say('word.type')}
            values={eventTypes}
            shown={shownType}
            width={260}
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
                {shownType(type)}
              </Button>
            ),
          },
          {
            key: 'resource',
            title: say('audit.resource'),
            render: ({ resource }) => <Resource name={resource} />,
          },
          {
            key: 'message',
            title: say('events.message'),
            render: ({ message }) => <What message={message} />,
          },
        ]}
      />
    </>
  )
}

function What({ message }: { readonly message: string }) {
  const { text, language } = eventMessage(useLanguage().language, message)
  return (
    <span lang={language} className="cell-text">
      {text}
    </span>
  )
}

function Resource({ name }: { readonly name: string }) {
  const to = pageOf(name)
  return <span className="mono cell-text">{to ? <Link to={to}>{name}</Link> : name || '–'}</span>
}

/** Who is told besides, by the settings in force; nothing for who may not see them. */
function WebhooksNote() {
  const say = useSay()
  const settings = useAnswer(GetServiceStatus, {}).data?.settings
  const settingOf = (setting: string): string | undefined => settings?.find(({ name }) => name === setting)?.value
  if (settings === undefined) return null
  const hosts = settingOf('eventHosts')
  const text = settingOf('eventWebhooksFile') && hosts ? say('events.webhooks', { hosts }) : say('events.noWebhooks')
  return <Alert type="info" showIcon title={text} style={{ marginBottom: 12 }} />
}
