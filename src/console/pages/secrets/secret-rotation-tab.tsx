import { Alert, Button, Card, Modal } from 'antd'
import { useState } from 'react'
import { RotateSecret, SetSecretRotationHook, UpdateSecretRotationPolicy } from '../../../api/secrets.ts'
import { OperationForm } from '../../form/operation-form.tsx'
import { quoted } from '../../parts/cli-command.ts'
import { CliLine } from '../../parts/cli-line.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Facts } from '../../parts/facts.tsx'
import { Time } from '../../parts/time.tsx'
import { useTold } from '../../parts/told.tsx'
import { useChange } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'
import type { Secret } from './secret.ts'
import { SecretRotation } from './secret-cells.tsx'

export function SecretRotationTab({ secret }: { readonly secret: Secret }) {
  const say = useSay()
  const told = useTold()
  const [open, setOpen] = useState<'policy' | 'hook'>()
  const rotate = useChange(RotateSecret)
  const { secretName, automaticRotation, secretType } = secret
  const canRotate = automaticRotation !== undefined
  const close = (): void => setOpen(undefined)
  const done = ({ requestId }: { readonly requestId: string }): void => {
    told(say('key.saved'), requestId)
    close()
  }
  return (
    <div className="stack">
      {automaticRotation === 'Invalid' && (
        <Alert
          type="error"
          showIcon
          title={say('secrets.rotationInvalid')}
          description={<CliLine command={`keyhaven audit query --resource ${quoted(secretName)}`} />}
        />
      )}
      {!canRotate && <Alert type="info" showIcon title={say('secrets.noRotation')} />}
      <Card
        size="small"
        title={say('keys.rotation')}
        extra={
          <span className="row">
            {secretType === 'Generic' && (
              <Button size="small" onClick={() => setOpen('hook')}>
                {say('secrets.setHook')}
              </Button>
            )}
            {canRotate && (
              <Button size="small" onClick={() => setOpen('policy')}>
                {say('key.changeInterval')}
              </Button>
            )}
            {canRotate && (
              <Button
                size="small"
                type="primary"
                loading={rotate.isPending}
                onClick={() =>
                  rotate.mutate(
                    { secretName, versionId: crypto.randomUUID() },
                    { onSuccess: ({ requestId }) => told(say('secrets.rotated'), requestId) },
                  )
                }
              >
                {say('key.rotateNow')}
              </Button>
            )}
          </span>
        }
      >
        <Facts
          facts={[
            { name: say('keys.rotation'), value: <SecretRotation secretName={secretName} /> },
            { name: say('key.nextRotation'), value: <Time value={secret.nextRotationDate} /> },
            { name: say('key.lastRotation'), value: <Time value={secret.lastRotationDate} /> },
          ]}
        />
        <ErrorNote error={rotate.error} />
      </Card>
      {open && (
        <Modal
          open
          footer={null}
          title={say(open === 'hook' ? 'secrets.setHook' : 'key.changeInterval')}
          onCancel={close}
        >
          {open === 'hook' ? (
            <OperationForm
              operation={SetSecretRotationHook}
              fixed={{ secretName }}
              submit={say('dialog.save')}
              done={done}
            />
          ) : (
            <OperationForm
              operation={UpdateSecretRotationPolicy}
              fixed={{ secretName }}
              initial={{
                EnableAutomaticRotation: automaticRotation === 'Enabled',
                RotationInterval: secret.rotationInterval,
              }}
              submit={say('dialog.save')}
              done={done}
            />
          )}
        </Modal>
      )}
    </div>
  )
}
