import { GetSecretPolicy, SetSecretPolicy } from '../../../api/secrets.ts'
import { call } from '../../call.ts'
import { ResourcePolicy } from '../../parts/resource-policy.tsx'
import { useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'
import { CallersCard } from '../activity/callers-card.tsx'
import type { Secret } from './secret.ts'

export function SecretAccess({ secret: { secretName, arn, dKMSInstanceId } }: { readonly secret: Secret }) {
  const say = useSay()
  const isOfInstance = dKMSInstanceId !== undefined
  const { data, error } = useAnswer(GetSecretPolicy, { secretName }, { enabled: isOfInstance })
  return (
    <div className="stack">
      <ResourcePolicy
        arn={arn}
        title={say('secrets.policy')}
        none={isOfInstance ? undefined : say('secrets.noPolicy')}
        policy={data?.policy}
        error={error}
        save={(policy) => call(SetSecretPolicy, { secretName, policy })}
      />
      <CallersCard called={{ resource: secretName }} />
    </div>
  )
}
