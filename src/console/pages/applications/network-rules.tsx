import { Skeleton, Tag } from 'antd'
import {
  CreateNetworkRule,
  DeleteNetworkRule,
  DescribeNetworkRule,
  DescribePolicy,
  ListNetworkRules,
  ListPolicies,
  UpdateNetworkRule,
} from '../../../api/application-access.ts'
import { call } from '../../call.ts'
import { OperationForm } from '../../form/operation-form.tsx'
import { useListState } from '../../parts/list-state.ts'
import { useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'
import { type Done, NamedThings } from './named-things.tsx'
import { namesIn, networkRulesIn } from './names-in.ts'

export function NetworkRules() {
  const say = useSay()
  const list = useListState([])
  const { pageNumber, pageSize } = list
  const { data, error, isPending, refetch } = useAnswer(
    ListNetworkRules,
    { pageNumber, pageSize },
    { keepPrevious: true },
  )
  return (
    <NamedThings
      table="network-rules"
      list={list}
      rows={data?.networkRules.networkRule}
      total={data?.totalCount ?? 0}
      error={error}
      isLoading={isPending}
      retry={refetch}
      none={say('apps.noRules')}
      content={{ title: say('apps.addresses'), render: (name) => <Addresses name={name} /> }}
      create={say('apps.createRule')}
      createForm={(done) => (
        <OperationForm
          operation={CreateNetworkRule}
          fixed={{ type: 'Private' }}
          submit={say('apps.createRule')}
          done={done}
        />
      )}
      editForm={(name, done) => <EditRule name={name} done={done} />}
      deleteEffect={say('apps.deleteRuleEffect')}
      users={{ title: say('impact.policies'), find: policiesWith }}
      remove={(name) => call(DeleteNetworkRule, { name })}
    />
  )
}

/** More than so many are not gone through: the dialog is to open at once. */
const lookedThrough = 100

async function policiesWith(rule: string): Promise<readonly string[]> {
  const { policies } = await call(ListPolicies, { pageSize: lookedThrough })
  const described = await Promise.all(policies.policy.map(({ name }) => call(DescribePolicy, { name })))
  return described
    .filter(({ accessControlRules }) => networkRulesIn(accessControlRules).includes(rule))
    .map(({ name }) => name)
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

function EditRule({ name, done }: { readonly name: string; readonly done: Done }) {
  const say = useSay()
  const { data } = useAnswer(DescribeNetworkRule, { name })
  if (!data) return <Skeleton active />
  return (
    <OperationForm
      operation={UpdateNetworkRule}
      fixed={{ name }}
      initial={{ SourcePrivateIp: namesIn(data.sourcePrivateIp), Description: data.description }}
      submit={say('dialog.save')}
      done={done}
    />
  )
}
