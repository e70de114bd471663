import { Form, Input, InputNumber, Select, Switch } from 'antd'
import type { Rule } from 'antd/es/form'
import type { ReactNode } from 'react'
import type { Field } from '../../api/field.ts'
import { fieldHelp, fieldLabel } from '../text/fields.ts'
import { useLanguage } from '../text/language.tsx'
import { BytesInput } from './bytes-input.tsx'
import { PairsInput } from './pairs-input.tsx'
import { TagsInput } from './tags-input.tsx'

/** What a page knows better than the contract. */
export interface FieldOverride {
  readonly label?: string
  readonly help?: string
  readonly control?: ReactNode
  readonly rules?: readonly Rule[]
  /** shows only these of the values */
  readonly values?: readonly string[]
  readonly multiline?: boolean
}

interface Props {
  /** wire name */
  readonly name: string
  readonly field: Field
  readonly override?: FieldOverride | undefined
}

/** One field of a form: its name in the reader's words and as it is on the wire, what fits in, the right control. */
export function FieldItem({ name, field, override = {} }: Props) {
  const { language, say } = useLanguage()
  const isNeeded = field.presence === 'required'
  const help = override.help ?? fieldHelp(language, field.doc)
  return (
    <Form.Item
      name={name}
      label={
        <span>
          {override.label ?? fieldLabel(language, name)}{' '}
          <code className="mono" style={{ opacity: 0.75 }}>
            {name}
          </code>
        </span>
      }
      extra={help}
      valuePropName={field.kind === 'boolean' ? 'checked' : 'value'}
      {...(field.presence === 'default' && field.kind !== 'string' ? { initialValue: field.default } : {})}
      rules={[
        ...(isNeeded && field.kind !== 'boolean' ? [{ required: true, message: say('form.needed') }] : []),
        ...(override.rules ?? []),
      ]}
    >
      {override.control ?? control(field, override)}
    </Form.Item>
  )
}

function control(field: Field, { values = field.values, multiline }: FieldOverride): ReactNode {
  if (values)
    return (
      <Select
        allowClear={field.presence !== 'required'}
        placeholder={placeholder(field)}
        options={values.map((value) => ({ value, label: value }))}
      />
    )
  if (isTagList(field)) return <TagsInput />
  switch (field.kind) {
    case 'boolean':
      return <Switch />
    case 'integer':
      return <InputNumber min={field.minimum} max={field.maximum} precision={0} style={{ minWidth: 160 }} />
    case 'bytes':
      return <BytesInput />
    case 'stringMap':
      return <PairsInput />
    case 'list':
    case 'json':
      return <Select mode="tags" tokenSeparators={[',', ' ', '\n']} open={false} suffixIcon={null} />
    default:
      if (field.sensitive) return <Input.Password autoComplete="new-password" className="mono" />
      return multiline || (field.maxLength ?? 0) > 600 ? (
        <Input.TextArea />
      ) : (
        <Input autoComplete="off" placeholder={placeholder(field)} />
      )
  }
}

const placeholder = (field: Field): string => (typeof field.default === 'string' ? field.default : '')

const isTagList = ({ kind, item }: Field): boolean => kind === 'json' && item?.item?.fields?.TagKey !== undefined
