import { Alert, Button, Drawer, Form, Input, Select, Steps } from 'antd'
import { useState } from 'react'
import { ListAliases } from '../../../api/aliases.ts'
import { GetDefaultKmsInstance } from '../../../api/instances.ts'
import { ListKeys } from '../../../api/keys.ts'
import { ListSecrets } from '../../../api/secrets.ts'
import { CallError } from '../../call-error.ts'
import { CopyButton } from '../../parts/copy-button.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { useInstanceOptions } from '../../parts/instance-options.ts'
import { saveFile } from '../../parts/save-button.tsx'
import { useTold } from '../../parts/told.tsx'
import { queries, useAnswer } from '../../queries.ts'
import { errorTexts } from '../../text/error-texts.ts'
import { useLanguage, useSay } from '../../text/language.tsx'
import { type MadeApplication, newPassword, setUpApplication } from './set-up.ts'

interface Entered {
  readonly name: string
  readonly instanceId: string
  readonly keyIds?: string[]
  readonly secretNames?: string[]
  readonly addresses?: string[]
  readonly password: string
}

const stepOf: Readonly<Record<string, number>> = {
  name: 0,
  instanceId: 0,
  keyIds: 1,
  secretNames: 1,
  addresses: 2,
  password: 3,
}

/** Name → keys and secrets → addresses → password → one download. */
export function NewApplicationDrawer({ close }: { close(): void }) {
  const { language, say } = useLanguage()
  const told = useTold()
  const [form] = Form.useForm<Entered>()
  const [step, setStep] = useState(0)
  const [made, setMade] = useState<MadeApplication>()
  const [isSaved, setSaved] = useState(false)
  const [failure, setFailure] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)

  async function finish({ keyIds = [], secretNames = [], addresses = [], ...rest }: Entered): Promise<void> {
    setBusy(true)
    setFailure(undefined)
    try {
      const application = await setUpApplication({ ...rest, keyIds, secretNames, addresses })
      void queries.invalidateQueries()
      told(say('apps.made'), application.requestId)
      setMade(application)
      setStep(4)
    } catch (error) {
      setFailure(error)
      if (error instanceof CallError) markField(error)
    } finally {
      setBusy(false)
    }
  }

  function markField(error: CallError): void {
    const field = fieldOf(error)
    if (field === undefined) return
    setStep(stepOf[field] ?? 0)
    form.setFields([{ name: field, errors: errorTexts(language, error) }])
  }

  const next = async (): Promise<void> => {
    await form.validateFields(fieldsOfStep(step))
    setStep(step + 1)
  }

  return (
    <Drawer open size={640} title={say('apps.create')} onClose={close} maskClosable={made === undefined || isSaved}>
      <Steps
        size="small"
        current={step}
        style={{ marginBottom: 24 }}
        items={(
          ['apps.stepName', 'apps.stepResources', 'apps.stepAddresses', 'apps.stepPassword', 'apps.stepFiles'] as const
        ).map((text) => ({ title: say(text) }))}
      />
      {made ? (
        <div className="stack">
          <Alert type="warning" showIcon title={say('apps.once')} description={say('apps.onceText')} />
          <div className="row">
            <Button
              type="primary"
              onClick={() => {
                saveFile(`${made.name}.zip`, made.archive)
                setSaved(true)
              }}
            >
              {say('apps.download', { name: made.name })}
            </Button>
            <Button disabled={!isSaved} onClick={close}>
              {say('dialog.close')}
            </Button>
          </div>
          <ul>
            {(['apps.fileKey', 'apps.filePassword', 'apps.fileCa', 'apps.filePrograms'] as const).map((text) => (
              <li key={text}>{say(text)}</li>
            ))}
          </ul>
        </div>
      ) : (
        <ApplicationForm form={form} step={step} finish={finish}>
          <ErrorNote error={failure} />
          <div className="row">
            {step > 0 && <Button onClick={() => setStep(step - 1)}>{say('dialog.back')}</Button>}
            {/* Two elements: one that turned into the other under a click would send the form by it. */}
            {step < 3 ? (
              <Button key="next" type="primary" onClick={() => void next()}>
                {say('dialog.next')}
              </Button>
            ) : (
              <Button key="finish" type="primary" htmlType="submit" loading={isBusy}>
                {say('apps.finish')}
              </Button>
            )}
          </div>
        </ApplicationForm>
      )}
    </Drawer>
  )
}

