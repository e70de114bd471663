import { Button, Collapse, Drawer, Form, Input, InputNumber, Radio, Select, Steps, Switch } from 'antd'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { CreateAlias } from '../../../api/aliases.ts'
import { CreateKey, SetDeletionProtection } from '../../../api/keys.ts'
import { call } from '../../call.ts'
import { CallError } from '../../call-error.ts'
import { TagsInput } from '../../form/tags-input.tsx'
import { cliCommand } from '../../parts/cli-command.ts'
import { CliLine } from '../../parts/cli-line.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { useInstanceOptions } from '../../parts/instance-options.ts'
import { useTold } from '../../parts/told.tsx'
import { queries } from '../../queries.ts'
import { errorTexts } from '../../text/error-texts.ts'
import { useLanguage } from '../../text/language.tsx'
import { textIn } from '../../text/texts.ts'
import { type KeySpec, type Purpose, purposes } from './key-purposes.ts'

interface Entered {
  readonly alias?: string
  readonly description?: string
  readonly rotates?: boolean
  readonly rotationDays?: number
  readonly isProtected?: boolean
  readonly tags?: readonly { readonly tagKey: string; readonly tagValue: string }[]
  readonly origin?: 'Aliyun_KMS' | 'EXTERNAL'
  readonly instance?: string
  readonly policy?: string
}

/** Purpose, spec, particulars: three steps to a key. */
export function CreateKeyDrawer({ close }: { close(): void }) {
  const { language, say } = useLanguage()
  const [step, setStep] = useState(0)
  const [purpose, setPurpose] = useState<Purpose>(purposes[0] as Purpose)
  const [spec, setSpec] = useState<KeySpec>('Aliyun_AES_256')
  const choosePurpose = (name: string): void => {
    const chosen = purposes.find((one) => one.name === name) ?? purpose
    setPurpose(chosen)
    setSpec(chosen.specs[0]?.spec ?? spec)
  }
  const choices =
    step === 0
      ? purposes.map(({ name, title, help }) => ({
          value: name,
          title: textIn(language, title),
          help: textIn(language, help),
        }))
      : purpose.specs.map(({ spec: name, hint }, index) => ({
          value: name,
          title: index === 0 ? `${name} · ${say('createKey.suggested')}` : name,
          help: textIn(language, hint),
        }))
  return (
    <Drawer open size={620} title={say('keys.create')} onClose={close}>
      <Steps
        size="small"
        current={step}
        style={{ marginBottom: 24 }}
        items={[
          { title: say('createKey.purpose') },
          { title: say('createKey.spec') },
          { title: say('createKey.particulars') },
        ]}
      />
      {step < 2 ? (
        <div className="stack">
          <Radio.Group
            aria-label={say(step === 0 ? 'createKey.purpose' : 'createKey.spec')}
            value={step === 0 ? purpose.name : spec}
            onChange={({ target }) => (step === 0 ? choosePurpose(target.value) : setSpec(target.value))}
            className="stack"
          >
            {choices.map(({ value, title, help }) => (
              <Radio key={value} value={value}>
                <strong>{title}</strong>
                <div style={{ opacity: 0.8 }}>{help}</div>
              </Radio>
            ))}
          </Radio.Group>
          <div className="row">
            {step > 0 && <Button onClick={() => setStep(step - 1)}>{say('dialog.back')}</Button>}
            <Button type="primary" onClick={() => setStep(step + 1)}>
              {say('dialog.next')}
            </Button>
          </div>
        </div>
      ) : (
        <Particulars purpose={purpose} spec={spec} back={() => setStep(1)} close={close} />
      )}
    </Drawer>
  )
}

interface ParticularsProps {
  readonly purpose: Purpose
  readonly spec: KeySpec
  back(): void
  close(): void
}

