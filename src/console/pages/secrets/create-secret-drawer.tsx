import { Drawer, Form, Select } from 'antd'
import { useNavigate } from 'react-router'
import { CreateSecret } from '../../../api/secrets.ts'
import { OperationForm } from '../../form/operation-form.tsx'
import { useInstanceOptions } from '../../parts/instance-options.ts'
import { useTold } from '../../parts/told.tsx'
import { useSay } from '../../text/language.tsx'
import { secretPath } from './secret-path.ts'
import { SecretValueInput } from './secret-value-input.tsx'

/** The value is typed, generated or read from a file; it is neither kept nor shown afterwards. */
export function CreateSecretDrawer({ close }: { close(): void }) {
  const say = useSay()
  const told = useTold()
  const navigate = useNavigate()
  const instances = useInstanceOptions()
  const [form] = Form.useForm()
  return (
    <Drawer open size={620} title={say('secrets.create')} onClose={close}>
      <OperationForm
        operation={CreateSecret}
        form={form}
        fields={[
          'SecretName',
          'SecretData',
          'SecretDataType',
          'VersionId',
          'Description',
          'EncryptionKeyId',
          'DKMSInstanceId',
          'Tags',
        ]}
        initial={{ VersionId: 'v1', SecretDataType: 'text' }}
        overrides={{
          SecretData: {
            control: <SecretValueInput setDataType={(type) => form.setFieldsValue({ SecretDataType: type })} />,
          },
          DKMSInstanceId: { control: <Select allowClear options={instances} /> },
        }}
        about={{ 'Rejected.ResourceExist': 'SecretName', 'Rejected.ResourceInDeleteWindow': 'SecretName' }}
        submit={say('secrets.create')}
        done={({ secretName, requestId }) => {
          told(say('secrets.created'), requestId)
          close()
          void navigate(secretPath(secretName))
        }}
      />
    </Drawer>
  )
}