const fieldsOfStep = (step: number): (keyof Entered)[] =>
  Object.entries(stepOf).flatMap(([name, of]) => (of === step ? [name as keyof Entered] : []))

function fieldOf({ code, parameter }: CallError): keyof Entered | undefined {
  if (code === 'Rejected.ResourceExist' || parameter === 'Name' || parameter === 'AapName') return 'name'
  const fields: Readonly<Record<string, keyof Entered>> = {
    SourcePrivateIp: 'addresses',
    Password: 'password',
    Resources: 'keyIds',
    KmsInstance: 'instanceId',
  }
  return fields[parameter ?? '']
}

interface FormProps {
  readonly form: ReturnType<typeof Form.useForm<Entered>>[0]
  readonly step: number
  readonly children: React.ReactNode
  finish(entered: Entered): Promise<void>
}

function ApplicationForm({ form, step, children, finish }: FormProps) {
  const say = useSay()
  const instances = useInstanceOptions()
  const { data: standard } = useAnswer(GetDefaultKmsInstance, {})
  const keys = useKeyOptions()
  const { data: secrets } = useAnswer(ListSecrets, { pageSize: 100 })
  const [password] = useState(newPassword)
  const needed = { required: true, message: say('form.needed') }
  const shown = (of: number) => (step === of ? {} : { hidden: true })
  if (!standard) return null
  return (
    <Form<Entered>
      form={form}
      layout="vertical"
      initialValues={{ instanceId: standard.defaultKmsInstanceId, password }}
      onFinish={(entered) => void finish(entered)}
    >
      <Form.Item
        name="name"
        label={say('apps.name')}
        extra={say('apps.nameHelp')}
        rules={[needed, { pattern: /^[\w.-]{1,128}$/, message: say('apps.nameHelp') }]}
        {...shown(0)}
      >
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="instanceId" label={say('keys.instance')} rules={[needed]} {...shown(0)}>
        <Select options={instances} />
      </Form.Item>
      <Form.Item name="keyIds" label={say('menu.keys')} extra={say('apps.keysHelp')} {...shown(1)}>
        <Select
          mode="multiple"
          allowClear
          options={[{ value: '*', label: say('apps.everyKey') }, ...keys]}
          optionFilterProp="label"
        />
      </Form.Item>
      <Form.Item
        name="secretNames"
        label={say('menu.secrets')}
        dependencies={['keyIds']}
        rules={[
          ({ getFieldValue }) => ({
            validator: async (_, chosen: string[] = []) => {
              if (chosen.length === 0 && ((getFieldValue('keyIds') as string[] | undefined) ?? []).length === 0)
                throw new Error(say('apps.needsOne'))
            },
          }),
        ]}
        {...shown(1)}
      >
        <Select
          mode="multiple"
          allowClear
          options={[
            { value: '*', label: say('apps.everySecret') },
            ...(secrets?.secretList.secret ?? []).map(({ secretName }) => ({ value: secretName, label: secretName })),
          ]}
        />
      </Form.Item>
      <Form.Item name="addresses" label={say('apps.addresses')} extra={say('apps.addressesHelp')} {...shown(2)}>
        <Select
          mode="tags"
          open={false}
          suffixIcon={null}
          tokenSeparators={[' ', ',', '\n']}
          placeholder="10.0.0.0/8"
        />
      </Form.Item>
      <Form.Item
        name="password"
        label={say('apps.password')}
        extra={say('apps.passwordHelp')}
        rules={[needed]}
        {...shown(3)}
      >
        <Input.Password className="mono" autoComplete="new-password" addonAfter={<CopyButton text={password} />} />
      </Form.Item>
      <div className="stack">{children}</div>
    </Form>
  )
}

/** Keys by alias where they have one. */
function useKeyOptions(): { readonly value: string; readonly label: string }[] {
  const { data: keys } = useAnswer(ListKeys, { pageSize: 100 })
  const { data: aliases } = useAnswer(ListAliases, { pageSize: 100 })
  const names = new Map((aliases?.aliases.alias ?? []).map(({ keyId, aliasName }) => [keyId, aliasName]))
  return (keys?.keys.key ?? []).map(({ keyId }) => {
    const alias = names.get(keyId)
    return { value: keyId, label: alias === undefined ? keyId : `${alias} (${keyId})` }
  })
}
