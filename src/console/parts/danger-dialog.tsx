import { Alert, Button, Input, Modal } from 'antd'
import { type ReactNode, useId, useState } from 'react'
import { useSay } from '../text/language.tsx'
import { ErrorNote } from './error-note.tsx'

interface Props {
  readonly title: string
  /** what happens, in words */
  readonly effect: ReactNode
  /** what hangs on it: last use, callers, what breaks */
  readonly impact?: ReactNode
  /** has to be typed; without it a click is enough */
  readonly typed?: string
  readonly confirm: string
  /** the gentler way, which is the button that stands out */
  readonly gentler?: { readonly label: string; run(): Promise<unknown> }
  readonly children?: ReactNode
  run(): Promise<unknown>
  close(): void
}

/** Asks before what cannot be taken back, or hurts at once. */
export function DangerDialog({ title, effect, impact, typed, confirm, gentler, children, run, close }: Props) {
  const say = useSay()
  const id = useId()
  const [entered, setEntered] = useState('')
  const [failure, setFailure] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  const isConfirmed = typed === undefined || entered === typed
  async function act(work: () => Promise<unknown>): Promise<void> {
    setBusy(true)
    setFailure(undefined)
    try {
      await work()
      close()
    } catch (error) {
      setFailure(error)
      setBusy(false)
    }
  }
  return (
    <Modal
      open
      title={title}
      onCancel={close}
      footer={
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button onClick={close}>{say('dialog.cancel')}</Button>
          <Button danger disabled={!isConfirmed} loading={isBusy} onClick={() => void act(run)}>
            {confirm}
          </Button>
          {gentler && (
            <Button type="primary" loading={isBusy} onClick={() => void act(gentler.run)}>
              {gentler.label}
            </Button>
          )}
        </div>
      }
    >
      <div className="stack">
        <Alert type="warning" showIcon title={effect} />
        {impact}
        {children}
        {typed !== undefined && (
          <div>
            <label htmlFor={id}>{say('dialog.type', { text: typed })}</label>
            <Input
              id={id}
              value={entered}
              onChange={(event) => setEntered(event.target.value)}
              autoComplete="off"
              className="mono"
            />
          </div>
        )}
        <ErrorNote error={failure} />
      </div>
    </Modal>
  )
}
