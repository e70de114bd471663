import { Button, Modal } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import type { ResponseOf } from '../../../api/operation.ts'
import { CreateRole, ListRoles } from '../../../api/ram.ts'
import { OperationForm } from '../../form/operation-form.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { MarkerPaging, useMarkers } from '../../parts/marker-paging.tsx'
import { NextStep } from '../../parts/next-step.tsx'
import { Time } from '../../parts/time.tsx'
import { useTold } from '../../parts/told.tsx'
import { useAnswer } from '../../queries.ts'
import { session } from '../../sign-in/session.ts'
import { useSay } from '../../text/language.tsx'
import { useWatched } from '../../watched.ts'

type Role = ResponseOf<typeof ListRoles>['roles']['role'][number]

export function Roles() {
  const say = useSay()
  const told = useTold()
  const markers = useMarkers()
  const [isCreating, setCreating] = useState(false)
  const own = useWatched(session)
  const input = { maxItems: 20, ...(markers.marker ? { marker: markers.marker } : {}) }
  const { data, error, isPending, refetch } = useAnswer(ListRoles, input, { keepPrevious: true })
  const create = { label: say('iam.createRole'), run: () => setCreating(true) }
  return (
    <>
      <DataTable<Role>
        name="roles"
        rows={data?.roles.role}
        rowKey={({ roleName }) => roleName}
        error={error}
        isLoading={isPending}
        retry={refetch}
        filters={
          <Button type="primary" onClick={create.run}>
            {create.label}
          </Button>
        }
        empty={<NextStep text={say('iam.noRoles')} action={create} />}
        footer={<MarkerPaging markers={markers} next={data?.isTruncated ? data.marker : undefined} />}
        columns={[
          {
            key: 'name',
            title: say('word.name'),
            render: ({ roleName }) => <Link to={`/access/roles/${roleName}`}>{roleName}</Link>,
          },
          { key: 'description', title: say('word.description'), render: ({ description }) => description || '–' },
          { key: 'created', title: say('word.created'), render: ({ createDate }) => <Time value={createDate} /> },
        ]}
      />
      {isCreating && (
        <Modal open footer={null} title={create.label} onCancel={() => setCreating(false)}>
          <OperationForm
            operation={CreateRole}
            initial={{ AssumeRolePolicyDocument: trustOf(own.state === 'in' ? own.session.accountId : '') }}
            overrides={{ AssumeRolePolicyDocument: { multiline: true } }}
            submit={create.label}
            done={({ requestId }) => {
              told(say('iam.roleCreated'), requestId)
              setCreating(false)
            }}
          />
        </Modal>
      )}
    </>
  )
}

/** Whoever in the account has the permission to. */
const trustOf = (accountId: string): string =>
  JSON.stringify(
    {
      Version: '1',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: [`acs:ram::${accountId}:root`] } }],
    },
    null,
    2,
  )
