import { Button, Card, Select, Tag } from 'antd'
import { useState } from 'react'
import { ListPolicies } from '../../../api/ram.ts'
import { ErrorNote } from '../../parts/error-note.tsx'
import { useTold } from '../../parts/told.tsx'
import { queries, useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'

interface Policy {
  readonly policyName: string
  readonly policyType: 'System' | 'Custom'
}

interface Props {
  readonly attached: readonly Policy[] | undefined
  readonly error: unknown
  attach(policy: Policy): Promise<{ readonly requestId: string }>
  detach(policy: Policy): Promise<{ readonly requestId: string }>
}

export function AttachedPolicies({ attached = [], error, attach, detach }: Props) {
  const say = useSay()
  const told = useTold()
  const [failure, setFailure] = useState<unknown>()
  const { data } = useAnswer(ListPolicies, { maxItems: 1000 })
  const all = (data?.policies.policy ?? []).filter(
    ({ policyName }) => !attached.some((one) => one.policyName === policyName),
  )

  async function change(policy: Policy, to: 'attached' | 'detached'): Promise<void> {
    setFailure(undefined)
    const [work, back] = to === 'attached' ? [attach, detach] : [detach, attach]
    try {
      const { requestId } = await work(policy)
      void queries.invalidateQueries()
      told(say('key.saved'), requestId, { call: () => back(policy), done: say('key.saved') })
    } catch (reason) {
      setFailure(reason)
    }
  }

  return (
    <Card size="small" title={say('iam.policies')}>
      <div className="stack">
        <ErrorNote error={failure ?? error} />
        <div className="row">
          {attached.length === 0 && say('iam.noPermissions')}
          {attached.map(({ policyName, policyType }) => (
            <span key={policyName} className="row" style={{ gap: 0 }}>
              <Tag>{policyName}</Tag>
              <Button
                size="small"
                type="text"
                aria-label={`${say('form.remove')} ${policyName}`}
                onClick={() => void change({ policyName, policyType }, 'detached')}
              >
                ×
              </Button>
            </span>
          ))}
        </div>
        <Select
          showSearch
          aria-label={say('iam.attach')}
          placeholder={say('iam.attach')}
          style={{ maxWidth: 420 }}
          value={null}
          options={all.map(({ policyName, description }) => ({
            value: policyName,
            label: `${policyName}${description ? `: ${description}` : ''}`,
          }))}
          onChange={(name) => {
            const policy = all.find(({ policyName }) => policyName === name)
            if (policy) void change({ policyName: policy.policyName, policyType: policy.policyType }, 'attached')
          }}
        />
      </div>
    </Card>
  )
}
