import { Skeleton, Tag } from 'antd'
import {
  CreatePolicy,
  DeletePolicy,
  DescribeApplicationAccessPoint,
  DescribePolicy,
  ListApplicationAccessPoints,
  ListPolicies,
  UpdatePolicy,
} from '../../../api/application-access.ts'
import { call } from '../../call.ts'
import { OperationForm } from '../../form/operation-form.tsx'
import { useListState } from '../../parts/list-state.ts'
import { useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'
import { type Done, NamedThings } from './named-things.tsx'
import { namesIn } from './names-in.ts'

const asked = ['Name', 'KmsInstance', 'Permissions', 'Resources', 'Description'] as const

export function Policies() {
  const say = useSay()
  const list = useListState([])
  const { pageNumber, pageSize } = list
  const { data, error, isPending, refetch } = useAnswer(ListPolicies, { pageNumber, pageSize }, { keepPrevious: true })
  return (
    <NamedThings
      table="application-policies"
      list={list}
      rows={data?.policies.policy}
      total={data?.totalCount ?? 0}
      error={error}
      isLoading={isPending}
      retry={refetch}
      none={say('apps.noPolicies')}
      content={{ title: say('apps.permits'), render: (name) => <PolicyText name={name} /> }}
      create={say('apps.createPolicy')}
      createForm={(done) => (
        <OperationForm
          operation={CreatePolicy}
          fields={asked}
          initial={{
            KmsInstance: 'shared',
            Permissions: ['RbacPermission/Template/CryptoServiceKeyUser'],
            Resources: ['key/*'],
          }}
          submit={say('apps.createPolicy')}
          done={done}
        />
      )}
      editForm={(name, done) => <EditPolicy name={name} done={done} />}
      deleteEffect={say('apps.deletePolicyEffect')}
      users={{ title: say('menu.applications'), find: applicationsWith }}
      remove={(name) => call(DeletePolicy, { name })}
    />
  )
}

/** More than so many are not gone through: the dialog is to open at once. */
const lookedThrough = 100

async function applicationsWith(policy: string): Promise<readonly string[]> {
  const { applicationAccessPoints } = await call(ListApplicationAccessPoints, { pageSize: lookedThrough })
  const described = await Promise.all(
    applicationAccessPoints.applicationAccessPoint.map(({ name }) => call(DescribeApplicationAccessPoint, { name })),
  )
  return described.filter(({ policies }) => namesIn(policies).includes(policy)).map(({ name }) => name)
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

function EditPolicy({ name, done }: { readonly name: string; readonly done: Done }) {
  const say = useSay()
  const { data } = useAnswer(DescribePolicy, { name })
  if (!data) return <Skeleton active />
  return (
    <OperationForm
      operation={UpdatePolicy}
      fixed={{ name }}
      fields={['Permissions', 'Resources', 'Description']}
      initial={{ Permissions: data.permissions, Resources: data.resources, Description: data.description }}
      submit={say('dialog.save')}
      done={done}
    />
  )
}
