import { Link } from 'react-router'
import { GetKmsInstance, ListKmsInstances } from '../../../api/instances.ts'
import type { ResponseOf } from '../../../api/operation.ts'
import { Copyable } from '../../parts/copyable.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { useListState } from '../../parts/list-state.ts'
import { NextStep } from '../../parts/next-step.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { StateTag } from '../../parts/state-tag.tsx'
import { useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'

type Row = ResponseOf<typeof ListKmsInstances>['kmsInstances']['kmsInstance'][number]

export function InstancesPage() {
  const say = useSay()
  const { pageNumber, pageSize, setPage } = useListState([])
  const { data, error, isPending, refetch } = useAnswer(
    ListKmsInstances,
    { pageNumber, pageSize },
    { keepPrevious: true },
  )
  return (
    <>
      <PageHead title={say('menu.instances')} lead={say('instances.lead')} />
      <DataTable<Row>
        name="instances"
        rows={data?.kmsInstances.kmsInstance}
        rowKey={({ kmsInstanceId }) => kmsInstanceId}
        error={error}
        isLoading={isPending}
        retry={refetch}
        paging={{ pageNumber, pageSize, total: data?.totalCount ?? 0, setPage }}
        empty={<NextStep text={say('instances.none')} />}
        columns={[
          {
            key: 'id',
            title: say('keys.instance'),
            render: ({ kmsInstanceId }) => (
              <Copyable text={kmsInstanceId}>
                <Link to={`/instances/${kmsInstanceId}`}>{kmsInstanceId}</Link>
              </Copyable>
            ),
          },
          {
            key: 'type',
            title: say('word.type'),
            render: ({ kmsInstanceId }) => <Of id={kmsInstanceId} what="productType" />,
          },
          {
            key: 'state',
            title: say('word.state'),
            render: ({ kmsInstanceId }) => <Of id={kmsInstanceId} what="status" />,
          },
        ]}
      />
    </>
  )
}

function Of({ id, what }: { readonly id: string; readonly what: 'productType' | 'status' }) {
  const { data } = useAnswer(GetKmsInstance, { kmsInstanceId: id })
  const value = data?.kmsInstance[what]
  if (value === undefined) return '–'
  return what === 'status' ? <StateTag state={value} /> : <>{value}</>
}
