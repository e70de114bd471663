import { PlusOutlined } from '@ant-design/icons'
import { Button, Tabs, Tag } from 'antd'
import { useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import {
  DescribeApplicationAccessPoint,
  ListApplicationAccessPoints,
  ListClientKeys,
} from '../../../api/application-access.ts'
import type { ResponseOf } from '../../../api/operation.ts'
import { createButton } from '../../frame/shortcuts.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { useListState } from '../../parts/list-state.ts'
import { NextStep } from '../../parts/next-step.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'
import { Life } from './life.tsx'
import { namesIn } from './names-in.ts'
import { NetworkRules } from './network-rules.tsx'
import { NewApplicationDrawer } from './new-application-drawer.tsx'
import { Policies } from './policies.tsx'

export function ApplicationsPage() {
  const say = useSay()
  const [parameters, setParameters] = useSearchParams()
  const [isCreating, setCreating] = useState(false)
  return (
    <>
      <PageHead
        title={say('menu.applications')}
        lead={say('apps.lead')}
        actions={
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)} {...createButton}>
            {say('apps.create')}
          </Button>
        }
      />
      <Tabs
        activeKey={parameters.get('tab') ?? 'points'}
        onChange={(tab) => setParameters({ tab })}
        destroyOnHidden
        items={[
          { key: 'points', label: say('apps.points'), children: <AccessPoints create={() => setCreating(true)} /> },
          { key: 'policies', label: say('apps.policies'), children: <Policies /> },
          { key: 'rules', label: say('apps.rules'), children: <NetworkRules /> },
        ]}
      />
      {isCreating && <NewApplicationDrawer close={() => setCreating(false)} />}
    </>
  )
}

type Point = ResponseOf<typeof ListApplicationAccessPoints>['applicationAccessPoints']['applicationAccessPoint'][number]

function AccessPoints({ create }: { create(): void }) {
  const say = useSay()
  const { pageNumber, pageSize, setPage } = useListState([])
  const { data, error, isPending, refetch } = useAnswer(
    ListApplicationAccessPoints,
    { pageNumber, pageSize },
    { keepPrevious: true },
  )
  return (
    <DataTable<Point>
      name="applications"
      rows={data?.applicationAccessPoints.applicationAccessPoint}
      rowKey={({ name }) => name}
      error={error}
      isLoading={isPending}
      retry={refetch}
      paging={{ pageNumber, pageSize, total: data?.totalCount ?? 0, setPage }}
      empty={
        <NextStep
          text={say('apps.empty')}
          action={{ label: say('apps.create'), run: create }}
          command="keyhaven app create shop --key alias/first"
        />
      }
      columns={[
        {
          key: 'name',
          title: say('word.name'),
          render: ({ name }) => <Link to={`/applications/${name}`}>{name}</Link>,
        },
        { key: 'policies', title: say('apps.policies'), render: ({ name }) => <PointPolicies name={name} /> },
        { key: 'clientKeys', title: say('apps.clientKeys'), render: ({ name }) => <ClientKeyLives name={name} /> },
      ]}
    />
  )
}

function PointPolicies({ name }: { readonly name: string }) {
  const { data } = useAnswer(DescribeApplicationAccessPoint, { name })
  return (
    <>
      {namesIn(data?.policies).map((policy) => (
        <Tag key={policy}>{policy}</Tag>
      ))}
    </>
  )
}

function ClientKeyLives({ name }: { readonly name: string }) {
  const { data } = useAnswer(ListClientKeys, { aapName: name })
  return (
    <>
      {(data?.clientKeys ?? []).map(({ clientKeyId, notBefore, notAfter }) => (
        <Life key={clientKeyId} from={notBefore} until={notAfter} name={clientKeyId} />
      ))}
    </>
  )
}
