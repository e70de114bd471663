import { Skeleton, Tag, Tooltip } from 'antd'
import { DescribeSecret, GetSecretLastUsage } from '../../../api/secrets.ts'
import { Time } from '../../parts/time.tsx'
import { useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'

const waiting = <Skeleton.Input size="small" active style={{ width: 90, minWidth: 90 }} />

export function SecretRotation({ secretName }: { readonly secretName: string }) {
  const say = useSay()
  const { data, error } = useAnswer(DescribeSecret, { secretName, fetchTags: true })
  if (!data) return error ? <span title={error.message}>–</span> : waiting
  const { automaticRotation, rotationInterval, nextRotationDate } = data
  if (automaticRotation === 'Invalid') return <Tag color="error">{say('secrets.rotationFailed')}</Tag>
  if (automaticRotation !== 'Enabled') return <>{say('keys.noRotation')}</>
  const hours = Math.round(Number.parseInt(rotationInterval ?? '0', 10) / 3600)
  return (
    <Tooltip title={<Time value={nextRotationDate} />}>
      <span>{hours % 24 === 0 ? say('keys.every', { days: hours / 24 }) : say('secrets.everyHours', { hours })}</span>
    </Tooltip>
  )
}

export function SecretLastUsed({ secretName }: { readonly secretName: string }) {
  const say = useSay()
  const { data, error } = useAnswer(GetSecretLastUsage, { secretName })
  if (!data) return error ? <span title={error.message}>–</span> : waiting
  return <Time value={data.lastUsedDate} none={say('word.never')} />
}
