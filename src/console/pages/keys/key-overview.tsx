import { DeleteOutlined, EditOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Card, Modal, Tag } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { CreateAlias, DeleteAlias, ListAliasesByKeyId } from '../../../api/aliases.ts'
import { UpdateKeyDescription } from '../../../api/keys.ts'
import { ListResourceTags, TagResource, UntagResource } from '../../../api/tags.ts'
import { OperationForm } from '../../form/operation-form.tsx'
import { Copyable } from '../../parts/copyable.tsx'
import { DangerDialog } from '../../parts/danger-dialog.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Facts } from '../../parts/facts.tsx'
import { StateTag } from '../../parts/state-tag.tsx'
import { Time } from '../../parts/time.tsx'
import { useTold } from '../../parts/told.tsx'
import { useAnswer, useChange } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'
import { type KeyMetadata, LastUsed, rotationText } from './key-columns.tsx'
import { PublicKey } from './public-key.tsx'

export const isAsymmetric = ({ keySpec }: KeyMetadata): boolean => /^(?:RSA|EC)_/.test(keySpec)

export function KeyOverview({
  metadata,
}: {
  readonly metadata: KeyMetadata & { readonly deletionProtection: string }
}) {
  const say = useSay()
  const told = useTold()
  const [isEditing, setEditing] = useState(false)
  const { keyId, arn } = metadata
  return (
    <div className="stack">
      <Facts
        facts={[
          { name: say('keys.id'), value: <Copyable text={keyId} /> },
          { name: 'ARN', value: <Copyable text={arn} /> },
          { name: say('keys.spec'), value: metadata.keySpec },
          { name: say('keys.usage'), value: metadata.keyUsage },
          { name: say('word.state'), value: <StateTag state={metadata.keyState} /> },
          { name: say('keys.lastUsed'), value: <LastUsed keyId={keyId} /> },
          { name: say('keys.origin'), value: metadata.origin },
          { name: say('key.protectionLevel'), value: metadata.protectionLevel },
          { name: say('keys.rotation'), value: rotationText(say, metadata) },
          {
            name: say('key.deletionProtection'),
            value: metadata.deletionProtection === 'Enabled' ? say('word.yes') : say('word.no'),
          },
          { name: say('word.created'), value: <Time value={metadata.creationDate} /> },
          {
            name: say('keys.instance'),
            value: metadata.dKMSInstanceId ? (
              <Link to={`/instances/${metadata.dKMSInstanceId}`}>{metadata.dKMSInstanceId}</Link>
            ) : (
              say('key.defaultKey')
            ),
          },
          metadata.materialExpireTime !== '' && {
            name: say('key.materialExpires'),
            value: <Time value={metadata.materialExpireTime} />,
          },
          {
            name: say('word.description'),
            value: (
              <span>
                {metadata.description || '–'}{' '}
                <Button
                  type="text"
                  size="small"
                  icon={<EditOutlined />}
                  aria-label={`${say('word.edit')}: ${say('word.description')}`}
                  onClick={() => setEditing(true)}
                />
              </span>
            ),
          },
        ]}
      />
      <div className="two-columns">
        <AliasCard keyId={keyId} />
        <TagCard keyId={keyId} />
      </div>
      {isAsymmetric(metadata) && metadata.keyState !== 'PendingImport' && <PublicKey keyId={keyId} />}
      {isEditing && (
        <Modal open footer={null} title={say('word.description')} onCancel={() => setEditing(false)}>
          <OperationForm
            operation={UpdateKeyDescription}
            fixed={{ keyId }}
            initial={{ Description: metadata.description }}
            submit={say('dialog.save')}
            done={({ requestId }) => {
              told(say('key.saved'), requestId)
              setEditing(false)
            }}
          />
        </Modal>
      )}
    </div>
  )
}

function AliasCard({ keyId }: { readonly keyId: string }) {
  const say = useSay()
  const told = useTold()
  const [isAdding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<string>()
  const { data, error } = useAnswer(ListAliasesByKeyId, { keyId, pageSize: 100 })
  const remove = useChange(DeleteAlias)
  return (
    <Card
      size="small"
      title={say('key.aliases')}
      extra={
        <Button size="small" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
          {say('key.addAlias')}
        </Button>
      }
    >
      <ErrorNote error={error} />
      {data?.aliases.alias.length === 0 && say('keys.noAlias')}
      {data?.aliases.alias.map(({ aliasName }) => (
        <div key={aliasName} className="row">
          <Copyable text={aliasName} />
          <Button
            type="text"
            size="small"
            icon={<DeleteOutlined />}
            aria-label={`${say('form.remove')} ${aliasName}`}
            onClick={() => setRemoving(aliasName)}
          />
        </div>
      ))}
      {isAdding && (
        <Modal open footer={null} title={say('key.addAlias')} onCancel={() => setAdding(false)}>
          <OperationForm
            operation={CreateAlias}
            fixed={{ keyId }}
            initial={{ AliasName: 'alias/' }}
            submit={say('key.addAlias')}
            done={({ requestId }) => {
              told(say('key.aliasAdded'), requestId)
              setAdding(false)
            }}
          />
        </Modal>
      )}
      {removing !== undefined && (
        <DangerDialog
          title={say('key.removeAlias', { alias: removing })}
          effect={say('key.removeAliasEffect')}
          confirm={say('form.remove')}
          run={async () => {
            const { requestId } = await remove.mutateAsync({ aliasName: removing })
            told(say('key.aliasRemoved'), requestId)
          }}
          close={() => setRemoving(undefined)}
        />
      )}
    </Card>
  )
}

function TagCard({ keyId }: { readonly keyId: string }) {
  const say = useSay()
  const told = useTold()
  const [isAdding, setAdding] = useState(false)
  const { data, error } = useAnswer(ListResourceTags, { keyId })
  const remove = useChange(UntagResource)
  return (
    <Card
      size="small"
      title={say('word.tags')}
      extra={
        <Button size="small" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
          {say('key.addTag')}
        </Button>
      }
    >
      <ErrorNote error={error ?? remove.error} />
      {data?.tags.tag.length === 0 && say('word.none')}
      {data?.tags.tag.map(({ tagKey, tagValue }) => (
        <span key={tagKey} className="row" style={{ display: 'inline-flex', gap: 0, marginInlineEnd: 8 }}>
          <Tag style={{ marginInlineEnd: 0, whiteSpace: 'normal', overflowWrap: 'anywhere' }}>
            {tagValue === '' ? tagKey : `${tagKey}: ${tagValue}`}
          </Tag>
          <Button
            type="text"
            size="small"
            icon={<DeleteOutlined />}
            aria-label={`${say('form.remove')} ${tagKey}`}
            onClick={() =>
              remove.mutate(
                { keyId, tagKeys: [tagKey] },
                { onSuccess: ({ requestId }) => told(say('key.saved'), requestId) },
              )
            }
          />
        </span>
      ))}
      {isAdding && (
        <Modal open footer={null} title={say('key.addTag')} onCancel={() => setAdding(false)}>
          <OperationForm
            operation={TagResource}
            fixed={{ keyId }}
            fields={['Tags']}
            initial={{ Tags: [{ tagKey: '', tagValue: '' }] }}
            submit={say('dialog.save')}
            done={({ requestId }) => {
              told(say('keys.tagged'), requestId)
              setAdding(false)
            }}
          />
        </Modal>
      )}
    </Card>
  )
}
