import { DescribePolicy, ListPolicies } from '../../../api/application-access.ts'
import { DescribeSecret, ListSecrets } from '../../../api/secrets.ts'
import { call } from '../../call.ts'
import { Facts } from '../../parts/facts.tsx'
import { Names } from '../../parts/names.tsx'
import { useSay } from '../../text/language.tsx'
import { RecentCallers } from '../activity/callers-card.tsx'
import { Aliases, LastUsed } from './key-columns.tsx'

/** What hangs on a key, before something is done to it. */
export function KeyImpact({ keyId }: { readonly keyId: string }) {
  const say = useSay()
  return (
    <Facts
      columns={1}
      facts={[
        { name: say('keys.lastUsed'), value: <LastUsed keyId={keyId} /> },
        { name: say('impact.callers'), value: <RecentCallers called={{ keyId }} /> },
        { name: say('key.aliases'), value: <Aliases keyId={keyId} /> },
        {
          name: say('impact.secrets'),
          value: <Names about={['secrets under', keyId]} find={() => secretsUnder(keyId)} />,
        },
        {
          name: say('impact.applications'),
          value: <Names about={['policies with', keyId]} find={() => policiesNaming(keyId)} />,
        },
      ]}
    />
  )
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
