import { Skeleton, Tooltip } from 'antd'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { ListAliasesByKeyId } from '../../../api/aliases.ts'
import { DescribeKey, GetKeyLastUsage } from '../../../api/keys.ts'
import type { ResponseOf } from '../../../api/operation.ts'
import { ListResourceTags } from '../../../api/tags.ts'
import { Copyable } from '../../parts/copyable.tsx'
import type { Column } from '../../parts/data-table.tsx'
import { StateTag } from '../../parts/state-tag.tsx'
import { TagChip } from '../../parts/tag-chip.tsx'
import { Time } from '../../parts/time.tsx'
import { useAnswer } from '../../queries.ts'
import { type Say, useSay } from '../../text/language.tsx'

export interface KeyRow {
  readonly keyId: string
  readonly keyArn: string
}

export type KeyMetadata = ResponseOf<typeof DescribeKey>['keyMetadata']

/** ListKeys names keys only: each row asks for the rest itself, and shows what comes as it comes. */
export function keyColumns(say: Say): readonly Column<KeyRow>[] {
  const described = (key: string, title: string, shown: (metadata: KeyMetadata) => ReactNode, hidden = false) => ({
    key,
    title,
    hidden,
    render: ({ keyId }: KeyRow) => <Described keyId={keyId}>{shown}</Described>,
  })
  return [
    { key: 'alias', title: say('keys.alias'), render: ({ keyId }) => <Aliases keyId={keyId} /> },
    {
      key: 'id',
      title: say('keys.id'),
      render: ({ keyId }) => (
        <Copyable text={keyId}>
          <Link to={`/keys/${keyId}`}>{keyId}</Link>
        </Copyable>
      ),
    },
    described('spec', say('keys.spec'), ({ keySpec }) => keySpec),
    described('usage', say('keys.usage'), ({ keyUsage }) => keyUsage),
    described('state', say('word.state'), ({ keyState }) => <StateTag state={keyState} />),
    described('rotation', say('keys.rotation'), (metadata) => rotationText(say, metadata)),
    { key: 'lastUsed', title: say('keys.lastUsed'), render: ({ keyId }) => <LastUsed keyId={keyId} /> },
    { key: 'tags', title: say('word.tags'), render: ({ keyId }) => <Tags keyId={keyId} /> },
    described('created', say('word.created'), ({ creationDate }) => <Time value={creationDate} />, true),
    described('origin', say('keys.origin'), ({ origin }) => origin, true),
    described('instance', say('keys.instance'), ({ dKMSInstanceId }) => dKMSInstanceId ?? '–', true),
    described('description', say('word.description'), ({ description }) => description, true),
  ]
}

export function rotationText(say: Say, { automaticRotation, rotationInterval }: KeyMetadata): string {
  if (automaticRotation === 'Suspended') return say('keys.suspended')
  if (automaticRotation !== 'Enabled') return say('keys.noRotation')
  return say('keys.every', { days: Math.round(Number.parseInt(rotationInterval ?? '0', 10) / 86_400) })
}

const waiting = <Skeleton.Input size="small" active style={{ width: 90, minWidth: 90 }} />

function Described({ keyId, children }: { readonly keyId: string; children(metadata: KeyMetadata): ReactNode }) {
  const { data, error } = useAnswer(DescribeKey, { keyId })
  if (data) return children(data.keyMetadata)
  return error ? <Failed error={error} /> : waiting
}

/** In a cell there is room for the fact only; why is told when it is pointed at. */
const Failed = ({ error }: { readonly error: Error }) => (
  <Tooltip title={error.message}>
    <span>–</span>
  </Tooltip>
)

export function Aliases({ keyId }: { readonly keyId: string }) {
  const say = useSay()
  const { data, error } = useAnswer(ListAliasesByKeyId, { keyId, pageSize: 100 })
  if (!data) return error ? <Failed error={error} /> : waiting
  const names = data.aliases.alias.map(({ aliasName }) => aliasName)
  if (names.length === 0) return <span style={{ opacity: 0.75 }}>{say('keys.noAlias')}</span>
  return (
    <>
      {names.map((name) => (
        <div key={name}>
          <Link to={`/keys/${keyId}`}>{name}</Link>
        </div>
      ))}
    </>
  )
}

export function LastUsed({ keyId }: { readonly keyId: string }) {
  const say = useSay()
  const { data, error } = useAnswer(GetKeyLastUsage, { keyId })
  if (!data) return error ? <Failed error={error} /> : waiting
  if (data.lastUsedDate === undefined) return <span style={{ opacity: 0.75 }}>{say('word.never')}</span>
  return (
    <Tooltip title={data.lastUsedOperation}>
      <span>
        <Time value={data.lastUsedDate} />
      </span>
    </Tooltip>
  )
}

export function Tags({ keyId }: { readonly keyId: string }) {
  const { data, error } = useAnswer(ListResourceTags, { keyId })
  if (!data) return error ? <Failed error={error} /> : waiting
  return (
    <>
      {data.tags.tag.map((tag) => (
        <TagChip key={tag.tagKey} tag={tag} />
      ))}
    </>
  )
}
