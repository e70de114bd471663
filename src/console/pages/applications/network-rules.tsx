import { Button, Modal, Tag } from 'antd'
import { useState } from 'react'
import {
  CreateNetworkRule,
  DeleteNetworkRule,
  DescribeNetworkRule,
  ListNetworkRules,
  UpdateNetworkRule,
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
import { namesIn } from './names-in.ts'

type Row = ResponseOf<typeof ListNetworkRules>['networkRules']['networkRule'][number]

export function NetworkRules() {
  const say = useSay()
  const told = useTold()
  const { pageNumber, pageSize, setPage } = useListState([])
  const [open, setOpen] = useState<
    { readonly how: 'create' } | { readonly how: 'edit' | 'delete'; readonly name: string }
  >()
  const { data, error, isPending, refetch } = useAnswer(
    ListNetworkRules,
    { pageNumber, pageSize },
    { keepPrevious: true },
  )
  const close = (): void => setOpen(undefined)
  const done = ({ requestId }: { readonly requestId: string }): void => {
    told(say('key.saved'), requestId)
    close()
  }
  const create = { label: say('apps.createRule'), run: () => setOpen({ how: 'create' }) }
  return (
    <>
      <DataTable<Row>
        name="network-rules"
        rows={data?.networkRules.networkRule}
        rowKey={({ name }) => name}
        error={error}
        isLoading={isPending}
        retry={refetch}
        filters={<Button onClick={create.run}>{create.label}</Button>}
        paging={{ pageNumber, pageSize, total: data?.totalCount ?? 0, setPage }}
        empty={<NextStep text={say('apps.noRules')} action={create} />}
        columns={[
          { key: 'name', title: say('word.name'), render: ({ name }) => name },
          { key: 'addresses', title: say('apps.addresses'), render: ({ name }) => <Addresses name={name} /> },
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
          <OperationForm operation={CreateNetworkRule} fixed={{ type: 'Private' }} submit={create.label} done={done} />
        </Modal>
      )}
      {open?.how === 'edit' && <EditRule name={open.name} close={close} done={done} />}
      {open?.how === 'delete' && (
        <DangerDialog
          title={say('apps.delete', { name: open.name })}
          effect={say('apps.deleteRuleEffect')}
          confirm={say('word.delete')}
          run={async () => {
            const answer = await call(DeleteNetworkRule, { name: open.name })
            void queries.invalidateQueries()
            done(answer)
          }}
          close={close}
        />
      )}
    </>
  )
}

function Addresses({ name }: { readonly name: string }) {
  const { data } = useAnswer(DescribeNetworkRule, { name })
  return (
    <>
      {namesIn(data?.sourcePrivateIp).map((address) => (
        <Tag key={address} className="mono">
          {address}
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

function EditRule({ name, close, done }: EditProps) {
  const say = useSay()
  const { data } = useAnswer(DescribeNetworkRule, { name })
  if (!data) return null
  return (
    <Modal open footer={null} title={name} onCancel={close}>
      <OperationForm
        operation={UpdateNetworkRule}
        fixed={{ name }}
        initial={{ SourcePrivateIp: namesIn(data.sourcePrivateIp), Description: data.description }}
        submit={say('dialog.save')}
        done={done}
      />
    </Modal>
  )
}
