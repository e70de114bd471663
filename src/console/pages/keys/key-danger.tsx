import { Button, Card, Form, InputNumber } from 'antd'
import { useState } from 'react'
import {
  CancelKeyDeletion,
  DisableKey,
  EnableKey,
  ScheduleKeyDeletion,
  SetDeletionProtection,
} from '../../../api/keys.ts'
import { call } from '../../call.ts'
import { useAttempt } from '../../parts/attempt.tsx'
import { DangerDialog } from '../../parts/danger-dialog.tsx'
import { useTold } from '../../parts/told.tsx'
import { queries } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'
import type { KeyMetadata } from './key-columns.tsx'
import { KeyImpact } from './key-impact.tsx'

type Metadata = KeyMetadata & { readonly deletionProtection: string }

export function KeyDanger({ metadata }: { readonly metadata: Metadata }) {
  const say = useSay()
  const [isDeleting, setDeleting] = useState(false)
  const isProtected = metadata.deletionProtection === 'Enabled'
  return (
    <div className="stack">
      <Protection metadata={metadata} />
      <Card size="small" title={say('danger.delete')}>
        <div className="stack">
          <span>{say('danger.deleteText')}</span>
          <div>
            <Button
              danger
              disabled={isProtected || metadata.keyState === 'PendingDeletion'}
              onClick={() => setDeleting(true)}
            >
              {say('danger.schedule')}
            </Button>{' '}
            {isProtected && say('danger.isProtected')}
          </div>
        </div>
      </Card>
      {isDeleting && <DeleteDialog metadata={metadata} close={() => setDeleting(false)} />}
    </div>
  )
}

function Protection({ metadata: { keyId, deletionProtection } }: { readonly metadata: Metadata }) {
  const say = useSay()
  const told = useTold()
  const attempt = useAttempt()
  const [isTurningOff, setTurningOff] = useState(false)
  const isProtected = deletionProtection === 'Enabled'
  async function set(enableDeletionProtection: boolean): Promise<void> {
    const { requestId } = await call(SetDeletionProtection, { keyId, enableDeletionProtection })
    void queries.invalidateQueries()
    told(say('key.saved'), requestId, {
      call: () => call(SetDeletionProtection, { keyId, enableDeletionProtection: !enableDeletionProtection }),
      done: say('key.saved'),
    })
  }
  return (
    <Card size="small" title={say('key.deletionProtection')}>
      <div className="row">
        <span>{say(isProtected ? 'danger.protectedText' : 'danger.unprotectedText')}</span>
        <Button onClick={() => (isProtected ? setTurningOff(true) : attempt(() => set(true)))}>
          {say(isProtected ? 'danger.unprotect' : 'danger.protect')}
        </Button>
      </div>
      {isTurningOff && (
        <DangerDialog
          title={say('danger.unprotect')}
          effect={say('danger.unprotectEffect')}
          confirm={say('danger.unprotect')}
          run={() => set(false)}
          close={() => setTurningOff(false)}
        />
      )}
    </Card>
  )
}

function DeleteDialog({ metadata: { keyId, keyState }, close }: { readonly metadata: Metadata; close(): void }) {
  const say = useSay()
  const told = useTold()
  const [days, setDays] = useState(30)

  async function schedule(): Promise<void> {
    const { requestId } = await call(ScheduleKeyDeletion, { keyId, pendingWindowInDays: days })
    void queries.invalidateQueries()
    told(say('danger.scheduled', { days }), requestId, {
      call: () => call(CancelKeyDeletion, { keyId }),
      done: say('key.deletionCancelled'),
    })
  }

  async function disable(): Promise<void> {
    const { requestId } = await call(DisableKey, { keyId })
    void queries.invalidateQueries()
    told(say('keys.disabled'), requestId, { call: () => call(EnableKey, { keyId }), done: say('key.enabled') })
  }

  return (
    <DangerDialog
      title={say('danger.schedule')}
      effect={say('danger.effect')}
      impact={<KeyImpact keyId={keyId} />}
      typed={keyId}
      confirm={say('danger.schedule')}
      {...(keyState === 'Enabled' ? { gentler: { label: say('danger.disableFirst'), run: disable } } : {})}
      run={schedule}
      close={close}
    >
      <Form layout="vertical">
        <Form.Item label={say('danger.days')} htmlFor="days" style={{ marginBottom: 0 }}>
          <InputNumber
            id="days"
            min={7}
            max={366}
            precision={0}
            value={days}
            onChange={(value) => setDays(value ?? 30)}
          />
        </Form.Item>
      </Form>
    </DangerDialog>
  )
}
