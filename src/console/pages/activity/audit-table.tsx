import { Button, Input, Switch, Tag } from 'antd'
import { useState } from 'react'
import { operations } from '../../../api/operations.ts'
import { asCsv } from '../../parts/as-csv.ts'
import { useAttempt } from '../../parts/attempt.tsx'
import { CliLine } from '../../parts/cli-line.tsx'
import { Copyable } from '../../parts/copyable.tsx'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { Facts } from '../../parts/facts.tsx'
import { ChoiceFilter, TextFilter } from '../../parts/filters.tsx'
import { useListState } from '../../parts/list-state.ts'
import { NextStep, NothingFits } from '../../parts/next-step.tsx'
import { saveFile } from '../../parts/save-button.tsx'
import { Time } from '../../parts/time.tsx'
import { wireTime } from '../../parts/wire-time.ts'
import { type Say, useSay } from '../../text/language.tsx'
import { type AuditQuery, type AuditRecord, recordsOf, useAuditRecords } from './audit-records.ts'
import { WhyRefused } from './why-refused.tsx'

const filterNames = ['operation', 'resource', 'caller', 'code', 'requestId', 'since', 'until'] as const

const operationNames = [...new Set(operations.map(({ name }) => name))].sort()
const pageOf = 20
const tailMs = 3000
const mostExported = 5000

interface Props {
  /** what is not to be chosen: the page is about it */
  readonly fixed?: AuditQuery
  readonly name: string
}

/** Who did what, newest first: filtered by the server, a record opened in full, saved as JSON or CSV. */
export function AuditTable({ fixed = {}, name }: Props) {
  const say = useSay()
  const attempt = useAttempt()
  const list = useListState(filterNames)
  const [isTailing, setTailing] = useState(false)
  const { since, until, ...chosen } = list.filters
  const query: AuditQuery = {
    ...chosen,
    ...(since ? { startTime: inUtc(since) } : {}),
    ...(until ? { endTime: inUtc(until) } : {}),
    ...fixed,
  }
  const { records, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useAuditRecords(
    { ...query, maxResults: pageOf },
    isTailing && tailMs,
  )
  const rows = records?.map((record, index) => ({
    ...record,
    row: `${record.node ?? ''}-${record.seq ?? ''}-${index}`,
  }))
  return (
    <DataTable<AuditRecord & { readonly row: string }>
      name={name}
      columns={columns(say)}
      rows={rows}
      rowKey={({ row }) => row}
      error={error}
      isLoading={isPending}
      retry={refetch}
      expanded={(record) => <FullRecord record={record} />}
      empty={
        list.hasFilters ? (
          <NothingFits clear={list.clearFilters} />
        ) : (
          <NextStep text={say('audit.empty')} command="keyhaven audit tail" />
        )
      }
      filters={
        <>
          <ChoiceFilter
            list={list}
            filter="operation"
            label={say('audit.operation')}
            values={operationNames}
            width={210}
          />
          {(['resource', 'caller', 'code', 'requestId'] as const)
            .filter((filter) => !(filter in fixed))
            .map((filter) => (
              <TextFilter key={filter} list={list} filter={filter} label={say(`audit.${filter}`)} width={180} />
            ))}
          {(['since', 'until'] as const).map((filter) => (
            <span key={filter} className="row" style={{ gap: 4 }}>
              <label htmlFor={`${name}-${filter}`}>{say(`audit.${filter}`)}</label>
              <Input
                id={`${name}-${filter}`}
                type="datetime-local"
                style={{ width: 190 }}
                value={list.filters[filter] ?? ''}
                onChange={({ target }) => list.setFilter(filter, target.value)}
              />
            </span>
          ))}
          <span className="row">
            <Switch id={`${name}-tail`} size="small" checked={isTailing} onChange={setTailing} />
            <label htmlFor={`${name}-tail`}>{say('audit.tail')}</label>
          </span>
        </>
      }
      footer={
        <div className="row">
          {hasNextPage && (
            <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {say('list.more')}
            </Button>
          )}
          <Button
            onClick={() =>
              attempt(async () => saveFile('audit.json', JSON.stringify(await recordsOf(query, mostExported), null, 2)))
            }
          >
            {say('audit.saveJson')}
          </Button>
          <Button
            onClick={() => attempt(async () => saveFile('audit.csv', asCsv(await recordsOf(query, mostExported))))}
          >
            {say('audit.saveCsv')}
          </Button>
        </div>
      }
    />
  )
}

const inUtc = (local: string): string => {
  const date = new Date(local)
  return Number.isNaN(date.getTime()) ? local : wireTime(date.getTime())
}

function columns(say: Say): readonly Column<AuditRecord>[] {
  return [
    { key: 'time', title: say('audit.time'), render: ({ time }) => <Time value={time} /> },
    { key: 'action', title: say('audit.operation'), render: ({ action }) => action },
    { key: 'outcome', title: say('audit.outcome'), render: (record) => <Outcome record={record} /> },
    {
      key: 'caller',
      title: say('audit.caller'),
      render: ({ principal }) => <span className="mono cell-text">{principal ?? '–'}</span>,
    },
    {
      key: 'resource',
      title: say('audit.resource'),
      render: ({ resource, keyId }) => <span className="mono cell-text">{resource ?? keyId ?? '–'}</span>,
    },
    { key: 'node', title: say('audit.node'), hidden: true, render: ({ node }) => node },
    { key: 'source', title: say('audit.source'), render: ({ source }) => source ?? '–' },
    { key: 'via', title: say('audit.via'), render: ({ via, gateway }) => via ?? gateway ?? '–' },
    {
      key: 'latency',
      title: say('audit.latency'),
      hidden: true,
      render: ({ latencyMicroseconds }) =>
        latencyMicroseconds === undefined ? '–' : `${latencyMicroseconds / 1000} ms`,
    },
    {
      key: 'requestId',
      title: 'RequestId',
      hidden: true,
      render: ({ requestId }) => <span className="mono">{requestId}</span>,
    },
  ]
}

function Outcome({ record: { code, status, phase } }: { readonly record: AuditRecord }) {
  if (phase === 'begin' || phase === 'intent') return <Tag>{phase}</Tag>
  const isFine = code === undefined || code === '' || code === 'Success' || code === 'OK'
  return <Tag color={isFine ? 'success' : 'error'}>{isFine ? 'OK' : `${code}${status ? ` (${status})` : ''}`}</Tag>
}

function FullRecord({ record }: { readonly record: AuditRecord }) {
  const { row: _, ...shown } = record as AuditRecord & { readonly row?: string }
  return (
    <>
      <Facts
        facts={Object.entries(shown)
          .filter(([, value]) => value !== undefined && value !== '')
          .map(([name, value]) => ({
            name: name.charAt(0).toUpperCase() + name.slice(1),
            value: /Id$|^principal$|^resource$/.test(name) ? <Copyable text={String(value)} /> : String(value),
          }))}
      />
      <WhyRefused record={record} />
      {record.requestId && <CliLine command={`keyhaven audit query --request-id ${record.requestId}`} />}
    </>
  )
}
