import { Form } from 'antd'
import { PutSecretValue } from '../../../api/secrets.ts'
import { OperationForm } from '../../form/operation-form.tsx'
import { useTold } from '../../parts/told.tsx'
import { useSay } from '../../text/language.tsx'
import { SecretValueInput } from './secret-value-input.tsx'

export function PutValueForm({ secretName, close }: { readonly secretName: string; close(): void }) {
  const say = useSay()
  const told = useTold()
  const [form] = Form.useForm()
  return (
    <OperationForm
      operation={PutSecretValue}
      form={form}
      fixed={{ secretName }}
      initial={{ VersionId: newVersionId(), SecretDataType: 'text' }}
      overrides={{
        SecretData: {
          control: <SecretValueInput setDataType={(type) => form.setFieldsValue({ SecretDataType: type })} />,
        },
      }}
      fields={['SecretData', 'SecretDataType', 'VersionId', 'VersionStages']}
      about={{ 'Rejected.ResourceExist': 'VersionId' }}
      submit={say('secrets.put')}
      done={({ requestId }) => {
        told(say('secrets.putDone'), requestId)
        close()
      }}
    />
  )
}

/** By the time, so that versions sort as they were made. */
const newVersionId = (): string => `v${new Date().toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}`
