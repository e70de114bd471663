import { Button, Skeleton } from 'antd'
import { type ReactNode, useState } from 'react'
import { useNavigate } from 'react-router'
import { DangerDialog } from '../../parts/danger-dialog.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { type Fact, Facts } from '../../parts/facts.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { useTold } from '../../parts/told.tsx'
import { queries } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'
import { CallsOf } from '../activity/callers-card.tsx'

interface Props {
  readonly name: string
  readonly arn: string
  /** what is known of it, once it is */
  readonly facts: readonly Fact[] | undefined
  readonly error: unknown
  readonly deleteEffect: string
  /** where the others of its kind are listed */
  readonly list: string
  remove(): Promise<{ readonly requestId: string }>
  readonly children: ReactNode
}

/** Somebody who may call, a user or a role: what is known, what belongs to it, and how it is let go of. */
export function Identity({ name, arn, facts, error, deleteEffect, list, remove, children }: Props) {
  const say = useSay()
  const told = useTold()
  const navigate = useNavigate()
  const [isDeleting, setDeleting] = useState(false)
  return (
    <>
      <PageHead
        title={name}
        actions={
          <Button danger onClick={() => setDeleting(true)}>
            {say('word.delete')}
          </Button>
        }
      />
      <div className="stack">
        <ErrorNote error={error} />
        {facts ? <Facts facts={facts} /> : !error && <Skeleton active />}
        {children}
      </div>
      {isDeleting && (
        <DangerDialog
          title={say('apps.delete', { name })}
          effect={deleteEffect}
          impact={<Facts columns={1} facts={[{ name: say('impact.calls'), value: <CallsOf arn={arn} /> }]} />}
          typed={name}
          confirm={say('word.delete')}
          run={async () => {
            const { requestId } = await remove()
            void queries.invalidateQueries()
            told(say('iam.deleted'), requestId)
            void navigate(list)
          }}
          close={() => setDeleting(false)}
        />
      )}
    </>
  )
}
