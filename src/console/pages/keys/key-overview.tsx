import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Card, Modal } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { CreateAlias, DeleteAlias, ListAliasesByKeyId } from '../../../api/aliases.ts'
import { UpdateKeyDescription } from '../../../api/keys.ts'
import { ListResourceTags } from '../../../api/tags.ts'
import { call } from '../../call.ts'
import { OperationForm } from '../../form/operation-form.tsx'
import { Copyable } from '../../parts/copyable.tsx'
import { DangerDialog } from '../../parts/danger-dialog.tsx'
import { EditableDescription } from '../../parts/editable-description.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Facts } from '../../parts/facts.tsx'
import { StateTag } from '../../parts/state-tag.tsx'
import { TagsCard } from '../../parts/tags-card.tsx'
import { Time } from '../../parts/time.tsx'
import { useTold } from '../../parts/told.tsx'
import { useAnswer, useChange } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'
import { type KeyMetadata, LastUsed, rotationText } from './key-columns.tsx'
import { KeyImpact } from './key-impact.tsx'
import { PublicKey } from './public-key.tsx'

export const isAsymmetric = ({ keySpec }: KeyMetadata): boolean => /^(?:RSA|EC)_/.test(keySpec)

export function KeyOverview({
  metadata,
}: {
  readonly metadata: KeyMetadata & { readonly deletionProtection: string }
}) {
  const say = useSay()
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
              <EditableDescription
                operation={UpdateKeyDescription}
                fixed={{ keyId }}
                description={metadata.description}
              />
            ),
          },
        ]}
      />
      <div className="two-columns">
        <AliasCard keyId={keyId} />
        <KeyTags keyId={keyId} />
      </div>
      {isAsymmetric(metadata) && metadata.keyState !== 'PendingImport' && <PublicKey keyId={keyId} />}
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
          impact={<KeyImpact keyId={keyId} />}
          confirm={say('form.remove')}
          run={async () => {
            const { requestId } = await remove.mutateAsync({ aliasName: removing })
            told(say('key.aliasRemoved'), requestId, {
              call: () => call(CreateAlias, { aliasName: removing, keyId }),
              done: say('key.aliasAdded'),
            })
          }}
          close={() => setRemoving(undefined)}
        />
      )}
    </Card>
  )
}

function KeyTags({ keyId }: { readonly keyId: string }) {
  const { data, error } = useAnswer(ListResourceTags, { keyId })
  return <TagsCard of={{ keyId }} tags={data?.tags.tag} error={error} />
}
