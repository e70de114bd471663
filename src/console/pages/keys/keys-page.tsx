import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { keySpecNames, keyStateNames } from '../../../api/key-fields.ts'
import { ListKeys } from '../../../api/keys.ts'
import { createButton } from '../../frame/shortcuts.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { ChoiceFilter, TextFilter } from '../../parts/filters.tsx'
import { type ListState, useListState } from '../../parts/list-state.ts'
import { NextStep, NothingFits } from '../../parts/next-step.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'
import { CreateKeyDrawer } from './create-key-drawer.tsx'
import { type KeyRow, keyColumns } from './key-columns.tsx'
import { KeySelectionActions } from './key-selection-actions.tsx'

const filterNames = ['state', 'spec', 'usage', 'alias', 'tag', 'instance'] as const
type KeyFilter = (typeof filterNames)[number]

/** What ListKeys calls them. */
const filterKeys: Readonly<Record<KeyFilter, string>> = {
  state: 'KeyState',
  spec: 'KeySpec',
  usage: 'KeyUsage',
  alias: 'AliasName',
  tag: 'TagKey',
  instance: 'DKMSInstanceId',
}

export function KeysPage() {
  const say = useSay()
  const list = useListState(filterNames)
  const [isCreating, setCreating] = useState(false)
  const [selected, setSelected] = useState<readonly string[]>([])
  const { pageNumber, pageSize } = list
  const filters = filterNames.flatMap((name) => {
    const value = list.filters[name]
    return value === undefined ? [] : [{ key: filterKeys[name], values: [value] }]
  })
  const input = { pageNumber, pageSize, ...(filters.length > 0 ? { filters } : {}) }
  const { data, error, isPending, refetch } = useAnswer(ListKeys, input, { keepPrevious: true })
  const create = { label: say('keys.create'), run: () => setCreating(true) }
  return (
    <>
      <PageHead
        title={say('keys.title')}
        actions={
          <Button type="primary" icon={<PlusOutlined />} onClick={create.run} {...createButton}>
            {create.label}
          </Button>
        }
      />
      <DataTable<KeyRow>
        name="keys"
        columns={keyColumns(say)}
        rows={data?.keys.key}
        rowKey={({ keyId }) => keyId}
        error={error}
        isLoading={isPending}
        retry={refetch}
        filters={
          <>
            <KeyFilters list={list} />
            <KeySelectionActions keyIds={selected} done={() => setSelected([])} />
          </>
        }
        selection={{ keys: selected, setKeys: setSelected }}
        paging={{ pageNumber, pageSize, total: data?.totalCount ?? 0, setPage: list.setPage }}
        empty={
          list.hasFilters ? (
            <NothingFits clear={list.clearFilters} />
          ) : (
            <NextStep text={say('keys.empty')} action={create} command="keyhaven key create --alias alias/first" />
          )
        }
      />
      {isCreating && <CreateKeyDrawer close={() => setCreating(false)} />}
    </>
  )
}

function KeyFilters({ list }: { readonly list: ListState<KeyFilter> }) {
  const say = useSay()
  return (
    <>
      <TextFilter list={list} filter="alias" label={say('keys.filterAlias')} />
      <ChoiceFilter
        list={list}
        filter="state"
        label={say('word.state')}
        values={keyStateNames}
        shown={(state) => say(`state.${state as (typeof keyStateNames)[number]}`)}
      />
      <ChoiceFilter list={list} filter="spec" label={say('keys.spec')} values={keySpecNames} />
      <ChoiceFilter
        list={list}
        filter="usage"
        label={say('keys.usage')}
        values={['ENCRYPT/DECRYPT', 'SIGN/VERIFY', 'GENERATE/VERIFY_MAC']}
      />
      <TextFilter list={list} filter="tag" label={say('keys.filterTag')} />
    </>
  )
}
