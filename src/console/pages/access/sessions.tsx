import { Button, Switch, Tag } from 'antd'
import { useState } from 'react'
import { DeleteConsoleSession, ListConsoleSessions } from '../../../api/console.ts'
import type { ResponseOf } from '../../../api/operation.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { NextStep } from '../../parts/next-step.tsx'
import { Time } from '../../parts/time.tsx'
import { useTold } from '../../parts/told.tsx'
import { useAnswer, useChange } from '../../queries.ts'
import { signOut } from '../../sign-in/session.ts'
import { useSay } from '../../text/language.tsx'

type Row = ResponseOf<typeof ListConsoleSessions>['sessions'][number]

export function Sessions() {
  const say = useSay()
  const told = useTold()
  const [page, setPage] = useState({ pageNumber: 1, pageSize: 20 })
  const [everybody, setEverybody] = useState(false)
  const { data, error, isPending, refetch } = useAnswer(
    ListConsoleSessions,
    { everybody, ...page },
    { keepPrevious: true },
  )
  const end = useChange(DeleteConsoleSession)
  return (
    <>
      <ErrorNote error={end.error} />
      <DataTable<Row>
        name="sessions"
        rows={data?.sessions}
        rowKey={({ sessionId }) => sessionId}
        error={error}
        isLoading={isPending}
        retry={refetch}
        filters={
          <span className="row">
            <Switch id="everybody" size="small" checked={everybody} onChange={setEverybody} />
            <label htmlFor="everybody">{say('iam.everybody')}</label>
          </span>
        }
        paging={{
          ...page,
          total: data?.totalCount ?? 0,
          setPage: (pageNumber, pageSize) => setPage({ pageNumber, pageSize }),
        }}
        empty={<NextStep text={say('iam.noSessions')} />}
        columns={[
          {
            key: 'who',
            title: say('iam.who'),
            render: ({ arn, isCurrent }) => (
              <span className="mono">
                {arn} {isCurrent && <Tag color="success">{say('iam.thisSession')}</Tag>}
              </span>
            ),
          },
          { key: 'address', title: say('audit.source'), render: ({ sourceAddress }) => sourceAddress },
          { key: 'browser', title: say('iam.browser'), hidden: true, render: ({ userAgent }) => userAgent },
          { key: 'created', title: say('iam.signedIn'), render: ({ createTime }) => <Time value={createTime} /> },
          { key: 'used', title: say('keys.lastUsed'), render: ({ lastUsedTime }) => <Time value={lastUsedTime} /> },
          { key: 'expires', title: say('iam.endsAt'), render: ({ expireTime }) => <Time value={expireTime} /> },
          {
            key: 'actions',
            title: say('secrets.actions'),
            render: ({ sessionId, isCurrent }) => (
              <Button
                size="small"
                danger
                onClick={() =>
                  isCurrent
                    ? void signOut()
                    : end.mutate({ sessionId }, { onSuccess: ({ requestId }) => told(say('iam.ended'), requestId) })
                }
              >
                {say('iam.end')}
              </Button>
            ),
          },
        ]}
      />
    </>
  )
}
