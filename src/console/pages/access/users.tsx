import { Button, Modal } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import type { ResponseOf } from '../../../api/operation.ts'
import { CreateUser, ListUsers } from '../../../api/ram.ts'
import { OperationForm } from '../../form/operation-form.tsx'
import { createButton } from '../../frame/shortcuts.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { MarkerPaging, useMarkers } from '../../parts/marker-paging.tsx'
import { NextStep } from '../../parts/next-step.tsx'
import { Time } from '../../parts/time.tsx'
import { useTold } from '../../parts/told.tsx'
import { useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'

type User = ResponseOf<typeof ListUsers>['users']['user'][number]

export function Users() {
  const say = useSay()
  const told = useTold()
  const markers = useMarkers()
  const [isCreating, setCreating] = useState(false)
  const input = { maxItems: 20, ...(markers.marker ? { marker: markers.marker } : {}) }
  const { data, error, isPending, refetch } = useAnswer(ListUsers, input, { keepPrevious: true })
  const create = { label: say('iam.createUser'), run: () => setCreating(true) }
  return (
    <>
      <DataTable<User>
        name="users"
        rows={data?.users.user}
        rowKey={({ userName }) => userName}
        error={error}
        isLoading={isPending}
        retry={refetch}
        filters={
          <Button type="primary" onClick={create.run} {...createButton}>
            {create.label}
          </Button>
        }
        empty={<NextStep text={say('iam.noUsers')} action={create} command="keyhaven user create alice" />}
        footer={<MarkerPaging markers={markers} next={data?.isTruncated ? data.marker : undefined} />}
        columns={[
          {
            key: 'name',
            title: say('word.name'),
            render: ({ userName }) => <Link to={`/access/users/${userName}`}>{userName}</Link>,
          },
          { key: 'display', title: say('iam.displayName'), render: ({ displayName }) => displayName || '–' },
          { key: 'comments', title: say('iam.comments'), render: ({ comments }) => comments || '–' },
          { key: 'created', title: say('word.created'), render: ({ createDate }) => <Time value={createDate} /> },
        ]}
      />
      {isCreating && (
        <Modal open footer={null} title={create.label} onCancel={() => setCreating(false)}>
          <OperationForm
            operation={CreateUser}
            fields={['UserName', 'DisplayName', 'Comments']}
            submit={create.label}
            done={({ requestId }) => {
              told(say('iam.userCreated'), requestId)
              setCreating(false)
            }}
          />
        </Modal>
      )}
    </>
  )
}
