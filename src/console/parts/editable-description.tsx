import { EditOutlined } from '@ant-design/icons'
import { Button, Modal } from 'antd'
import { useState } from 'react'
import type { RequestOf } from '../../api/operation.ts'
import type { AnyOperation } from '../call.ts'
import { OperationForm } from '../form/operation-form.tsx'
import { useSay } from '../text/language.tsx'
import { useTold } from './told.tsx'

interface Props<O extends AnyOperation> {
  /** what changes it: the operation with a field `Description` */
  readonly operation: O
  /** of what */
  readonly fixed: Partial<RequestOf<O>>
  readonly description: string | undefined
}

/** What somebody wrote about a thing, where it can be written anew. */
export function EditableDescription<O extends AnyOperation>({ operation, fixed, description }: Props<O>) {
  const say = useSay()
  const told = useTold()
  const [isEditing, setEditing] = useState(false)
  return (
    <>
      {description || '–'}{' '}
      <Button
        type="text"
        size="small"
        icon={<EditOutlined />}
        aria-label={`${say('word.edit')}: ${say('word.description')}`}
        onClick={() => setEditing(true)}
      />
      {isEditing && (
        <Modal open footer={null} title={say('word.description')} onCancel={() => setEditing(false)}>
          <OperationForm
            operation={operation}
            fixed={fixed}
            fields={['Description']}
            initial={{ Description: description }}
            submit={say('dialog.save')}
            done={({ requestId }: { readonly requestId: string }) => {
              told(say('key.saved'), requestId)
              setEditing(false)
            }}
          />
        </Modal>
      )}
    </>
  )
}
