import { GetKeyPolicy, SetKeyPolicy } from '../../../api/keys.ts'
import { call } from '../../call.ts'
import { ResourcePolicy } from '../../parts/resource-policy.tsx'
import { useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'
import { CallersCard } from '../activity/callers-card.tsx'
import type { KeyMetadata } from './key-columns.tsx'

export function KeyAccess({ metadata: { keyId, arn, dKMSInstanceId } }: { readonly metadata: KeyMetadata }) {
  const say = useSay()
  const isOfInstance = dKMSInstanceId !== undefined
  const { data, error } = useAnswer(GetKeyPolicy, { keyId }, { enabled: isOfInstance })
  return (
    <div className="stack">
      <ResourcePolicy
        arn={arn}
        title={say('access.keyPolicy')}
        none={isOfInstance ? undefined : say('access.defaultKey')}
        policy={data?.policy}
        error={error}
        save={(policy) => call(SetKeyPolicy, { keyId, policy })}
      />
      <CallersCard called={{ keyId }} />
    </div>
  )
}
