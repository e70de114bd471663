import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Card, Modal } from 'antd'
import { useState } from 'react'
import { TagResource, UntagResource } from '../../api/tags.ts'
import { call } from '../call.ts'
import { OperationForm } from '../form/operation-form.tsx'
import { useChange } from '../queries.ts'
import { useSay } from '../text/language.tsx'
import { ErrorNote } from './error-note.tsx'
import { TagChip } from './tag-chip.tsx'
import { useTold } from './told.tsx'

interface Tag {
  readonly tagKey: string
  readonly tagValue: string
}

interface Props {
  readonly of: { readonly keyId: string } | { readonly secretName: string }
  readonly tags: readonly Tag[] | undefined
  readonly error?: unknown
}

/** The tags of a key or secret: one more, one less, and that one back. */
export function TagsCard({ of, tags, error }: Props) {
  const say = useSay()
  const told = useTold()
  const [isAdding, setAdding] = useState(false)
  const remove = useChange(UntagResource)
  const takeAway = (tag: Tag): void =>
    remove.mutate(
      { ...of, tagKeys: [tag.tagKey] },
      {
        onSuccess: ({ requestId }) =>
          told(say('tags.removed'), requestId, {
            call: () => call(TagResource, { ...of, tags: [tag] }),
            done: say('keys.tagged'),
          }),
      },
    )
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
      <div className="row">
        {tags?.length === 0 && say('word.none')}
        {tags?.map((tag) => (
          <span key={tag.tagKey} className="row" style={{ gap: 0 }}>
            <TagChip tag={tag} />
            <Button
              type="text"
              size="small"
              icon={<DeleteOutlined />}
              aria-label={`${say('form.remove')} ${tag.tagKey}`}
              onClick={() => takeAway(tag)}
            />
          </span>
        ))}
      </div>
      {isAdding && (
        <Modal open footer={null} title={say('key.addTag')} onCancel={() => setAdding(false)}>
          <OperationForm
            operation={TagResource}
            fixed={of}
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
