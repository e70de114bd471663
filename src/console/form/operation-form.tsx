import { Button, Form, type FormInstance } from 'antd'
import { type ReactNode, useId, useState } from 'react'
import { codeName, type Field } from '../../api/field.ts'
import type { RequestOf, ResponseOf } from '../../api/operation.ts'
import { type AnyOperation, call } from '../call.ts'
import { CallError } from '../call-error.ts'
import { ErrorNote } from '../parts/error-note.tsx'
import { queries } from '../queries.ts'
import { errorTexts } from '../text/error-texts.ts'
import { useLanguage } from '../text/language.tsx'
import { entered } from './entered.ts'
import { FieldItem, type FieldOverride } from './field-item.tsx'

export interface OperationFormProps<O extends AnyOperation> {
  readonly operation: O
  /** what is sent along without being asked for */
  readonly fixed?: Partial<RequestOf<O>>
  /** what the fields show at first, by wire name */
  readonly initial?: Readonly<Record<string, unknown>>
  /** wire names of the fields that are asked for, in order; all that are not fixed unless given */
  readonly fields?: readonly string[]
  readonly overrides?: Readonly<Record<string, FieldOverride>>
  /** wire names of the fields that refusals are about which name none, by code */
  readonly about?: Readonly<Record<string, string>>
  readonly submit: string
  readonly danger?: boolean
  readonly form?: FormInstance
  /** besides the fields */
  readonly children?: ReactNode
  readonly extraActions?: ReactNode
  done(answer: ResponseOf<O>, input: RequestOf<O>): void
}

/**
 * A form for an operation, made from its contract. What the server refuses stays as it was typed, and the field that
 * the refusal is about is marked.
 */
export function OperationForm<O extends AnyOperation>(props: OperationFormProps<O>) {
  const {
    operation,
    fixed = {},
    initial = {},
    overrides = {},
    submit,
    danger = false,
    children,
    extraActions,
    done,
  } = props
  const { language } = useLanguage()
  const [ownForm] = Form.useForm()
  const form = props.form ?? ownForm
  const [failure, setFailure] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  const request = operation.request as Readonly<Record<string, Field>>
  const names = props.fields ?? Object.keys(request).filter((name) => isAskedFor(name, request[name], fixed))

  async function send(values: Readonly<Record<string, unknown>>): Promise<void> {
    setBusy(true)
    setFailure(undefined)
    const input = { ...entered(request, names, values), ...fixed } as RequestOf<O>
    try {
      const answer = await call(operation, input)
      if (operation.mutates) void queries.invalidateQueries()
      done(answer, input)
    } catch (error) {
      setFailure(error)
      if (error instanceof CallError) mark(error, values)
    } finally {
      setBusy(false)
    }
  }

  function mark(error: CallError, values: Readonly<Record<string, unknown>>): void {
    const name =
      names.find((one) => isAbout(error, one)) ??
      names.find((one) => one === props.about?.[error.code]) ??
      names.find((one) => quotes(error, values[one]))
    if (name === undefined) return
    form.setFields([{ name, errors: errorTexts(language, error) }])
    form.scrollToField(name, { focus: true })
  }

  return (
    <Form
      form={form}
      // of the ids of its fields: several forms may be on a page
      name={useId()}
      layout="vertical"
      initialValues={initial}
      onFinish={(values) => void send(values)}
      scrollToFirstError
    >
      {names.map((name) => {
        const field = request[name]
        return field && <FieldItem key={name} name={name} field={field} override={overrides[name]} />
      })}
      {children}
      <div className="stack">
        <ErrorNote error={failure} />
        <div className="row">
          <Button type="primary" danger={danger} htmlType="submit" loading={isBusy}>
            {submit}
          </Button>
          {extraActions}
        </div>
      </div>
    </Form>
  )
}

const isAbout = ({ parameter = '' }: CallError, name: string): boolean =>
  [name, codeName(name)].includes(parameter.split('.')[0] ?? '')

/** What does not exist is named by its value. */
const quotes = ({ message }: CallError, value: unknown): boolean =>
  [value].flat().some((one) => typeof one === 'string' && one !== '' && message.includes(`"${one}"`))

const isAskedFor = (name: string, field: Field | undefined, fixed: object): boolean =>
  !(codeName(name) in fixed) && field?.refused === undefined && name !== 'DryRun'