function Particulars({ purpose, spec, back, close }: ParticularsProps) {
  const { language, say } = useLanguage()
  const told = useTold()
  const navigate = useNavigate()
  const instances = useInstanceOptions()
  const [form] = Form.useForm<Entered>()
  const values = Form.useWatch([], form) ?? {}
  const [failure, setFailure] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  /** a key that was made when its alias was refused: the next attempt gives it the alias, and makes no second key */
  const [made, setMade] = useState<{ readonly keyId: string; readonly requestId: string }>()
  const canRotate = purpose.name === 'encrypt' && values.origin !== 'EXTERNAL'

  async function create(given: Entered): Promise<void> {
    setBusy(true)
    setFailure(undefined)
    try {
      const key = made ?? (await makeKey(given))
      setMade(key)
      if (given.alias) await call(CreateAlias, { aliasName: `alias/${given.alias}`, keyId: key.keyId })
      if (given.isProtected) await call(SetDeletionProtection, { keyId: key.keyId, enableDeletionProtection: true })
      void queries.invalidateQueries()
      told(say('createKey.done'), key.requestId)
      close()
      void navigate(`/keys/${key.keyId}${given.origin === 'EXTERNAL' ? '?tab=material' : ''}`)
    } catch (error) {
      setFailure(error)
      markField(error)
    } finally {
      setBusy(false)
    }
  }

  async function makeKey(given: Entered) {
    const { keyMetadata, requestId } = await call(CreateKey, createInput(purpose, spec, given, canRotate))
    return { keyId: keyMetadata.keyId, requestId }
  }

  function markField(error: unknown): void {
    if (!(error instanceof CallError)) return
    const isOfAlias = error.code.startsWith('Alias') || error.parameter === 'AliasName'
    const name = isOfAlias ? 'alias' : fieldNames[error.parameter ?? '']
    if (name !== undefined) form.setFields([{ name, errors: errorTexts(language, error) }])
  }

  return (
    <Form<Entered>
      form={form}
      layout="vertical"
      initialValues={{ origin: 'Aliyun_KMS', rotationDays: 90 }}
      onFinish={(given) => void create(given)}
    >
      <Form.Item name="alias" label={say('keys.alias')} extra={say('createKey.aliasHelp')}>
        <Input prefix="alias/" autoComplete="off" data-autofocus />
      </Form.Item>
      <Form.Item name="description" label={say('word.description')}>
        <Input.TextArea />
      </Form.Item>
      {canRotate && (
        <div className="row">
          <Form.Item name="rotates" label={say('createKey.rotates')} valuePropName="checked">
            <Switch />
          </Form.Item>
          {values.rotates && (
            <Form.Item name="rotationDays" label={say('createKey.rotationDays')}>
              <InputNumber min={7} max={730} precision={0} />
            </Form.Item>
          )}
        </div>
      )}
      <Form.Item
        name="isProtected"
        label={say('createKey.protected')}
        valuePropName="checked"
        extra={say('createKey.protectedHelp')}
      >
        <Switch />
      </Form.Item>
      <Form.Item name="tags" label={say('word.tags')}>
        <TagsInput />
      </Form.Item>
      <Collapse
        ghost
        items={[
          {
            key: 'more',
            label: say('createKey.more'),
            forceRender: true,
            children: (
              <>
                <Form.Item name="origin" label={say('keys.origin')} extra={say('createKey.originHelp')}>
                  <Select
                    options={[
                      { value: 'Aliyun_KMS', label: say('createKey.originHere') },
                      { value: 'EXTERNAL', label: say('createKey.originExternal') },
                    ]}
                  />
                </Form.Item>
                <Form.Item name="instance" label={say('keys.instance')} extra={say('createKey.instanceHelp')}>
                  <Select allowClear options={instances} placeholder={say('createKey.noInstance')} />
                </Form.Item>
                {values.instance && (
                  <Form.Item name="policy" label={say('createKey.policy')}>
                    <Input.TextArea className="mono" spellCheck={false} />
                  </Form.Item>
                )}
              </>
            ),
          },
        ]}
      />
      <div className="stack">
        {made && <span>{say('createKey.keyIsMade', { keyId: made.keyId })}</span>}
        <ErrorNote error={failure} />
        <div className="row">
          <Button onClick={back} disabled={made !== undefined}>
            {say('dialog.back')}
          </Button>
          <Button type="primary" htmlType="submit" loading={isBusy}>
            {say('keys.create')}
          </Button>
        </div>
        <details>
          <summary>{say('copy.asCli')}</summary>
          <CliLine command={cliCommand(CreateKey, createInput(purpose, spec, values, canRotate))} />
        </details>
      </div>
    </Form>
  )
}

const fieldNames: Readonly<Record<string, keyof Entered>> = {
  Tags: 'tags',
  Description: 'description',
  RotationInterval: 'rotationDays',
  Policy: 'policy',
  DKMSInstanceId: 'instance',
  Origin: 'origin',
}

function createInput({ keyUsage }: Purpose, keySpec: KeySpec, given: Entered, canRotate: boolean) {
  const { description, rotates, rotationDays, tags, origin, instance, policy } = given
  return {
    keySpec,
    keyUsage,
    ...(origin === 'EXTERNAL' ? { origin } : {}),
    ...(description ? { description } : {}),
    ...(canRotate && rotates ? { enableAutomaticRotation: true, rotationInterval: `${rotationDays ?? 90}d` } : {}),
    ...(tags && tags.length > 0 ? { tags } : {}),
    ...(instance ? { dKMSInstanceId: instance } : {}),
    ...(instance && policy ? { policy } : {}),
  }
}
