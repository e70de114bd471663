import { Card } from 'antd'
import { useState } from 'react'
import type { Field } from '../../../../api/field.ts'
import type { RequestOf, ResponseOf } from '../../../../api/operation.ts'
import type { AnyOperation } from '../../../call.ts'
import { BytesInput } from '../../../form/bytes-input.tsx'
import type { FieldOverride } from '../../../form/field-item.tsx'
import { OperationForm } from '../../../form/operation-form.tsx'
import { SameElsewhere } from '../../../parts/same-elsewhere.tsx'
import { useSay } from '../../../text/language.tsx'
import { Base64Input } from './base64-input.tsx'
import { ResultValue } from './result-value.tsx'

interface Props<O extends AnyOperation> {
  readonly operation: O
  readonly fixed?: Partial<RequestOf<O>>
  readonly initial?: Readonly<Record<string, unknown>>
  readonly fields?: readonly string[]
  readonly overrides?: Readonly<Record<string, FieldOverride>>
  /** wire names of fields whose bytes are pasted as Base64 */
  readonly base64?: readonly string[]
  /** wire names of text fields that take bytes: what is typed is sent as Base64 */
  readonly bytesAsBase64?: readonly string[]
  /** code names of what is shown of the answer */
  readonly results: readonly string[]
  readonly submit: string
  readonly about?: Readonly<Record<string, string>>
}

/** One call of a cryptographic operation, its result, and the same call on the command line and as code. */
export function Trial<O extends AnyOperation>(props: Props<O>) {
  const { operation, fixed, initial, fields, overrides = {}, base64 = [], bytesAsBase64 = [], results, submit } = props
  const say = useSay()
  const [last, setLast] = useState<{ readonly answer: ResponseOf<O>; readonly input: RequestOf<O> }>()
  const names = fields ?? askedFor(operation, fixed ?? {})
  const special = {
    ...Object.fromEntries(base64.map((name) => [name, { control: <BytesInput base64 /> }])),
    ...Object.fromEntries(
      bytesAsBase64.map((name) => [name, { control: <Base64Input />, help: say('use.sentAsBase64') }]),
    ),
  }
  return (
    <div className="two-columns">
      <Card size="small">
        <OperationForm
          operation={operation}
          {...(fixed ? { fixed } : {})}
          {...(initial ? { initial } : {})}
          fields={names}
          overrides={{ ...special, ...overrides }}
          submit={submit}
          {...(props.about ? { about: props.about } : {})}
          done={(answer, input) => setLast({ answer, input })}
        />
      </Card>
      {last && (
        <Card size="small" title={say('use.result')}>
          <div className="stack" aria-live="polite">
            {results.map((name) => (
              <ResultValue key={name} name={name} value={(last.answer as Record<string, unknown>)[name]} />
            ))}
            <span className="mono">RequestId {last.answer.requestId}</span>
            <SameElsewhere operation={operation} input={last.input} />
          </div>
        </Card>
      )}
    </div>
  )
}

function askedFor(operation: AnyOperation, fixed: object): string[] {
  const given = new Set(Object.keys(fixed).map((name) => name.toLowerCase()))
  return Object.entries(operation.request as Record<string, Field>)
    .filter(([name, { refused }]) => !given.has(name.toLowerCase()) && name !== 'DryRun' && refused === undefined)
    .map(([name]) => name)
}
