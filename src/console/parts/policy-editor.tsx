import { Alert, Button, Input, Segmented, Select } from 'antd'
import { useState } from 'react'
import { useSay } from '../text/language.tsx'
import { ErrorNote } from './error-note.tsx'
import { type PolicyForm, type PolicyKind, readPolicy, type Statement, writePolicy } from './policy-form.ts'

interface Props {
  readonly document: string
  /** of a key or secret statements name who; of users and roles they do not; trust policies name only who */
  readonly kind: PolicyKind
  readonly saveLabel?: string
  save(document: string): Promise<unknown>
}

/** A policy as statements to fill in, or as JSON; what is wrong with it is said while it is typed. */
export function PolicyEditor({ document, kind, saveLabel, save }: Props) {
  const say = useSay()
  const [text, setText] = useState(() => pretty(document))
  const [view, setView] = useState<'form' | 'json'>('form')
  const [failure, setFailure] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  const read = readPolicy(text)

  async function keep(): Promise<void> {
    setBusy(true)
    setFailure(undefined)
    try {
      await save(JSON.stringify(JSON.parse(text)))
    } catch (error) {
      setFailure(error)
    } finally {
      setBusy(false)
    }
  }

  return (
    <div className="stack">
      <Segmented
        style={{ alignSelf: 'start' }}
        value={view}
        onChange={setView}
        options={[
          { value: 'form', label: say('policy.form') },
          { value: 'json', label: 'JSON' },
        ]}
      />
      {view === 'form' && 'form' in read ? (
        <StatementsForm form={read.form} kind={kind} change={(form) => setText(writePolicy(form))} />
      ) : (
        <Input.TextArea
          aria-label={say('policy.document')}
          className="mono"
          spellCheck={false}
          value={text}
          status={'problem' in read || failure !== undefined ? 'error' : ''}
          onChange={({ target }) => setText(target.value)}
        />
      )}
      {'problem' in read && <Alert type="error" showIcon title={read.problem} />}
      {'notForm' in read && view === 'form' && <Alert type="info" showIcon title={say('policy.tooRich')} />}
      <ErrorNote error={failure} />
      <div>
        <Button type="primary" disabled={'problem' in read} loading={isBusy} onClick={() => void keep()}>
          {saveLabel ?? say('dialog.save')}
        </Button>
      </div>
    </div>
  )
}

interface StatementsProps {
  readonly form: PolicyForm
  readonly kind: PolicyKind
  change(form: PolicyForm): void
}

function StatementsForm({ form, kind, change }: StatementsProps) {
  const say = useSay()
  const put = (index: number, statement: Statement): void =>
    change({ ...form, statements: form.statements.map((old, at) => (at === index ? statement : old)) })
  const words = (index: number, name: 'actions' | 'resources' | 'principals', label: string) => (
    <div>
      {label}
      <Select
        mode="tags"
        open={false}
        suffixIcon={null}
        aria-label={`${label} ${index + 1}`}
        style={{ width: '100%' }}
        tokenSeparators={[' ', ',']}
        value={[...(form.statements[index]?.[name] ?? [])]}
        onChange={(values: string[]) => put(index, { ...(form.statements[index] as Statement), [name]: values })}
      />
    </div>
  )
  return (
    <div className="stack">
      {form.statements.map((statement, index) => (
        <fieldset
          key={statement.id}
          style={{ border: '1px solid color-mix(in srgb, currentcolor 20%, transparent)', borderRadius: 6 }}
          className="stack"
        >
          <legend className="row">
            {say('policy.statement', { number: index + 1 })}
            <Segmented
              size="small"
              value={statement.effect}
              onChange={(effect) => put(index, { ...statement, effect })}
              options={
                ['Allow', 'Deny'] as const satisfies readonly Statement['effect'][] as unknown as Statement['effect'][]
              }
            />
            <Button
              size="small"
              type="text"
              danger
              onClick={() => change({ ...form, statements: form.statements.filter((_, at) => at !== index) })}
            >
              {say('form.remove')}
            </Button>
          </legend>
          {kind !== 'identity' && words(index, 'principals', say('policy.principals'))}
          {words(index, 'actions', say('policy.actions'))}
          {kind !== 'trust' && words(index, 'resources', say('policy.resources'))}
        </fieldset>
      ))}
      <div>
        <Button
          onClick={() =>
            change({ ...form, statements: [...form.statements, newStatement(kind, form.statements.length)] })
          }
        >
          {say('policy.addStatement')}
        </Button>
      </div>
    </div>
  )
}

const newStatement = (kind: PolicyKind, count: number): Statement => ({
  id: `new${count}`,
  effect: 'Allow',
  actions: [kind === 'trust' ? 'sts:AssumeRole' : 'kms:DescribeKey'],
  resources: kind === 'trust' ? [] : ['*'],
  principals: [],
  more: {},
})

function pretty(document: string): string {
  try {
    return JSON.stringify(JSON.parse(document), null, 2)
  } catch {
    return document
  }
}
