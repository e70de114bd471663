import { Alert, Button } from 'antd'
import type { ReactNode } from 'react'
import type { RequestOf } from '../../api/operation.ts'
import type { AnyOperation } from '../call.ts'
import { useChange } from '../queries.ts'
import { ErrorNote } from './error-note.tsx'
import { Time } from './time.tsx'
import { useTold } from './told.tsx'

interface Props<O extends AnyOperation> {
  /** what is said before the time */
  readonly title: ReactNode
  readonly time: string
  /** takes the plan back */
  readonly operation: O
  readonly input: RequestOf<O>
  readonly label: string
  readonly done: string
}

/** On the page of what is going to be deleted: when, and the way back. */
export function PlannedDeletion<O extends AnyOperation>({ title, time, operation, input, label, done }: Props<O>) {
  const told = useTold()
  const takeBack = useChange(operation)
  return (
    <Alert
      type="error"
      showIcon
      style={{ marginBottom: 12 }}
      title={
        <>
          {title} <Time value={time} />
        </>
      }
      description={<ErrorNote error={takeBack.error} />}
      action={
        <Button
          type="primary"
          loading={takeBack.isPending}
          onClick={() =>
            takeBack.mutate(input, {
              onSuccess: (answer: { readonly requestId: string }) => told(done, answer.requestId),
            })
          }
        >
          {label}
        </Button>
      }
    />
  )
}
