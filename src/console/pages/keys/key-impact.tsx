import { useQuery } from '@tanstack/react-query'
import { Descriptions, Spin } from 'antd'
import { DescribePolicy, ListPolicies } from '../../../api/application-access.ts'
import { DescribeSecret, ListSecrets } from '../../../api/secrets.ts'
import { call } from '../../call.ts'
import { useSay } from '../../text/language.tsx'
import { RecentCallers } from '../activity/callers-card.tsx'
import { Aliases, LastUsed } from './key-columns.tsx'

/** What hangs on a key, before something is done to it. */
export function KeyImpact({ keyId }: { readonly keyId: string }) {
  const say = useSay()
  const secrets = useNames(['secrets of', keyId], () => secretsUnder(keyId))
  const policies = useNames(['policies naming', keyId], () => policiesNaming(keyId))
  return (
    <Descriptions
      bordered
      size="small"
      column={1}
      items={[
        { key: 'used', label: say('keys.lastUsed'), children: <LastUsed keyId={keyId} /> },
        { key: 'callers', label: say('impact.callers'), children: <RecentCallers resource={keyId} /> },
        { key: 'aliases', label: say('key.aliases'), children: <Aliases keyId={keyId} /> },
        { key: 'secrets', label: say('impact.secrets'), children: secrets },
        { key: 'applications', label: say('impact.applications'), children: policies },
      ]}
    />
  )
}

function useNames(queryKey: readonly string[], queryFn: () => Promise<readonly string[]>) {
  const say = useSay()
  const { data, error } = useQuery({ queryKey, queryFn })
  if (error) return error.message
  if (data === undefined) return <Spin size="small" />
  return data.length === 0 ? say('word.none') : data.join(', ')
}

/** More than so many are not gone through: the dialog is to open at once. */
const lookedThrough = 100

async function secretsUnder(keyId: string): Promise<readonly string[]> {
  const { secretList } = await call(ListSecrets, { pageSize: lookedThrough })
  const described = await Promise.all(secretList.secret.map(({ secretName }) => call(DescribeSecret, { secretName })))
  return described.filter(({ encryptionKeyId }) => encryptionKeyId === keyId).map(({ secretName }) => secretName)
}

async function policiesNaming(keyId: string): Promise<readonly string[]> {
  const { policies } = await call(ListPolicies, { pageSize: lookedThrough })
  const described = await Promise.all(policies.policy.map(({ name }) => call(DescribePolicy, { name })))
  return described
    .filter(({ resources }) => resources.some((resource) => resource === `key/${keyId}` || resource === 'key/*'))
    .map(({ name }) => name)
}
