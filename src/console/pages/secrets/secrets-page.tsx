import { PlusOutlined } from '@ant-design/icons'
import { Button, Tag } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import type { ResponseOf } from '../../../api/operation.ts'
import { secretTypes } from '../../../api/secret-fields.ts'
import { ListSecrets, RestoreSecret } from '../../../api/secrets.ts'
import { createButton } from '../../frame/shortcuts.tsx'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { ChoiceFilter, TextFilter } from '../../parts/filters.tsx'
import { useListState } from '../../parts/list-state.ts'
import { NextStep, NothingFits } from '../../parts/next-step.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { TagChip } from '../../parts/tag-chip.tsx'
import { Time } from '../../parts/time.tsx'
import { useTold } from '../../parts/told.tsx'
import { useAnswer, useChange } from '../../queries.ts'
import { type Say, useSay } from '../../text/language.tsx'
import { CreateSecretDrawer } from './create-secret-drawer.tsx'
import { SecretLastUsed, SecretRotation } from './secret-cells.tsx'
import { secretPath } from './secret-path.ts'

type SecretRow = ResponseOf<typeof ListSecrets>['secretList']['secret'][number]

const filterNames = ['name', 'type', 'tag'] as const
const filterKeys = { name: 'SecretName', type: 'SecretType', tag: 'TagKey' } as const

export function SecretsPage() {
  const say = useSay()
  const list = useListState(filterNames)
  const [isCreating, setCreating] = useState(false)
  const { pageNumber, pageSize } = list
  const filters = filterNames.flatMap((name) => {
    const value = list.filters[name]
    return value === undefined ? [] : [{ key: filterKeys[name], values: [value] }]
  })
  const input = { pageNumber, pageSize, fetchTags: true, ...(filters.length > 0 ? { filters } : {}) }
  const { data, error, isPending, refetch } = useAnswer(ListSecrets, input, { keepPrevious: true })
  const create = { label: say('secrets.create'), run: () => setCreating(true) }
  return (
    <>
      <PageHead
        title={say('menu.secrets')}
        actions={
          <Button type="primary" icon={<PlusOutlined />} onClick={create.run} {...createButton}>
            {create.label}
          </Button>
        }
      />
      <DataTable<SecretRow>
        name="secrets"
        columns={columns(say)}
        rows={data?.secretList.secret}
        rowKey={({ secretName }) => secretName}
        error={error}
        isLoading={isPending}
        retry={refetch}
        filters={
          <>
            <TextFilter list={list} filter="name" label={say('secrets.filterName')} />
            <ChoiceFilter list={list} filter="type" label={say('word.type')} values={secretTypes} />
            <TextFilter list={list} filter="tag" label={say('keys.filterTag')} />
          </>
        }
        paging={{ pageNumber, pageSize, total: data?.totalCount ?? 0, setPage: list.setPage }}
        empty={
          list.hasFilters ? (
            <NothingFits clear={list.clearFilters} />
          ) : (
            <NextStep
              text={say('secrets.empty')}
              action={create}
              command="keyhaven secret create db/password --data -"
            />
          )
        }
      />
      {isCreating && <CreateSecretDrawer close={() => setCreating(false)} />}
    </>
  )
}

function columns(say: Say): readonly Column<SecretRow>[] {
  return [
    {
      key: 'name',
      title: say('word.name'),
      render: ({ secretName }) => <Link to={secretPath(secretName)}>{secretName}</Link>,
    },
    { key: 'type', title: say('word.type'), render: ({ secretType }) => secretType },
    { key: 'state', title: say('word.state'), render: (row) => <SecretState secret={row} /> },
    {
      key: 'rotation',
      title: say('keys.rotation'),
      render: ({ secretName }) => <SecretRotation secretName={secretName} />,
    },
    {
      key: 'used',
      title: say('secrets.lastRead'),
      render: ({ secretName }) => <SecretLastUsed secretName={secretName} />,
    },
    { key: 'updated', title: say('secrets.updated'), render: ({ updateTime }) => <Time value={updateTime} /> },
    {
      key: 'tags',
      title: say('word.tags'),
      render: ({ tags }) => (tags?.tag ?? []).map((tag) => <TagChip key={tag.tagKey} tag={tag} />),
    },
    {
      key: 'created',
      title: say('word.created'),
      hidden: true,
      render: ({ createTime }) => <Time value={createTime} />,
    },
  ]
}

function SecretState({ secret: { secretName, plannedDeleteTime } }: { readonly secret: SecretRow }) {
  const say = useSay()
  const told = useTold()
  const restore = useChange(RestoreSecret)
  if (!plannedDeleteTime) return <Tag color="success">{say('secrets.inUse')}</Tag>
  return (
    <span className="row">
      <Tag color="error">
        {say('secrets.deletedOn')} <Time value={plannedDeleteTime} />
      </Tag>
      <Button
        size="small"
        loading={restore.isPending}
        onClick={() =>
          restore.mutate({ secretName }, { onSuccess: ({ requestId }) => told(say('secrets.restored'), requestId) })
        }
      >
        {say('secrets.restore')}
      </Button>
    </span>
  )
}
