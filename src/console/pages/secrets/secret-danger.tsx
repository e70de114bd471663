import { Button, Card, InputNumber } from 'antd'
import { useState } from 'react'
import { DeleteSecret, RestoreSecret } from '../../../api/secrets.ts'
import { call } from '../../call.ts'
import { DangerDialog } from '../../parts/danger-dialog.tsx'
import { Facts } from '../../parts/facts.tsx'
import { useTold } from '../../parts/told.tsx'
import { queries } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'
import { RecentCallers } from '../activity/callers-card.tsx'
import type { Secret } from './secret.ts'
import { SecretLastUsed } from './secret-cells.tsx'

export function SecretDanger({ secret: { secretName, plannedDeleteTime } }: { readonly secret: Secret }) {
  const say = useSay()
  const [open, setOpen] = useState<'plan' | 'now'>()
  return (
    <Card size="small" title={say('secrets.delete')}>
      <div className="row">
        <Button danger disabled={!!plannedDeleteTime} onClick={() => setOpen('plan')}>
          {say('secrets.planDeletion')}
        </Button>
        <Button danger onClick={() => setOpen('now')}>
          {say('secrets.deleteNow')}
        </Button>
      </div>
      {open && <DeleteDialog secretName={secretName} isNow={open === 'now'} close={() => setOpen(undefined)} />}
    </Card>
  )
}

interface DialogProps {
  readonly secretName: string
  readonly isNow: boolean
  close(): void
}

function DeleteDialog({ secretName, isNow, close }: DialogProps) {
  const say = useSay()
  const told = useTold()
  const [days, setDays] = useState(30)

  async function remove(): Promise<void> {
    const how = isNow ? { forceDeleteWithoutRecovery: true } : { recoveryWindowInDays: days }
    const { requestId } = await call(DeleteSecret, { secretName, ...how })
    void queries.invalidateQueries()
    if (isNow) told(say('secrets.gone'), requestId)
    else
      told(say('secrets.planned', { days }), requestId, {
        call: () => call(RestoreSecret, { secretName }),
        done: say('secrets.restored'),
      })
  }

  return (
    <DangerDialog
      title={say(isNow ? 'secrets.deleteNow' : 'secrets.planDeletion')}
      effect={say(isNow ? 'secrets.deleteNowEffect' : 'secrets.planEffect')}
      impact={
        <Facts
          columns={1}
          facts={[
            { name: say('secrets.lastRead'), value: <SecretLastUsed secretName={secretName} /> },
            { name: say('impact.callers'), value: <RecentCallers called={{ resource: secretName }} /> },
          ]}
        />
      }
      {...(isNow ? { typed: secretName } : {})}
      confirm={say(isNow ? 'secrets.deleteNow' : 'secrets.planDeletion')}
      run={remove}
      close={close}
    >
      {!isNow && (
        <div className="row">
          <label htmlFor="recovery">{say('secrets.recoveryDays')}</label>
          <InputNumber
            id="recovery"
            min={7}
            max={30}
            precision={0}
            value={days}
            onChange={(value) => setDays(value ?? 30)}
          />
        </div>
      )}
    </DangerDialog>
  )
}
