import { Button, Modal, Tag } from 'antd'
import { useState } from 'react'
import {
  CreatePolicy,
  DeletePolicy,
  DescribePolicy,
  ListPolicies,
  UpdatePolicy,
} from '../../../api/application-access.ts'
import type { ResponseOf } from '../../../api/operation.ts'
import { call } from '../../call.ts'
import { OperationForm } from '../../form/operation-form.tsx'
import { DangerDialog } from '../../parts/danger-dialog.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { useListState } from '../../parts/list-state.ts'
import { NextStep } from '../../parts/next-step.tsx'
import { RowActions } from '../../parts/row-actions.tsx'
import { useTold } from '../../parts/told.tsx'
import { queries, useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'

type Row = ResponseOf<typeof ListPolicies>['policies']['policy'][number]

const asked = ['Name', 'KmsInstance', 'Permissions', 'Resources', 'Description'] as const

export function Policies() {
  const say = useSay()
  const told = useTold()
  const { pageNumber, pageSize, setPage } = useListState([])
  const [open, setOpen] = useState<
    { readonly how: 'create' } | { readonly how: 'edit' | 'delete'; readonly name: string }
  >()
  const { data, error, isPending, refetch } = useAnswer(ListPolicies, { pageNumber, pageSize }, { keepPrevious: true })
  const close = (): void => setOpen(undefined)
  const done = ({ requestId }: { readonly requestId: string }): void => {
    told(say('key.saved'), requestId)
    close()
  }
  const create = { label: say('apps.createPolicy'), run: () => setOpen({ how: 'create' }) }
  return (
    <>
      <DataTable<Row>
        name="application-policies"
        rows={data?.policies.policy}
        rowKey={({ name }) => name}
        error={error}
        isLoading={isPending}
        retry={refetch}
        filters={<Button onClick={create.run}>{create.label}</Button>}
        paging={{ pageNumber, pageSize, total: data?.totalCount ?? 0, setPage }}
        empty={<NextStep text={say('apps.noPolicies')} action={create} />}
        columns={[
          { key: 'name', title: say('word.name'), render: ({ name }) => name },
          { key: 'what', title: say('apps.permits'), render: ({ name }) => <PolicyText name={name} /> },
          {
            key: 'actions',
            title: say('secrets.actions'),
            render: ({ name }) => (
              <RowActions
                change={() => setOpen({ how: 'edit', name })}
                remove={() => setOpen({ how: 'delete', name })}
              />
            ),
          },
        ]}
      />
      {open?.how === 'create' && (
        <Modal open footer={null} title={create.label} onCancel={close}>
          <OperationForm
            operation={CreatePolicy}
            fields={asked}
            initial={{
              KmsInstance: 'shared',
              Permissions: ['RbacPermission/Template/CryptoServiceKeyUser'],
              Resources: ['key/*'],
            }}
            submit={create.label}
            done={done}
          />
        </Modal>
      )}
      {open?.how === 'edit' && <EditPolicy name={open.name} close={close} done={done} />}
      {open?.how === 'delete' && (
        <DangerDialog
          title={say('apps.delete', { name: open.name })}
          effect={say('apps.deletePolicyEffect')}
          confirm={say('word.delete')}
          run={async () => {
            const answer = await call(DeletePolicy, { name: open.name })
            void queries.invalidateQueries()
            done(answer)
          }}
          close={close}
        />
      )}
    </>
  )
}

function PolicyText({ name }: { readonly name: string }) {
  const { data } = useAnswer(DescribePolicy, { name })
  if (!data) return null
  return (
    <>
      {data.permissions.map((permission) => (
        <Tag key={permission} color="processing">
          {permission.split('/').at(-1)}
        </Tag>
      ))}
      {data.resources.map((resource) => (
        <Tag key={resource} className="mono">
          {resource}
        </Tag>
      ))}
    </>
  )
}

interface EditProps {
  readonly name: string
  close(): void
  done(answer: { readonly requestId: string }): void
}

function EditPolicy({ name, close, done }: EditProps) {
  const say = useSay()
  const { data } = useAnswer(DescribePolicy, { name })
  if (!data) return null
  return (
    <Modal open footer={null} title={name} onCancel={close}>
      <OperationForm
        operation={UpdatePolicy}
        fixed={{ name }}
        fields={['Permissions', 'Resources', 'Description']}
        initial={{ Permissions: data.permissions, Resources: data.resources, Description: data.description }}
        submit={say('dialog.save')}
        done={done}
      />
    </Modal>
  )
}
