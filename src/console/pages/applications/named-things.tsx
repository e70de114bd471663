import { Button, Modal } from 'antd'
import { type ReactNode, useState } from 'react'
import { DangerDialog } from '../../parts/danger-dialog.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { Facts } from '../../parts/facts.tsx'
import type { ListState } from '../../parts/list-state.ts'
import { Names } from '../../parts/names.tsx'
import { NextStep } from '../../parts/next-step.tsx'
import { RowActions } from '../../parts/row-actions.tsx'
import { useTold } from '../../parts/told.tsx'
import { queries } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'

interface Named {
  readonly name: string
}

interface Answer {
  readonly requestId: string
}

/** What a form that is done hands on. */
export type Done = (answer: Answer) => void

interface Props {
  /** of the table */
  readonly table: string
  readonly list: Pick<ListState<never>, 'pageNumber' | 'pageSize' | 'setPage'>
  readonly rows: readonly Named[] | undefined
  readonly total: number
  readonly error: unknown
  readonly isLoading: boolean
  retry(): unknown
  readonly none: string
  readonly content: { readonly title: string; render(name: string): ReactNode }
  readonly create: string
  createForm(done: Done): ReactNode
  editForm(name: string, done: Done): ReactNode
  readonly deleteEffect: string
  /** what makes use of it */
  readonly users: { readonly title: string; find(name: string): Promise<readonly string[]> }
  remove(name: string): Promise<Answer>
}

/** What applications are let in by, network rules and policies: seen, made, changed and deleted in one list. */
export function NamedThings(props: Props) {
  const { table, list, rows, total, error, isLoading, retry, none, content, users } = props
  const { pageNumber, pageSize, setPage } = list
  const say = useSay()
  const told = useTold()
  const [open, setOpen] = useState<
    { readonly how: 'create' } | { readonly how: 'edit' | 'delete'; readonly name: string }
  >()
  const close = (): void => setOpen(undefined)
  const done = ({ requestId }: Answer): void => {
    told(say('key.saved'), requestId)
    close()
  }
  const create = { label: props.create, run: () => setOpen({ how: 'create' }) }
  return (
    <>
      <DataTable<Named>
        name={table}
        rows={rows}
        rowKey={({ name }) => name}
        error={error}
        isLoading={isLoading}
        retry={retry}
        filters={<Button onClick={create.run}>{create.label}</Button>}
        paging={{ pageNumber, pageSize, total, setPage }}
        empty={<NextStep text={none} action={create} />}
        columns={[
          { key: 'name', title: say('word.name'), render: ({ name }) => name },
          { key: 'content', title: content.title, render: ({ name }) => content.render(name) },
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
          {props.createForm(done)}
        </Modal>
      )}
      {open?.how === 'edit' && (
        <Modal open footer={null} title={open.name} onCancel={close}>
          {props.editForm(open.name, done)}
        </Modal>
      )}
      {open?.how === 'delete' && (
        <DangerDialog
          title={say('apps.delete', { name: open.name })}
          effect={props.deleteEffect}
          impact={
            <Facts
              columns={1}
              facts={[
                { name: users.title, value: <Names about={[table, open.name]} find={() => users.find(open.name)} /> },
              ]}
            />
          }
          confirm={say('word.delete')}
          run={async () => {
            const answer = await props.remove(open.name)
            void queries.invalidateQueries()
            done(answer)
          }}
          close={close}
        />
      )}
    </>
  )
}
